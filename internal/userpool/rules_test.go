package userpool

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestRedirectURLs(t *testing.T) {
	for _, good := range []string{
		"https://app.example.com", "https://app.example.com:8443/cb?x=1", "HTTPS://APP.example.com/", "http://localhost",
		"http://localhost:3000/cb", "http://127.0.0.1:8/", "http://[::1]/cb", "com.example.app:/cb", "myapp://callback", "exp+app://x",
	} {
		if err := checkRedirectURL(good); err != nil {
			t.Error(good, err)
		}
	}
	for _, bad := range []string{
		"", "app.example.com", "localhost:3000/callback", "app.example.com:443", "//app.example.com", "/cb", "https://", "https:///cb", "https:app.example.com", "https://app.example.com/#", "https://app.example.com/#x",
		"https://*.example.com/", "https://user@app.example.com/", "https://app.example.com/a b", "https://app.example.com/\n", "https://app.example.com/\x00",
		`https://app.example.com\@evil.example/`, "http://app.example.com/", "http://localhost.example.com/", "http://127.0.0.1.example.com/",
		"http://localhost@evil.example/", "http://[::2]/", "http://0.0.0.0/", "http://127.1/", "javascript:alert(1)", "JAVASCRIPT:x", "data:text/html,x", "vbscript:x",
		"file:///etc/passwd", "blob:https://app.example.com/x", "about:blank", "https://" + strings.Repeat("a", 1024),
	} {
		if checkRedirectURL(bad) == nil {
			t.Errorf("%q passed", bad)
		}
	}
}

func FuzzRedirectURLNeverLeavesTheBrowser(f *testing.F) {
	f.Add("https://a.example/cb")
	f.Add("javascript:x")
	f.Fuzz(func(t *testing.T, raw string) {
		if checkRedirectURL(raw) != nil {
			return
		}
		lower := strings.ToLower(raw)
		for _, s := range scriptSchemes {
			if strings.HasPrefix(lower, s+":") {
				t.Errorf("%q passed", raw)
			}
		}
		if strings.ContainsAny(raw, "#*\r\n\\") {
			t.Errorf("%q passed", raw)
		}
	})
}

func TestPoolSettingsRules(t *testing.T) {
	if s := DefaultSettings(); s.check() != nil {
		t.Fatal("the defaults break a rule:", s.check())
	}
	for name, c := range map[string]struct {
		change func(*Settings)
		reason error
	}{
		"both kinds of sign-in names":   {func(s *Settings) { s.UsernameAttributes, s.AliasAttributes = []string{"email"}, []string{"email"} }, ErrInvalid},
		"an unknown username attribute": {func(s *Settings) { s.UsernameAttributes = []string{"nickname"} }, ErrInvalid},
		"an alias twice":                {func(s *Settings) { s.AliasAttributes = []string{"email", "email"} }, ErrInvalid},
		"a password of 5":               {func(s *Settings) { s.Password.MinimumLength = 5 }, ErrInvalid},
		"a password of 100":             {func(s *Settings) { s.Password.MinimumLength = 100 }, ErrInvalid},
		"a history of 25":               {func(s *Settings) { s.Password.HistorySize = 25 }, ErrInvalid},
		"a temporary year and a day":    {func(s *Settings) { s.Password.TemporaryValidityDays = 366 }, ErrInvalid},
		"MFA of another kind":           {func(s *Settings) { s.MFA = "MAYBE" }, ErrInvalid},
		"MFA without a factor":          {func(s *Settings) { s.MFA = MFAOn }, ErrInvalid},
		"no password as first factor":   {func(s *Settings) { s.FirstFactors = nil }, ErrInvalid},
		"another tier":                  {func(s *Settings) { s.Tier = "GOLD" }, ErrInvalid},
		"choice in LITE":                {func(s *Settings) { s.Tier, s.FirstFactors = TierLite, []string{"PASSWORD", "EMAIL_OTP"} }, ErrFeatureNotInTier},
		"recovery by smoke":             {func(s *Settings) { s.Recovery = []RecoveryOption{{"smoke", 1}} }, ErrInvalid},
		"recovery with one priority":    {func(s *Settings) { s.Recovery = []RecoveryOption{{"verified_email", 1}, {"verified_phone_number", 1}} }, ErrInvalid},
		"recovery of priority 3":        {func(s *Settings) { s.Recovery = []RecoveryOption{{"verified_email", 3}} }, ErrInvalid},
		"an invitation without a name":  {func(s *Settings) { s.Messages.InviteBody = "{####}" }, ErrInvalid},
		"an invitation without a code":  {func(s *Settings) { s.Messages.InviteSMS = "{username}" }, ErrInvalid},
		"a subject of two lines":        {func(s *Settings) { s.Messages.EmailSubject = "x\r\nBcc: all@example.com" }, ErrInvalid},
		"a sender that is no address":   {func(s *Settings) { s.Messages.ReplyTo = "nobody" }, ErrInvalid},
		"a verification without a code": {func(s *Settings) { s.Messages.EmailBody = "Welcome!" }, ErrInvalid},
		"an SMS without a code":         {func(s *Settings) { s.Messages.SMSBody = "Welcome!" }, ErrInvalid},
		"a link mail without a link":    {func(s *Settings) { s.Messages.EmailBodyByLink = "Your code is {####}" }, ErrInvalid},
		"a link without words":          {func(s *Settings) { s.Messages.EmailBodyByLink = "Here: {####} {##}##}" }, ErrInvalid},
		"an MFA text without a code":    {func(s *Settings) { s.Messages.SMSAuthenticationBody = "Welcome!" }, ErrInvalid},
		"a text of five characters":     {func(s *Settings) { s.Messages.SMSBody = "{####"[:5] }, ErrInvalid},
		"an SMS of 141 characters":      {func(s *Settings) { s.Messages.SMSBody = "{####}" + strings.Repeat("é", 135) }, ErrInvalid},
		"a mail of 20,001 characters":   {func(s *Settings) { s.Messages.EmailBody = "{####}" + strings.Repeat("é", 19_995) }, ErrInvalid},
		"a subject of 141 characters":   {func(s *Settings) { s.Messages.InviteSubject = strings.Repeat("é", 141) }, ErrInvalid},
		"a subject with a separator":    {func(s *Settings) { s.Messages.EmailSubjectByLink = "x\u2028y" }, ErrInvalid},
		"a sender with a second header": {func(s *Settings) { s.Messages.From = "\"x\r\nBcc: all@example.com\" <a@example.com>" }, ErrInvalid},
		"two senders":                   {func(s *Settings) { s.Messages.From = "a@example.com, b@example.com" }, ErrInvalid},
		"another email option":          {func(s *Settings) { s.Messages.EmailOption = "CONFIRM_WITH_DOVE" }, ErrInvalid},
		"another algorithm":             {func(s *Settings) { s.SigningAlgorithm = "none" }, ErrInvalid},
		"a tag without a key":           {func(s *Settings) { s.Tags = map[string]string{"": "x"} }, ErrInvalid},
		"tags of one key":               {func(s *Settings) { s.Tags = map[string]string{"team": "x", "Team": "y"} }, ErrInvalid},
		"a reserved tag":                {func(s *Settings) { s.Tags = map[string]string{"AWS:x": "x"} }, ErrInvalid},
	} {
		s := DefaultSettings()
		c.change(&s)
		if err := s.check(); !errors.Is(err, c.reason) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestMessagesTakeWhatCognitoTakes(t *testing.T) {
	for _, m := range []Messages{
		{},
		{EmailSubject: strings.Repeat("é", 140), EmailBody: "{####}" + strings.Repeat("é", 19_994), SMSBody: "{####}" + strings.Repeat("é", 134)},
		{EmailOption: ConfirmWithLink, EmailBodyByLink: "<p>{##<b>Click</b> #1 here##}</p>", EmailSubjectByLink: "Hi"},
		{InviteBody: "{username}{####}", InviteSMS: "{####} {username}", SMSAuthenticationBody: "{####}"},
		{From: "Grüße vom Büro <büro@example.com>", ReplyTo: "help@example.com"},
	} {
		if err := m.Check(); err != nil {
			t.Errorf("%+.80v: %v", m, err)
		}
	}
}

func TestSchemaTakesOverridesAndPrefixesCustomAttributes(t *testing.T) {
	schema, err := MergeSchema([]AttributeRequest{
		{Name: "email", Type: "String", Required: ptr(true), MinLength: ptr(3)},
		{Name: "age", Type: "Number", MinValue: ptr(int64(18))},
		{Name: "hidden", Type: "Boolean", DeveloperOnly: true},
	})
	if err != nil {
		t.Fatal(err)
	}
	s := Settings{Schema: schema}
	if e := s.Attribute("email"); !e.Required || *e.MinLength != 3 || !e.Mutable || e.IsCustom() {
		t.Errorf("%+v", e)
	}
	if a := s.Attribute("custom:age"); a == nil || *a.MinValue != 18 || !a.IsCustom() || a.BareName() != "age" {
		t.Errorf("%+v", a)
	}
	if h := s.Attribute("dev:custom:hidden"); h == nil || !h.DeveloperOnly || h.BareName() != "hidden" {
		t.Errorf("%+v", h)
	}
	if StandardSchema()[10].Required {
		t.Error("an override leaked into the standard schema")
	}
	for name, r := range map[string]AttributeRequest{
		"a sub that changes":  {Name: "sub", Mutable: ptr(true)},
		"an optional sub":     {Name: "sub", Required: ptr(false)},
		"a hidden email":      {Name: "email", DeveloperOnly: true},
		"lengths turned":      {Name: "x", Type: "String", MinLength: ptr(5), MaxLength: ptr(4)},
		"a length of 2049":    {Name: "x", Type: "String", MaxLength: ptr(2049)},
		"values turned":       {Name: "x", Type: "Number", MinValue: ptr(int64(5)), MaxValue: ptr(int64(4))},
		"an unknown type":     {Name: "x", Type: "Blob"},
		"a name of 21":        {Name: strings.Repeat("x", 21), Type: "String"},
		"required and custom": {Name: "x", Type: "String", Required: ptr(true)},
	} {
		if _, err := MergeSchema([]AttributeRequest{r}); !errors.Is(err, ErrInvalid) {
			t.Error(name, err)
		}
	}
}

// The attack: a tenant claims a host that is not its own, and signs other people's users in there.
func TestDomainsOfTheInstallationAreNotForPools(t *testing.T) {
	s := &Service{BaseHost: "id.example.com", OtherHosts: []string{"gatehouse.internal"}}
	for _, name := range []string{
		"id.example.com", "auth.id.example.com", "shop.auth.id.example.com", "a.b.auth.id.example.com", "gatehouse.internal",
		"192.0.2.1", "intranet", "UPPER.example.com", "a..example.com", "-a.example.com", "a.example.com.", "a.example.com:443", "*.example.com", "a_b.example.com",
	} {
		if s.checkDomain(Domain{Name: name, Custom: true}) == nil {
			t.Errorf("%q passed as a custom domain", name)
		}
	}
	for _, name := range []string{"", "a.b", "-a", "a-", "A", "a_b", "xn--é", "my-aws-app", "amazonas", "cognito", strings.Repeat("a", 64)} {
		if s.checkDomain(Domain{Name: name}) == nil {
			t.Errorf("%q passed as a prefix", name)
		}
	}
	for _, d := range []Domain{{Name: "shop"}, {Name: "a"}, {Name: "a-1"}, {Name: "login.example.com", Custom: true}, {Name: "login.id.example.com", Custom: true}} {
		if err := s.checkDomain(d); err != nil {
			t.Error(d.Name, err)
		}
	}
}

func TestHostsNameDomains(t *testing.T) {
	s := &Service{BaseHost: "id.example.com"}
	for host, want := range map[string]string{
		"shop.auth.id.example.com": "shop", "SHOP.auth.ID.example.com:8443": "shop", "shop.auth.id.example.com.": "shop",
		"login.example.com": "login.example.com", "Login.example.com:443": "login.example.com",
	} {
		if name, _, err := s.domainName(host); err != nil || name != want {
			t.Error(host, name, err)
		}
	}
	for _, host := range []string{"", "id.example.com", "auth.id.example.com", "a.b.auth.id.example.com", "-.auth.id.example.com", "localhost", ".auth.id.example.com"} {
		if name, _, err := s.domainName(host); err == nil {
			t.Errorf("%q is taken for %q", host, name)
		}
	}
	if h := s.Host(Domain{Name: "shop"}); h != "shop.auth.id.example.com" {
		t.Error(h)
	}
}

func TestRandomTextFavoursNoLetter(t *testing.T) {
	counts := map[rune]int{}
	const n = 360_000
	text, err := randomText(rand.Reader, lowerAlnum, n)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range text {
		counts[r]++
	}
	for r, c := range counts {
		if c < n/36*9/10 || c > n/36*11/10 { // ten standard deviations
			t.Errorf("%q comes %d times", r, c)
		}
	}
	if len(counts) != 36 {
		t.Error(len(counts), "letters")
	}
	if _, err := randomText(bytes.NewReader(nil), lowerAlnum, 5); err == nil {
		t.Error("an id was made without randomness")
	}
}

func TestLRUKeepsWhatWasUsedLast(t *testing.T) {
	var l lru[string, int]
	for i := range lruSize {
		l.put(fmt.Sprint(i), i)
	}
	l.get("0")
	l.put("more", 1)
	if _, ok := l.get("0"); !ok {
		t.Error("what was just used is gone")
	}
	if _, ok := l.get("1"); ok || len(l.items) != lruSize || l.order.Len() != lruSize {
		t.Error("it grows without bound", len(l.items))
	}
	l.drop("0")
	if _, ok := l.get("0"); ok {
		t.Error("dropped")
	}
}

func TestValidityLimits(t *testing.T) {
	day := 24 * time.Hour
	for name, change := range map[string]func(*ClientSettings){
		"access under 5 minutes":  func(c *ClientSettings) { c.AccessTokenValidity = 299 * time.Second },
		"ID over a day":           func(c *ClientSettings) { c.IDTokenValidity = day + time.Second },
		"refresh under an hour":   func(c *ClientSettings) { c.RefreshTokenValidity = 59 * time.Minute },
		"refresh over ten years":  func(c *ClientSettings) { c.RefreshTokenValidity = 3651 * day },
		"ID outlives refresh":     func(c *ClientSettings) { c.IDTokenValidity, c.RefreshTokenValidity = 2*time.Hour, time.Hour },
		"session over 15 minutes": func(c *ClientSettings) { c.AuthSessionValidity = 16 * time.Minute },
		"grace over a minute":     func(c *ClientSettings) { c.RotationGrace = 61 * time.Second },
	} {
		c := Client{ClientSettings: DefaultClientSettings()}
		change(&c.ClientSettings)
		if err := checkValidity(nil, &c); !errors.Is(err, ErrInvalid) {
			t.Error(name, err)
		}
	}
}
