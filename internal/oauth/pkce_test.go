package oauth

import (
	"strings"
	"testing"
)

// TestVerifierProvesItsChallengeOnly starts from the example of RFC 7636 appendix B.
func TestVerifierProvesItsChallengeOnly(t *testing.T) {
	const verifier, challenge = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
	for name, c := range map[string]struct {
		challenge, verifier string
		want                bool
	}{
		"RFC 7636":                      {challenge, verifier, true},
		"neither":                       {"", "", true},
		"verifier left out":             {challenge, "", false},
		"verifier without a challenge":  {"", verifier, false},
		"challenge as verifier":         {challenge, challenge, false},
		"other verifier":                {challenge, strings.Repeat("a", 43), false},
		"too short":                     {challenge, verifier[:42], false},
		"too long":                      {challenge, strings.Repeat("a", 129), false},
		"characters that none may have": {challenge, verifier[:42] + "=", false},
	} {
		if got := provesChallenge(c.challenge, c.verifier); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestAnswersKeepTheQueryOfTheRedirectURI(t *testing.T) {
	p := pairs{{"code", "a b"}, {"state", "&="}}
	for uri, want := range map[string]string{
		"https://a.example/cb":      "https://a.example/cb?code=a+b&state=%26%3D",
		"https://a.example/cb?t=1":  "https://a.example/cb?t=1&code=a+b&state=%26%3D",
		"https://a.example/cb?":     "https://a.example/cb?code=a+b&state=%26%3D",
		"https://a.example/cb?t=1&": "https://a.example/cb?t=1&code=a+b&state=%26%3D",
		"myapp://done":              "myapp://done?code=a+b&state=%26%3D",
	} {
		if got := withQuery(uri, p); got != want {
			t.Errorf("%s: %s", uri, got)
		}
	}
}
