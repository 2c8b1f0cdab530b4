package theme

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// WordKeys are what a theme may say in its own words, in the order that people meet them: two texts beside the form that
// have no words of the product's, then messages that the pages have in every language.
var WordKeys = []string{"headline", "tagline", "signin.heading", "signin.submit", "signup.heading", "signup.submit", "forgot.heading"}

const (
	maxWord      = 200 // characters
	maxLanguages = 30
)

var languageTag = regexp.MustCompile(`^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,3}$`)

func checkWords(words map[string]map[string]string) error {
	if len(words) > maxLanguages {
		return ErrInvalid.With("The theme has words in more than %d languages.", maxLanguages)
	}
	for lang, own := range words {
		if !languageTag.MatchString(lang) {
			return ErrInvalid.With("The theme has words in %q, which is no language tag.", lang)
		}
		for key, text := range own {
			if !slices.Contains(WordKeys, key) {
				return ErrInvalid.With("The theme has words for %q, which no page says.", key)
			}
			if !utf8.ValidString(text) || utf8.RuneCountInString(text) > maxWord || strings.ContainsFunc(text, unprintable) {
				return ErrInvalid.With("The theme's words for %s must be one line of at most %d characters.", key, maxWord)
			}
		}
	}
	return nil
}

// unprintable are control characters, and the marks that turn the direction of what stands around them.
func unprintable(r rune) bool {
	return unicode.IsControl(r) || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069
}

// Saying are a theme's own words for the pages' messages, in a language.
func (t Theme) Saying(lang string) map[string]string { return t.Words[lang] }

// Headline and Tagline stand beside the form in the split layout: in the language, else in English.
func (t Theme) Headline(lang string) string {
	return cmp.Or(t.Words[lang]["headline"], t.Words["en"]["headline"])
}

// Tagline stands below the headline.
func (t Theme) Tagline(lang string) string {
	return cmp.Or(t.Words[lang]["tagline"], t.Words["en"]["tagline"])
}
