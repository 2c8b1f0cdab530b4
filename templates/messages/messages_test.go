package messages

import (
	"encoding/json"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"gatehouse/internal/notify"
)

var (
	variable = regexp.MustCompile(`\{\{\.(\w+)\}\}`)
	// A use is a literal handed to T, N, Around or Emphasis, or a constant list marked with this comment.
	use    = regexp.MustCompile(`(?:\.T|\.N|\.Around)\("([^"]+)"[,)]|Emphasis\([\w.]+, "([^"]+)"`)
	listed = regexp.MustCompile(`"([a-z_]+(?:\.[a-zA-Z_]+)+)",? *// message`)
)

// Keys put together at run time, by their fixed beginning; handlers/hosted and handlers/console test that each exists.
var families = []string{
	"attribute.", "console.nav.", "console.done.",
	"console.iam.kind.", "console.provider.kind.", "console.limit.", "console.explain.kind.", "console.who.sort.", "console.users.act.", "console.users.status.", "console.users.column.", "console.bulk.about.", "console.jobs.only.", "console.jobs.status.",
	"console.access.account.own", "console.access.account.unknown", "console.access.actions.missing", "console.access.role.missing", "console.access.resources.missing", "console.switch.colour.", "console.switch.account.missing", "console.switch.role.missing",
}

func TestEveryMessageThatPagesUseExistsAndNoOther(t *testing.T) {
	used := map[string]bool{}
	for _, root := range []string{"..", "../../handlers/hosted", "../../handlers/console"} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || strings.HasSuffix(path, "_test.go") || strings.HasSuffix(path, "_templ.go") {
				return err
			}
			if ext := filepath.Ext(path); ext != ".go" && ext != ".templ" {
				return nil
			}
			b, err := os.ReadFile(path)
			for _, m := range use.FindAllStringSubmatch(string(b), -1) {
				used[m[1]+m[2]] = true
			}
			for _, m := range listed.FindAllStringSubmatch(string(b), -1) {
				used[m[1]] = true
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	have := read(t, "en")
	for key := range used {
		if _, ok := have[key]; !ok {
			t.Errorf("a page says %q, which no catalogue has", key)
		}
	}
	for key := range have {
		family := slices.ContainsFunc(families, func(f string) bool { return strings.HasPrefix(key, f) })
		if !used[key] && !family {
			t.Errorf("message %q is used nowhere", key)
		}
	}
}

func TestEveryLanguageIsComplete(t *testing.T) {
	english := read(t, "en")
	for _, l := range Languages()[1:] {
		other := read(t, l.Tag)
		for _, key := range slices.Sorted(maps.Keys(english)) {
			if _, ok := other[key]; !ok {
				t.Errorf("%s lacks %q", l.Tag, key)
			} else if a, b := names(english[key]), names(other[key]); !slices.Equal(a, b) {
				t.Errorf("%s %q has variables %v, English has %v", l.Tag, key, b, a)
			}
		}
		for key := range other {
			if _, ok := english[key]; !ok {
				t.Errorf("%s has %q, English does not", l.Tag, key)
			}
		}
	}
}

func read(t *testing.T, lang string) map[string]any {
	t.Helper()
	names, err := fileNames(lang)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]any{}
	for _, name := range names {
		b, err := files.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		m := map[string]any{}
		if err := json.Unmarshal(b, &m); err != nil {
			t.Fatal(name, err)
		}
		for key, v := range m {
			if _, twice := all[key]; twice {
				t.Errorf("%s: %q is in another file too", name, key)
			}
			all[key] = v
		}
	}
	return all
}

// names are the variables of a message, in each of its plural forms.
func names(message any) []string {
	b, _ := json.Marshal(message)
	var out []string
	for _, m := range variable.FindAllStringSubmatch(string(b), -1) {
		out = append(out, m[1])
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func TestPrinterSpeaksTheFirstLanguageThatItHas(t *testing.T) {
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		candidates []string
		want       string
	}{
		{nil, "en"},
		{[]string{"", "de-AT,de;q=0.9,en;q=0.8"}, "de"},
		{[]string{"fr fr-CA de"}, "de"},
		{[]string{"ja", "en-GB"}, "en"},
		{[]string{"de", "en"}, "de"},
		{[]string{"'><script>", "de"}, "de"},
		{[]string{strings.Repeat("a-", 5000), "*"}, "en"},
	} {
		if got := c.Printer(tt.candidates...).Lang; got != tt.want {
			t.Errorf("%.40q speaks %s, want %s", tt.candidates, got, tt.want)
		}
	}
}

func TestPrinterCountsAndSplits(t *testing.T) {
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	en := c.Printer("en")
	if a, b := en.N("rule.min", 1), en.N("rule.min", 5); a != "At least 1 character" || b != "At least 5 characters" {
		t.Errorf("%q, %q", a, b)
	}
	if before, after := c.Printer("de").Around("signin.to", "App"); before != "um " || after != " zu öffnen" {
		t.Errorf("%q, %q", before, after)
	}
}

func TestMailSpeaksTheLocaleOfTheUser(t *testing.T) {
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	if got, ok := c.Mail("de_AT", notify.SignUp, false); !ok || got.Body != "Ihr Bestätigungscode ist {####}. " {
		t.Errorf("%+v %v", got, ok)
	}
	if got, ok := c.Mail("de", notify.AdminCreateUser, false); !ok || got.Body != "Ihr Benutzername für {pool} ist {username}, Ihr vorläufiges Passwort ist:\n\n{####}\n\nBei der Anmeldung wählen Sie ein eigenes. " {
		t.Errorf("%+v %v", got, ok)
	}
	if got, ok := c.Mail("de", notify.SignUp, true); !ok || got.Body != "Bitte bestätigen Sie Ihre E-Mail-Adresse mit diesem Link. {##E-Mail-Adresse bestätigen##} " {
		t.Errorf("%+v %v", got, ok)
	}
	if got, ok := c.Mail("de", notify.Authentication, false); !ok || got.Body != "Ihr Anmeldecode ist {####}. " {
		t.Errorf("%+v %v", got, ok)
	}
	for _, locale := range []string{"", "en_GB", "ja", "§"} {
		if got, ok := c.Mail(locale, notify.SignUp, false); ok {
			t.Errorf("%q: %+v", locale, got)
		}
	}
}

// One catalogue serves every request at once; run with -race.
func TestCatalogueIsSafeForManyAtOnce(t *testing.T) {
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for i := range 16 {
		group.Go(func() {
			p := c.Printer([]string{"de", "en"}[i%2])
			for range 50 {
				if p.T("signin.to", "App", "x") == "signin.to" || p.N("rule.min", i) == "rule.min" {
					t.Error("a message is missing")
				}
			}
		})
	}
	group.Wait()
}
