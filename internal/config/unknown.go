package config

import (
	"reflect"
	"slices"
	"strings"
)

// Unknown are the GATEHOUSE_ variables of an environment that are no setting: misspelt, or of another version.
func Unknown(environ []string) []string {
	var names []string
	for _, e := range environ {
		name, _, _ := strings.Cut(e, "=")
		if strings.HasPrefix(name, "GATEHOUSE_") && !isSetting(name) && !fromKubernetes(name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func isSetting(name string) bool {
	t := reflect.TypeFor[Flags]()
	for i := range t.NumField() {
		if t.Field(i).Tag.Get("env") == name {
			return true
		}
	}
	return false
}

// fromKubernetes tells the variables that a cluster gives every container about a service named gatehouse.
func fromKubernetes(name string) bool {
	return strings.HasPrefix(name, "GATEHOUSE_SERVICE_") || strings.HasPrefix(name, "GATEHOUSE_PORT")
}
