package hosted_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/directory"
	"gatehouse/internal/userpool"
	"gatehouse/web/paths"
)

func TestSignUpConfirmsAndLeadsBackToTheSignIn(t *testing.T) {
	s := start(t)
	p := s.plain(t).open(s.page(paths.Login)).link("Create an account")
	p.wantPage(200, "Create an account")
	p = p.send("username", "bea@example.com", "password", goodPassword)
	p.wantPage(200, "Enter your code")
	wrong := p.send("code", "000000")
	if s.post.code("bea@example.com") != "000000" && !strings.Contains(wrong.problem(), "not right") {
		t.Errorf("%q", wrong.problem())
	}
	p = wrong.send("code", " "+s.post.code("bea@example.com"))
	p.wantPage(200, "Sign in")
	if !strings.Contains(p.body, "Your account is confirmed") {
		t.Error("nothing says that the account is confirmed")
	}
	p.send("username", "bea@example.com", "password", goodPassword).wantBack()
}

func TestSignUpAsksForWhatTheSchemaRequires(t *testing.T) {
	s := start(t, func(p *userpool.Settings) {
		p.Attribute("family_name").Required = true
		p.Attribute("phone_number").Required = true
	})
	p := s.plain(t).open(s.page(paths.SignUp))
	p = p.send("username", "bea", "requiredAttributes[phone_number]", "12", "password", "short")
	for _, want := range []string{"Enter an email address", "Enter your last name.", "Enter a phone number"} {
		if !strings.Contains(p.problem(), want) {
			t.Errorf("%q lacks %q", p.problem(), want)
		}
	}
	if attr(p.find("input", "name", "requiredAttributes[phone_number]"), "value") != "12" {
		t.Error("what was typed is gone")
	}
	p = p.send("username", "bea@example.com", "requiredAttributes[family_name]", "Lee", "requiredAttributes[phone_number]", "+44 (20) 7946-0018", "password", "short")
	if !strings.Contains(p.problem(), "does not meet the rules") {
		t.Errorf("%q", p.problem())
	}
	for rule, failed := range map[string]bool{"min": true, "upper": true, "lower": false, "number": true} {
		if li := p.find("li", "data-rule", rule); strings.Contains(text(li), "(not met)") != failed {
			t.Errorf("rule %s of the refused password is marked wrongly: %q", rule, text(li))
		}
	}
	p.send("password", goodPassword).wantPage(200, "Enter your code")
	u, err := s.people.Lookup(t.Context(), s.pool, "bea@example.com")
	if err != nil || u.Attribute("phone_number") != "+442079460018" || u.Attribute("family_name") != "Lee" {
		t.Errorf("%+v, %v", u, err)
	}
}

func TestTakenUsernameIsToldWhereNamesAreChosen(t *testing.T) {
	s := start(t, func(p *userpool.Settings) { p.UsernameAttributes = nil })
	for i, want := range []string{"", "This username is taken"} {
		p := s.plain(t).open(s.page(paths.SignUp)).send("username", "ann", "requiredAttributes[email]", "ann@example.com", "password", goodPassword)
		if !strings.Contains(p.problem(), want) || (want == "") != (p.heading() == "Enter your code") {
			t.Errorf("%d: %q %q", i, p.heading(), p.problem())
		}
	}
}

func TestUnconfirmedIsLedToTheCodeWhereNamesAreChosen(t *testing.T) {
	s := start(t, func(p *userpool.Settings) { p.UsernameAttributes = nil })
	b := s.plain(t)
	b.open(s.page(paths.SignUp)).send("username", "ann", "requiredAttributes[email]", "ann@example.com", "password", goodPassword).wantPage(200, "Enter your code")
	p := s.plain(t).open(s.page(paths.Login)).send("username", "ann", "password", goodPassword)
	p.wantPage(200, "Enter your code")
	old := s.post.code("ann@example.com")
	p.link("Back to sign in").wantPage(200, "Sign in")
	again := p.browser.open(s.page(paths.ResendCode)).send()
	again.wantPage(200, "Enter your code")
	if s.post.code("ann@example.com") == old && !strings.Contains(again.body, "on its way") {
		t.Error("no new code")
	}
	again.send("code", s.post.code("ann@example.com")).wantPage(200, "Sign in")
}

func TestForgottenPasswordIsReset(t *testing.T) {
	s := start(t)
	s.user("ann@example.com")
	thief := s.plain(t)
	thief.open(s.page(paths.Login)).send("username", "ann@example.com", "password", goodPassword).wantBack()
	p := s.plain(t).open(s.page(paths.Login)).link("Forgot your password?")
	p.wantPage(200, "Forgot your password?")
	p = p.send("username", "ann@example.com")
	p.wantPage(200, "Choose a new password")
	code := s.post.code("ann@example.com")
	p = p.send("code", code, "new_password", "weak")
	if !strings.Contains(p.problem(), "does not meet the rules") {
		t.Errorf("%q", p.problem())
	}
	p = p.send("code", code, "new_password", "Another-horse-7")
	p.wantPage(200, "Sign in")
	if got := attr(p.find("input", "name", "username"), "value"); got != "ann@example.com" {
		t.Errorf("username %q", got)
	}
	thief.open(s.page(paths.Login)).wantPage(200, "Sign in") // the session from before has ended
	p.send("username", "ann@example.com", "password", goodPassword).wantPage(200, "Sign in")
	p.send("username", "ann@example.com", "password", "Another-horse-7").wantBack()
}

func TestResetByAnAdministratorLeadsToTheCodeThatWasMailed(t *testing.T) {
	s := start(t)
	s.user("ann@example.com")
	if err := s.people.ResetPassword(t.Context(), s.pool, "ann@example.com"); err != nil {
		t.Fatal(err)
	}
	code := s.post.code("ann@example.com")
	stranger := s.plain(t).open(s.page(paths.Login)).send("username", "ann@example.com", "password", "wrong-Password-1")
	stranger.wantPage(200, "Sign in")
	if !strings.Contains(stranger.problem(), "not right") {
		t.Errorf("a wrong password is answered with %q", stranger.problem())
	}
	p := s.plain(t).open(s.page(paths.Login)).send("username", "ann@example.com", "password", goodPassword)
	p.wantPage(200, "Choose a new password")
	if !strings.Contains(text(p.find("main")), "Your password was reset") {
		t.Errorf("the page does not say why: %q", text(p.find("main")))
	}
	p = p.send("code", code, "new_password", "weak")
	if !strings.Contains(text(p.find("main")), "Your password was reset") {
		t.Error("a refusal forgets why")
	}
	p = p.send("code", code, "new_password", "Another-horse-7") // nothing that was done killed it
	p.wantPage(200, "Sign in")
	p.send("username", "ann@example.com", "password", "Another-horse-7").wantBack()
}

func TestMessagesSpeakTheLanguageOfThePage(t *testing.T) {
	s := start(t)
	s.plain(t).open(s.page(paths.SignUp, "lang", "de")).send("username", "bea@example.com", "password", goodPassword).wantPage(200, "Code eingeben")
	if got := s.post.locale("bea@example.com"); got != "de" {
		t.Errorf("the code of a German sign-up is told in %q", got)
	}
	s.plain(t).open(s.page(paths.ResendCode, "lang", "de")).send("username", "bea@example.com")
	if got := s.post.locale("bea@example.com"); got != "de" {
		t.Errorf("the next code is told in %q", got)
	}
	u, err := s.people.Lookup(t.Context(), s.pool, "bea@example.com")
	if err != nil || u.Attribute("locale") != "" {
		t.Errorf("the language of the page became the person's: %+v %v", u, err)
	}
	s.user("ann@example.com")
	forgot := func() string {
		s.plain(t).open(s.page(paths.ForgotPassword, "lang", "de")).send("username", "ann@example.com")
		return s.post.locale("ann@example.com")
	}
	if got := forgot(); got != "de" {
		t.Errorf("the code of a recovery is told in %q", got)
	}
	if err := s.people.SetAttributes(t.Context(), s.pool, "ann@example.com", map[string]string{"locale": "en-GB"}); err != nil {
		t.Fatal(err)
	}
	if got := forgot(); got != "en-GB" {
		t.Errorf("a person of a locale is told in %q", got)
	}
}

func TestLinkOfAMailConfirmsOnlyWhenThePersonSaysSo(t *testing.T) {
	s := start(t, func(p *userpool.Settings) { p.Messages.EmailOption = "CONFIRM_WITH_LINK" })
	s.plain(t).open(s.page(paths.SignUp)).send("username", "bea@example.com", "password", goodPassword).wantPage(200, "Enter your code")
	link := s.post.link("bea@example.com")
	s.plain(t).open(link).wantPage(200, "Confirm your account") // a scanner of mails
	if u, err := s.people.Lookup(t.Context(), s.pool, "bea@example.com"); err != nil || u.Status != directory.Unconfirmed {
		t.Fatalf("opening the link confirmed: %+v, %v", u, err)
	}
	other := s.plain(t)
	other.open(strings.Replace(link, "confirmation_code=", "confirmation_code=1", 1)).send().wantPage(200, "This link does not work any more")
	p := other.open(link)
	p.send().wantPage(200, "Your account is confirmed")
	p.send().wantPage(200, "This link does not work any more")
	s.plain(t).open(s.page(paths.Login)).send("username", "bea@example.com", "password", goodPassword).wantBack()
}

func TestNoSignUpWhereAdministratorsCreateAccounts(t *testing.T) {
	s := start(t, func(p *userpool.Settings) { p.AdminCreateOnly = true })
	b := s.plain(t)
	p := b.open(s.page(paths.Login))
	if strings.Contains(p.body, "Create an account") {
		t.Error("sign-up is offered")
	}
	_, data := p.form()
	data.Set("username", "eve@example.com")
	b.open(s.page(paths.SignUp)).wantPage(404, "Page not found")
	b.post(s.page(paths.SignUp), data).wantPage(404, "Page not found")
	if _, err := s.people.Lookup(t.Context(), s.pool, "eve@example.com"); err == nil {
		t.Error("an account was made")
	}
}

var avatar = regexp.MustCompile(`<span class="avatar".*?</span>`) // is made of the name

// sameAnswer fails unless two pages are the same but for the name that was typed and the id of the form.
func sameAnswer(t *testing.T, what string, known, unknown *sheet) {
	t.Helper()
	clean := func(p *sheet, name string) string {
		s := avatar.ReplaceAllString(strings.ReplaceAll(p.body, name, "NAME"), "")
		if n := p.find("input", "name", "_csrf"); n != nil {
			s = strings.ReplaceAll(s, attr(n, "value"), "FORM")
		}
		return s
	}
	a, b := clean(known, "ann@example.com"), clean(unknown, "zoe@example.com")
	if known.status != unknown.status || known.url.Path != unknown.url.Path || a != b {
		t.Errorf("%s: known and unknown differ: %d %s %q / %d %s %q", what, known.status, known.url.Path, text(known.find("main")), unknown.status, unknown.url.Path, text(unknown.find("main")))
	}
}

func TestAttackEnumerationOfAccountsByAddress(t *testing.T) {
	s := start(t)
	s.user("ann@example.com") // zoe has no account
	locked := false
	both := func(what string, act func(b *plain, name string) *sheet) (known, unknown *sheet) {
		t.Helper()
		known, unknown = act(s.plain(t), "ann@example.com"), act(s.plain(t), "zoe@example.com")
		sameAnswer(t, what, known, unknown)
		return known, unknown
	}
	for range 7 { // past what is forgiven
		known, unknown := both("wrong password", func(b *plain, name string) *sheet {
			return b.open(s.page(paths.Login)).send("username", name, "password", "wrong-Password-1")
		})
		locked = strings.Contains(known.problem(), "Too many attempts") && strings.Contains(unknown.problem(), "Too many attempts")
	}
	if !locked {
		t.Error("seven wrong passwords lock nobody")
	}
	s.pass(time.Hour)
	known, unknown := both("forgot", func(b *plain, name string) *sheet {
		return b.open(s.page(paths.ForgotPassword)).send("username", name)
	})
	for range 6 { // past the tries of a code
		known, unknown = known.send("code", "000000", "new_password", goodPassword), unknown.send("code", "000000", "new_password", goodPassword)
		sameAnswer(t, "wrong code", known, unknown)
	}
	for range 6 { // past the hour's limit
		both("forgot again", func(b *plain, name string) *sheet {
			return b.open(s.page(paths.ForgotPassword)).send("username", name)
		})
	}
	for range 7 {
		both("resend", func(b *plain, name string) *sheet {
			return b.open(s.page(paths.ResendCode)).send("username", name)
		})
	}
	both("weak password", func(b *plain, name string) *sheet {
		return b.open(s.page(paths.SignUp)).send("username", name, "password", "weak")
	})
	// From here on zoe signs up, where ann has an account already.
	known, unknown = both("sign-up", func(b *plain, name string) *sheet {
		return b.open(s.page(paths.SignUp)).send("username", name, "password", "Somebody-else-5")
	})
	for range 2 {
		code := "000000"
		if s.post.code("zoe@example.com") == code {
			code = "000001"
		}
		known, unknown = known.send("code", code), unknown.send("code", code)
		sameAnswer(t, "wrong code of a sign-up", known, unknown)
	}
	both("sign-in with the password of the sign-up", func(b *plain, name string) *sheet {
		return b.open(s.page(paths.Login)).send("username", name, "password", "Somebody-else-5")
	})
	// And ann is who she was.
	s.plain(t).open(s.page(paths.Login)).send("username", "ann@example.com", "password", goodPassword).wantBack()
	if u, err := s.people.Lookup(t.Context(), s.pool, "ann@example.com"); err != nil || u.Status != directory.Confirmed {
		t.Errorf("%+v, %v", u, err)
	}
}
