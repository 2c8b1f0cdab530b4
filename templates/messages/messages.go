// Package messages is what the pages say, in every language: a catalogue of JSON files, one a language,
// that go-i18n reads, and a Printer that speaks one of them. It holds no markup and no layout.
package messages

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

// The hosted pages' messages are one file a language; the console's are one file a section and language,
// console/SECTION.LANGUAGE.json.
//
//go:embed *.json console/*.json
var files embed.FS

// Language is one that the catalogue speaks.
type Language struct{ Tag, Name string }

// Languages lists them, the fallback first, each named in itself.
func Languages() []Language {
	return []Language{{"en", "English"}, {"de", "Deutsch"}}
}

// Catalogue holds every message in every language.
type Catalogue struct {
	bundle  *i18n.Bundle
	matcher language.Matcher
	tags    []language.Tag
}

// Load reads the embedded files.
func Load() (*Catalogue, error) {
	c := &Catalogue{bundle: i18n.NewBundle(language.English)}
	c.bundle.RegisterUnmarshalFunc("json", json.Unmarshal)
	for _, l := range Languages() {
		names, err := fileNames(l.Tag)
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			if _, err := c.bundle.LoadMessageFileFS(files, name); err != nil {
				return nil, fmt.Errorf("load messages: %w", err)
			}
		}
		c.tags = append(c.tags, language.Make(l.Tag))
	}
	c.matcher = language.NewMatcher(c.tags)
	return c, nil
}

// fileNames are the files of a language.
func fileNames(tag string) ([]string, error) {
	sections, err := fs.Glob(files, "console/*."+tag+".json")
	if err != nil {
		return nil, fmt.Errorf("list messages: %w", err)
	}
	return append([]string{tag + ".json"}, sections...), nil
}

// Printer speaks the first language that the candidates name and the catalogue has. A candidate is a tag,
// a space-separated list (ui_locales) or an Accept-Language header; they are tried tag by tag, for a list
// matched as a whole lets a later tag change the script of an earlier one.
func (c *Catalogue) Printer(candidates ...string) Printer {
	for _, candidate := range candidates {
		tags, _, err := language.ParseAcceptLanguage(strings.ReplaceAll(strings.TrimSpace(candidate), " ", ","))
		if err != nil {
			continue
		}
		for _, tag := range tags {
			if _, i, confidence := c.matcher.Match(tag); confidence >= language.High {
				return c.speak(i)
			}
		}
	}
	return c.speak(0)
}

// Speaks tells whether the catalogue has the language of this tag.
func (c *Catalogue) Speaks(tag string) bool {
	t, err := language.Parse(tag)
	if err != nil {
		return false
	}
	_, _, confidence := c.matcher.Match(t)
	return confidence >= language.High
}

func (c *Catalogue) speak(i int) Printer {
	tag := c.tags[i]
	return Printer{Lang: tag.String(), Dir: direction(tag), localizer: i18n.NewLocalizer(c.bundle, tag.String())}
}

// direction is rtl for the scripts that run so.
func direction(t language.Tag) string {
	script, _ := t.Script()
	switch script.String() {
	case "Arab", "Hebr", "Syrc", "Thaa", "Nkoo", "Adlm", "Rohg":
		return "rtl"
	}
	return "ltr"
}
