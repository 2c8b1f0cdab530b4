package sts_test

import (
	"errors"
	"strings"
	"testing"

	"gatehouse/internal/federation/oidc"
	"gatehouse/internal/sts"
)

// Tags of tokens have characters as tags may have, and are counted in these.
func TestReadWebIdentityReadsTags(t *testing.T) {
	for _, c := range []struct {
		key, value string
		fits       bool
	}{
		{"team", "blue", true},
		{strings.Repeat("ä", 128), strings.Repeat("ü", 256), true},
		{strings.Repeat("ä", 129), "x", false},
		{"team", strings.Repeat("ü", 257), false},
		{"team", "<b>", false},
		{"a*", "x", false},
		{"", "x", false},
	} {
		token := &oidc.Token{Issuer: "https://ci.example.com", Subject: "job", Audience: []string{"sts"}, Claims: map[string]any{
			"https://aws.amazon.com/tags": map[string]any{"principal_tags": map[string]any{c.key: []any{c.value}}},
		}}
		w, err := sts.ReadWebIdentity("arn:aws:iam::111122223333:oidc-provider/ci.example.com", []string{"sts"}, token)
		switch {
		case c.fits && (err != nil || len(w.Tags) != 1 || w.Tags[0].Key != c.key || w.Tags[0].Value != c.value):
			t.Errorf("%.10q %.10q: %+v %v", c.key, c.value, w, err)
		case !c.fits && !errors.Is(err, sts.ErrIdentityToken):
			t.Errorf("%.10q %.10q: %v", c.key, c.value, err)
		}
	}
}
