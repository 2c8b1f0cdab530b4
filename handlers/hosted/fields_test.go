package hosted

import (
	"testing"

	"gatehouse/internal/userpool"
	"gatehouse/templates/messages"
)

func TestEveryStandardAttributeHasALabelInEveryLanguage(t *testing.T) {
	c, err := messages.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range messages.Languages() {
		for _, a := range userpool.StandardSchema() {
			if a.Name == "sub" || a.Type == "Boolean" {
				continue // nobody is asked for them
			}
			if f := attributeField(c.Printer(l.Tag), a.Name, ""); f.Label == a.Name {
				t.Errorf("%s has no label for %s", l.Tag, a.Name)
			}
		}
	}
	if got := attributeLabel(c.Printer("en"), "custom:favourite colour"); got != "favourite colour" {
		t.Errorf("custom attribute is labelled %q", got)
	}
}

func TestIdentifierFieldFollowsThePool(t *testing.T) {
	c, err := messages.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		by, alias   []string
		label, kind string
	}{
		{nil, nil, "Username", ""},
		{[]string{"email"}, nil, "Email address", "email"},
		{[]string{"phone_number"}, nil, "Phone number", "tel"},
		{[]string{"email", "phone_number"}, nil, "Email or phone number", ""},
		{nil, []string{"email"}, "Username or email", ""},
		{nil, []string{"phone_number"}, "Username or phone number", ""},
		{nil, []string{"email", "phone_number"}, "Username, email or phone number", ""},
	} {
		p := &userpool.Pool{Settings: userpool.Settings{UsernameAttributes: tt.by, AliasAttributes: tt.alias}}
		f := identifierField(c.Printer("en"), p, "")
		if f.Label != tt.label || f.Type != tt.kind || f.Autocomplete != "username" || f.Name != "username" {
			t.Errorf("%v %v: %+v", tt.by, tt.alias, f)
		}
	}
}
