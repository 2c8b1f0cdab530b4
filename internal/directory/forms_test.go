package directory

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
)

// The forms are held against the expressions that say what they are.
func TestFormsAgreeWithTheirExpressions(t *testing.T) {
	username := regexp.MustCompile(`^[\p{L}\p{M}\p{S}\p{N}\p{P}]{1,128}$`)
	email := regexp.MustCompile(`^[^\s\p{C}@"<>()\[\],;:\\]{1,64}@[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{N}])?(?:\.[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{N}])?)+$`)
	pieces := []string{"a", "Z", "9", "-", ".", "@", "é", "日", "ѝ", "\u0301", " ", "\t", "\n", "\x00", "\u200b", "\u00a0", "\u2028", "<", ">", "\"", "\\",
		"+", "_", "€", "😀", "\xff", "ab", "example.com", "@x.y", strings.Repeat("l", 63), strings.Repeat("l", 64), strings.Repeat("é", 62)}
	chance := rand.New(rand.NewPCG(3, 4))
	for range 50_000 {
		var b strings.Builder
		for range chance.IntN(8) {
			b.WriteString(pieces[chance.IntN(len(pieces))])
		}
		s := b.String()
		if got, want := isUsername(s), username.MatchString(s); got != want {
			t.Fatalf("username %q: %v, want %v", s, got, want)
		}
		if got, want := isEmail(s), len(s) <= 254 && email.MatchString(s); got != want {
			t.Fatalf("email %q: %v, want %v", s, got, want)
		}
	}
	for s, want := range map[string]bool{"ann@example.org": true, "a@b": false, "a@b.c": true, "a@-b.c": false, "a@b-.c": false, "a@b..c": false,
		"a@b.c.": false, "@b.c": false, "a b@c.d": false, "a@b@c.d": false, "jürgen@müller.de": true, "": false} {
		if isEmail(s) != want {
			t.Errorf("%q: %v", s, !want)
		}
	}
}
