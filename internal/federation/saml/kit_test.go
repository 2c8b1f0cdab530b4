package saml_test

import (
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/beevik/etree"
	crewjam "github.com/crewjam/saml"

	"gatehouse/internal/fault"
	"gatehouse/internal/federation/saml"
	"gatehouse/internal/federation/saml/samltest"
)

const (
	entity    = "https://idp.example.com/metadata"
	audience  = "urn:amazon:webservices"
	recipient = "https://signin.aws.amazon.com/saml"
)

var attributes = map[string][]string{"role": {"admin", "reader"}, "mail": {"ann@example.com"}}

// kit is a service provider, an identity provider that it trusts, and one that it does not, which says that it is the other.
type kit struct {
	*testing.T
	now          time.Time
	idp, forger  *samltest.IdP
	provider     *saml.IdentityProvider
	want         saml.Expected
	signResponse bool
}

var (
	testIdP, testForger = samltest.New(entity, nil), samltest.New(entity, nil)
	testKey, _          = rsa.GenerateKey(rand.Reader, 2048)
)

func newKit(t *testing.T) *kit {
	t.Helper()
	k := &kit{T: t, now: time.Unix(1_800_000_000, 0).UTC()}
	idp, forger := *testIdP, *testForger
	k.idp, k.forger = &idp, &forger
	idp.Clock, forger.Clock = k.clock, k.clock
	p, err := saml.ParseMetadata(idp.Metadata())
	if err != nil {
		t.Fatal(err)
	}
	k.provider = p
	k.want = saml.Expected{Audiences: []string{audience, recipient}, Recipients: []string{"https://iam.example.com/saml", recipient}, Unsolicited: true}
	return k
}

func (k *kit) clock() time.Time { return k.now }

func (k *kit) validate(response string) (*saml.Assertion, error) {
	return (&saml.Validator{Clock: k.clock}).Validate(response, k.provider, k.want)
}

func (k *kit) assertion() *crewjam.Assertion {
	return k.idp.Assertion("ann", audience, recipient, attributes)
}

// signed is the element of an assertion of ann under the provider's signature.
func (k *kit) signed() *etree.Element { return k.idp.Sign(k.assertion().Element()) }

// encoded is a response with an assertion that is changed before it is signed; signResponse says where the signature is.
func (k *kit) encoded(change func(a *crewjam.Assertion)) string {
	a := k.assertion()
	change(a)
	if k.signResponse {
		return samltest.Encode(k.idp.Sign(k.idp.Response(a.Element(), recipient)))
	}
	return samltest.Encode(k.idp.Response(k.idp.Sign(a.Element()), recipient))
}

// refuses is a refusal for a reason, in these words.
func (k *kit) refuses(response string, reason *fault.Error, words string) {
	k.Helper()
	a, err := k.validate(response)
	if !errors.Is(err, reason) || !strings.Contains(err.Error(), words) {
		k.Errorf("got %+v, %v; want %s: %s", a, err, reason.Code, words)
	}
}

// accepts is an assertion about ann.
func (k *kit) accepts(response string) *saml.Assertion {
	k.Helper()
	a, err := k.validate(response)
	if err != nil {
		k.Fatal(err)
	}
	if a.Subject != "ann" || a.Issuer != entity {
		k.Errorf("%+v", a)
	}
	return a
}
