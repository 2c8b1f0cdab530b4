package policy

import (
	"fmt"
	"strings"
)

// variable is ${key} or ${key, 'default'} in a document of version 2012-10-17.
type variable struct {
	key        string // in lower case
	name       string // as the document spells it
	fallback   string
	hasDefault bool
}

// resolve answers its value; false when the request lacks the key and there is no default.
func (v *variable) resolve(c *Context) (string, bool) {
	if s, ok := c.single(v.key); ok {
		return s, true
	}
	return v.fallback, v.hasDefault
}

// cutVariable takes the variable that a text begins with ("${"). The literals ${*}, ${?} and ${$} come as a
// text of one character and no key.
func cutVariable(s string) (v variable, literal, rest string, err error) {
	end := strings.IndexByte(s, '}')
	if end < 0 {
		return v, "", "", fmt.Errorf("the variable %q has no closing brace", s)
	}
	name, rest := s[len("${"):end], s[end+1:]
	if name == "*" || name == "?" || name == "$" {
		return v, name, rest, nil
	}
	key, fallback, hasDefault := strings.Cut(name, ",")
	v.name = strings.TrimSpace(key)
	v.key = strings.ToLower(v.name)
	if hasDefault {
		fallback = strings.TrimSpace(fallback)
		if len(fallback) < 2 || fallback[0] != '\'' || fallback[len(fallback)-1] != '\'' {
			return v, "", "", fmt.Errorf("the default of the variable ${%s} must stand in single quotes: ${%s, 'default'}", name, v.name)
		}
		v.fallback, v.hasDefault = fallback[1:len(fallback)-1], true
	}
	if !isKey(v.key) {
		return v, "", "", fmt.Errorf("${%s} is no policy variable: one names a condition key, such as ${aws:username}", name)
	}
	return v, "", rest, nil
}

// isKey tells what may be the name of a condition key: a vendor, a colon and a name.
func isKey(s string) bool {
	vendor, name, ok := strings.Cut(s, ":")
	if !ok || vendor == "" || name == "" || name[0] == ':' {
		return false
	}
	return !strings.ContainsAny(s, "${}*?'\"<> \t\r\n") || strings.Contains(name, "/") && !strings.ContainsAny(s, "${}\"<>\t\r\n")
}
