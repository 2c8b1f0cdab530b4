package policy

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
)

// TestPatternsMatchAsRegexps compares random patterns of a few characters with regular expressions.
func TestPatternsMatchAsRegexps(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 4))
	word := func(n int, of ...string) string {
		var b strings.Builder
		for range r.IntN(n) {
			b.WriteString(of[r.IntN(len(of))])
		}
		return b.String()
	}
	matched := 0
	for range 40_000 {
		source := word(12, "a", "b", "é", "*", "?", "*?", "${x:y}", "a?")
		value := word(3, "a", "b", "*", "é")
		var c Context
		c.Set("x:y", value)
		fold := r.IntN(4) == 0
		p, err := compilePattern(source, dialect{wildcards: true, variables: true, fold: fold})
		if err != nil {
			t.Fatal(err)
		}
		expr := regexp.QuoteMeta(source)
		expr = strings.NewReplacer(`\*`, `.*`, `\?`, `.`, `\$\{x:y\}`, regexp.QuoteMeta(value)).Replace(expr)
		flags := map[bool]string{true: "(?si)", false: "(?s)"}[fold]
		re := regexp.MustCompile(flags + "^(?:" + expr + ")$")
		for range 8 {
			s := word(14, "a", "b", "é", "A", "É", "ab", "aa")
			if p.match(s, &c) != re.MatchString(s) {
				t.Fatalf("%q with %q, fold %v, against %q: %v", source, value, fold, s, !re.MatchString(s))
			}
			if re.MatchString(s) {
				matched++
			}
		}
	}
	if matched < 20_000 {
		t.Error("only", matched, "matched")
	}
}

// TestLongRunsAreFoundAcrossWords has more question marks than a word has bits, and than find keeps on the stack.
func TestLongRunsAreFoundAcrossWords(t *testing.T) {
	for _, n := range []int{1, 63, 64, 65, 128, smallSearch - 1, smallSearch, maxOnes - 2} {
		p, err := compilePattern("*x"+strings.Repeat("?", n)+"y*", dialect{wildcards: true})
		if err != nil {
			t.Fatal(err)
		}
		for text, want := range map[string]bool{
			"x" + strings.Repeat("é", n) + "y": true, "axx" + strings.Repeat("a", n-1) + "yb": true, "x" + strings.Repeat("a", n+1) + "y": false, "x" + strings.Repeat("y", n): false,
		} {
			if p.match(text, nil) != want {
				t.Errorf("%d question marks: %v", n, !want)
			}
		}
	}
}
