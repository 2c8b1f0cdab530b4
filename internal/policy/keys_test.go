package policy

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// givenKeys finds the condition keys that source text gives to a request: by Set and SetList, and those of SAML and S3 that
// stand in tables.
var givenKeys = regexp.MustCompile(`\.Set(?:List)?\("([\w-]+:[\w/.-]+)"|"((?:saml|s3):[a-z][\w-]*)"`)

// Every key that the program itself gives is one that the policy editor offers.
func TestKeysThatAreGivenAreListed(t *testing.T) {
	listed := map[string]bool{}
	for _, k := range slices.Concat(GlobalKeys(), ServiceKeys()) {
		listed[strings.ToLower(k.Name)] = true
	}
	found := 0
	for _, dir := range []string{"internal", "handlers", "store", "cmd"} {
		err := filepath.WalkDir(filepath.Join("..", "..", dir), func(path string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			source, err := os.ReadFile(path)
			for _, m := range givenKeys.FindAllStringSubmatch(string(source), -1) {
				found++
				if key := m[1] + m[2]; !listed[strings.ToLower(key)] {
					t.Errorf("%s gives %s, which is not listed", path, key)
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if found < 100 {
		t.Errorf("only %d keys are given", found)
	}
}
