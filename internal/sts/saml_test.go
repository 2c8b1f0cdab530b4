package sts_test

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/federation/saml"
	"gatehouse/internal/federation/saml/samltest"
	"gatehouse/internal/identity"
	"gatehouse/internal/sts"
)

const (
	attribute = "https://aws.amazon.com/SAML/Attributes/"
	deployARN = "arn:aws:iam::111122223333:role/team/deploy"
	oktaARN   = "arn:aws:iam::111122223333:saml-provider/Okta"
)

var okta = identity.SAMLProvider{AccountID: account, Name: "Okta"}

// assertion is ann's, changed.
func assertion(change map[string][]string) *saml.Assertion {
	a := &saml.Assertion{ID: "_a", Issuer: "https://idp.example.com", Subject: "ann", SubjectFormat: "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
		Recipient: "https://signin.aws.amazon.com/saml", Attributes: map[string][]string{
			attribute + "Role":            {deployARN + "," + oktaARN, " " + oktaARN + " , arn:aws:iam::111122223333:role/read "},
			attribute + "RoleSessionName": {"ann@example.com"},
		}}
	for name, values := range change {
		if !strings.HasPrefix(name, "urn:") {
			name = attribute + name
		}
		a.Attributes[name] = values
	}
	return a
}

func TestReadSAML(t *testing.T) {
	who, err := sts.ReadSAML(&okta, assertion(map[string][]string{
		"PrincipalTag:team": {"blue"}, "PrincipalTag:cost center": {""}, "TransitiveTagKeys": {"team"}, "SourceIdentity": {"ann"},
		"urn:oid:1.3.6.1.4.1.5923.1.1.1.1": {"staff", "member"}, "urn:oid:0.9.2342.19200300.100.1.3": {"ann@example.com"},
	}))
	if err != nil {
		t.Fatal(err)
	}
	if !who.Gives(deployARN) || !who.Gives("arn:aws:iam::111122223333:role/read") || who.Gives("arn:aws:iam::111122223333:role/admin") {
		t.Error(who.Roles)
	}
	if got := fmt.Sprint(who.Name, who.SubjectType, who.Tags, who.Transitive, who.SourceIdentity); got != "ann@example.compersistent[{cost center } {team blue}] [team]ann" {
		t.Error(got)
	}
	// BASE64(SHA1("https://idp.example.com" + "111122223333" + "/Okta")), by another program.
	if who.NameQualifier != "/ls9wKIr3rlyKC88ypRs9SigvXs=" {
		t.Error(who.NameQualifier)
	}
	want := map[string]string{
		"saml:aud": "[https://signin.aws.amazon.com/saml]", "saml:iss": "[https://idp.example.com]", "saml:sub": "[ann]", "saml:sub_type": "[persistent]",
		"saml:doc": "[111122223333/Okta]", "saml:namequalifier": "[" + who.NameQualifier + "]", "saml:eduPersonAffiliation": "[staff member]", "saml:mail": "[ann@example.com]",
	}
	for key, values := range who.Claims {
		if fmt.Sprint(values) != want[key] {
			t.Errorf("%s: %v", key, values)
		}
	}
	if len(who.Claims) != len(want) || len(who.Kept) != 3 {
		t.Error(who.Claims, who.Kept)
	}
}

func TestReadSAMLRefusesWhatHasNotItsForm(t *testing.T) {
	for _, c := range []struct {
		change map[string][]string
		words  string
	}{
		{map[string][]string{"RoleSessionName": nil}, "RoleSessionName is required"},
		{map[string][]string{"RoleSessionName": {"a b"}}, "RoleSessionName in AuthnResponse must match"},
		{map[string][]string{"RoleSessionName": {"a"}}, "RoleSessionName in AuthnResponse must match"},
		{map[string][]string{"RoleSessionName": {"ann\n"}}, "RoleSessionName in AuthnResponse must match"},
		{map[string][]string{"RoleSessionName": {"ann", "root"}}, "must have one value"},
		{map[string][]string{"SourceIdentity": {"AWS:ann"}}, "Source Identity must match"},
		{map[string][]string{"SourceIdentity": {"ann", "eve"}}, "must have one value"},
		{map[string][]string{"PrincipalTag:team": {"blue", "red"}}, "PrincipalTag:team must have one value"},
		{map[string][]string{"PrincipalTag:team": {"<b>"}}, "PrincipalTag:team"},
		{map[string][]string{"PrincipalTag:": {"x"}}, "PrincipalTag:"},
		{map[string][]string{"PrincipalTag:" + strings.Repeat("k", 129): {"x"}}, "PrincipalTag:"},
		{map[string][]string{"Role": {deployARN}}, "attribute Role"},
		{map[string][]string{"Role": {oktaARN + "," + oktaARN}}, "attribute Role"},
		{map[string][]string{"Role": {deployARN + "," + oktaARN + "," + oktaARN}}, ""},
	} {
		who, err := sts.ReadSAML(&okta, assertion(c.change))
		if c.words == "" { // not the pair that it looks like
			if err != nil || who.Gives(deployARN) {
				t.Errorf("%v: %v %v", c.change, who, err)
			}
			continue
		}
		if !errors.Is(err, saml.ErrInvalid) || !strings.Contains(err.Error(), c.words) {
			t.Errorf("%v: %v", c.change, err)
		}
	}
	long := assertion(nil)
	long.Subject = strings.Repeat("é", 1025)
	if _, err := sts.ReadSAML(&okta, long); !errors.Is(err, saml.ErrInvalid) {
		t.Error(err)
	}
	if who, err := sts.ReadSAML(&okta, assertion(map[string][]string{"Role": nil})); err != nil || who.Gives(deployARN) {
		t.Error(who, err)
	}
}

func TestClaimsAreReadUnvalidated(t *testing.T) {
	idp := samltest.New("https://idp.example.com", time.Now)
	said := idp.SignedIn("ann", "x", "x", map[string][]string{attribute + "Role": {deployARN + "," + oktaARN}, attribute + "SessionDuration": {"7200"}})
	want := sts.SAMLOffer{Roles: []sts.RoleByProvider{{Role: deployARN, Provider: oktaARN}}, Duration: 7200}
	if got := sts.ClaimedOffer(said); !reflect.DeepEqual(got, want) {
		t.Error(got)
	}
	for _, nothing := range []string{"", "AAAA", "%", idp.SignedIn("ann", "x", "x", map[string][]string{attribute + "Role": {"x"}, attribute + "SessionDuration": {"-1", "99999999999"}})} {
		if got := sts.ClaimedOffer(nothing); got.Roles != nil || got.Duration != 0 {
			t.Error(nothing)
		}
	}
}
