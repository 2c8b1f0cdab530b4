package fault

import "strings"

// quoted is how many bytes of a value a message has at most.
const quoted = 200

// Short is a value as a message quotes it: the beginning of what is long.
func Short(s string) string {
	if len(s) <= quoted {
		return s
	}
	return strings.ToValidUTF8(s[:quoted], "") + "…"
}
