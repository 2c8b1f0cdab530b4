package directory

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// WordsVersion is how words are cut now. Users whose words were cut otherwise are cut anew in the background.
const WordsVersion = 1

const (
	maxWord         = 64  // runes of a word of text
	maxTagged       = 256 // runes of a whole value
	maxWordsOfValue = 10
	maxWordsOfUser  = 200
	minTail         = 3 // runes of a word's tail that is a word of its own
)

// ownIndex are the attributes that have a column of their own to be found by.
var ownIndex = []string{"username", email, phone, preferredUsername}

// isNamed tells of an attribute that people are named by: its values differ enough to be found by their words alone.
func isNamed(attribute string) bool {
	return attribute == "name" || attribute == "given_name" || attribute == "family_name"
}

// isUsual tells of a mark that most users have, which would be a row of each and select nobody.
func isUsual(attribute, value string) bool {
	return (attribute == email+"_verified" || attribute == phone+"_verified") && value == "true"
}

// Words is what a search finds a user by: the words of the username and of every attribute, in lower case, and
// the whole value of most attributes that have no column of their own, after the attribute's name. "Ann-Marie Smith" has the words
// ann-marie, marie and smith; amy@mail.example.com has the whole address and mail.example.com.
func Words(u *User) []string {
	words := map[string]bool{}
	if u.Username != u.Sub {
		addWords(words, u.Username)
	}
	for _, name := range sortedNames(u.Attributes) {
		value := u.Attributes[name]
		if value == "" {
			continue
		}
		if value != "true" && value != "false" {
			addWords(words, value)
		}
		if !slices.Contains(ownIndex, name) && !isNamed(name) && !isUsual(name, value) {
			words[tagged(name, value)] = true
		}
	}
	out := make([]string, 0, len(words))
	for w := range words {
		out = append(out, w)
	}
	slices.Sort(out)
	return out
}

// tagged is the word of a whole value of an attribute. No word of text begins with a NUL.
func tagged(attribute, value string) string {
	return "\x00" + attribute + "\x00" + firstRunes(strings.ToLower(value), maxTagged)
}

func addWords(words map[string]bool, value string) {
	n := 0
	for _, field := range fields(value) {
		for _, w := range tails(field) {
			if n++; n > maxWordsOfValue || len(words) >= maxWordsOfUser {
				return
			}
			words[firstRunes(w, maxWord)] = true
		}
	}
}

// fields are the parts of a text between blanks, in lower case.
func fields(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) })
}

// tails are the field and what of it begins at a letter or digit after something else; of an address's host
// only the whole.
func tails(field string) []string {
	out := []string{field}
	inside, host := true, false
	for i, r := range field {
		alnum := unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
		if alnum && !inside && utf8.RuneCountInString(field[i:]) >= minTail {
			out = append(out, field[i:])
			if host {
				return out
			}
		}
		inside, host = alnum, host || r == '@'
	}
	return out
}

func firstRunes(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}
