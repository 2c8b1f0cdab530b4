package totp_test

import (
	"crypto/rand"
	"net/url"
	"testing"
	"time"

	"github.com/pquerna/otp"
	pquerna "github.com/pquerna/otp/totp"

	"gatehouse/internal/authn/totp"
)

// The vectors of RFC 6238, appendix B, cut to six digits.
func TestCodesOfRFC6238(t *testing.T) {
	secret := []byte("12345678901234567890")
	for unix, want := range map[int64]string{59: "287082", 1111111109: "081804", 1111111111: "050471",
		1234567890: "005924", 2000000000: "279037", 20000000000: "353130"} {
		if got := totp.Code(secret, totp.Step(time.Unix(unix, 0))); got != want {
			t.Errorf("%d: %s, want %s", unix, got, want)
		}
	}
}

func TestMatchAcceptsOneStepAroundNow(t *testing.T) {
	secret, err := totp.NewSecret(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Unix(1_700_000_000, 0)
	for by, want := range map[int64]bool{-2: false, -1: true, 0: true, 1: true, 2: false} {
		step, ok := totp.Match(secret, totp.Code(secret, totp.Step(now)+by), now)
		if ok != want || ok && step != totp.Step(now)+by {
			t.Errorf("%d steps: %v", by, ok)
		}
	}
	for _, code := range []string{"", "12345", "1234567", "abcdef"} {
		if _, ok := totp.Match(secret, code, now); ok {
			t.Errorf("%q matched", code)
		}
	}
}

func TestAuthenticatorReadsOurURL(t *testing.T) {
	secret, _ := totp.NewSecret(rand.Reader)
	raw := totp.URL("Acme & Söhne: pool+1", "ann@example.com", secret)
	key, err := otp.NewKeyFromURL(raw)
	if err != nil {
		t.Fatal(err)
	}
	if key.Secret() != totp.SecretCode(secret) || key.AccountName() != "ann@example.com" || key.Issuer() != "Acme & Söhne: pool+1" {
		t.Fatalf("%s read as %q %q", raw, key.Issuer(), key.AccountName())
	}
	if u, _ := url.Parse(raw); u.Scheme != "otpauth" || u.Host != "totp" {
		t.Fatal(raw)
	}
	now := time.Now()
	code, err := pquerna.GenerateCode(key.Secret(), now)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := totp.Match(secret, code, now); !ok {
		t.Fatal("the authenticator's code does not match")
	}
}
