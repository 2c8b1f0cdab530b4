package directory

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

var subForm = regexp.MustCompile(`^(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)

// isSub tells whether a name has the form of a sub, in letters of any case. A username may, as many apps make up UUIDs;
// a preferred username that is an alias, which people choose and change, may not.
func isSub(s string) bool { return subForm.MatchString(s) }

// isUsername is ^[\p{L}\p{M}\p{S}\p{N}\p{P}]{1,128}$. Written out because a counted class of that size takes
// milliseconds to compile and as long to match.
func isUsername(s string) bool {
	if n := utf8.RuneCountInString(s); n < 1 || n > 128 {
		return false
	}
	for _, r := range s {
		if !unicode.In(r, unicode.L, unicode.M, unicode.S, unicode.N, unicode.P) {
			return false
		}
	}
	return true
}

// isEmail is one address without display name, quoting or comments, its host a name of two labels or more.
func isEmail(s string) bool {
	local, host, ok := strings.Cut(s, "@")
	if n := utf8.RuneCountInString(local); !ok || len(s) > 254 || n < 1 || n > 64 {
		return false
	}
	for _, r := range local {
		if strings.ContainsRune("\t\n\f\r @\"<>()[],;:\\", r) || unicode.Is(unicode.C, r) {
			return false
		}
	}
	labels := strings.Split(host, ".")
	for _, l := range labels {
		if !isLabel(l) {
			return false
		}
	}
	return len(labels) > 1
}

// isLabel is one part of a host name: up to 63 letters and digits of any script, and hyphens and marks inside.
func isLabel(s string) bool {
	if n := utf8.RuneCountInString(s); n < 1 || n > 63 {
		return false
	}
	for _, r := range s {
		if r != '-' && !unicode.In(r, unicode.L, unicode.M, unicode.N) {
			return false
		}
	}
	first, _ := utf8.DecodeRuneInString(s)
	last, _ := utf8.DecodeLastRuneInString(s)
	return unicode.In(first, unicode.L, unicode.N) && unicode.In(last, unicode.L, unicode.N)
}
