package constraints

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// Sizes of records, in bytes.
const (
	maxRecorded = 64 << 10
	// maxDocument has room for the largest policy: 10,240 characters that are no white space, of two bytes at most, and
	// between any two of them a space.
	maxDocument = 32 << 10
)

// bounds are how much a record has of an input.
type bounds struct {
	text  int // bytes of a text
	inner int // bytes of a text in a list or map
	items int // of a list or map
}

// shortened are the bounds that are tried, until the record is small enough. Policies are never shortened by them: a
// record that misses what was granted can be had by padding the rest.
var shortened = []bounds{{2048, 2048, 5000}, {2048, 512, 5000}, {2048, 128, 100}, {512, 64, 20}}

// within are the bounds of what is in a list or map.
func (b bounds) within() bounds { return bounds{b.inner, b.inner, b.items} }

func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "") + "…"
}

// more tells that a list or map had further members.
func more(n int) string { return fmt.Sprintf("%d more", n) }

// isPolicy tells whether a member is the text of a policy: of IAM, of a session, of a permission set.
func isPolicy(m member) bool {
	return strings.HasSuffix(strings.ToLower(m.name), "policydocument") || m.name == "policy" || m.name == "inlinePolicy"
}

// document is a policy without the white space between its parts. Where that is not enough, white space in its texts,
// which no quota counts, is one space each. What is longer then, or no JSON, is no policy that is taken.
func document(s string) string {
	var b bytes.Buffer
	if json.Compact(&b, []byte(s)) == nil {
		s = b.String()
	}
	if len(s) > maxDocument {
		s = strings.Join(strings.Fields(s), " ")
	}
	return cut(s, maxDocument)
}
