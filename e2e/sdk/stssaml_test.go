package sdk_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
	crewjam "github.com/crewjam/saml"

	"gatehouse/e2e/server"
	"gatehouse/internal/federation/saml/samltest"
)

const (
	signInOfAWS = "https://signin.aws.amazon.com/saml"
	attribute   = "https://aws.amazon.com/SAML/Attributes/"
)

// federation is an identity provider that an account trusts, and a client of whoever comes from it.
type federation struct {
	*kit
	idp      *samltest.IdP
	provider *string // ARN
	sts      *sts.Client
}

func (k *kit) federate(t *testing.T) *federation {
	t.Helper()
	f := &federation{kit: k, idp: samltest.New("https://idp.example.com", time.Now)}
	f.provider = must(k.rootIAM().CreateSAMLProvider(ctx, &iam.CreateSAMLProviderInput{Name: aws.String("Okta"), SAMLMetadataDocument: aws.String(f.idp.Metadata())}))(t).SAMLProviderArn
	f.sts = sts.New(sts.Options{Region: region, BaseEndpoint: aws.String(k.URL), RetryMaxAttempts: 1, HTTPClient: server.SDKClient{}})
	return f
}

// trusting is a role that trusts the provider for actions under a condition.
func (f *federation) trusting(t *testing.T, name, actions, condition string) *iamtypes.Role {
	t.Helper()
	trust := allow(`{"Effect":"Allow","Principal":{"Federated":"` + *f.provider + `"},"Action":` + actions + `,"Condition":{` + condition + `}}`)
	return f.role(t, name, &trust, allow(poolsOnly))
}

// ann is what the provider says of her: that she may have a role.
func (f *federation) ann(role *iamtypes.Role, more map[string][]string) map[string][]string {
	said := map[string][]string{attribute + "Role": {*role.Arn + "," + *f.provider}, attribute + "RoleSessionName": {"ann@example.com"}}
	for name, values := range more {
		said[attribute+name] = values
	}
	return said
}

func (f *federation) assume(role *iamtypes.Role, response string) (*sts.AssumeRoleWithSAMLOutput, error) {
	return f.sts.AssumeRoleWithSAML(ctx, &sts.AssumeRoleWithSAMLInput{RoleArn: role.Arn, PrincipalArn: f.provider, SAMLAssertion: &response})
}

// comes assumes a role with an assertion of her that says more.
func (f *federation) comes(role *iamtypes.Role, more map[string][]string) (*sts.AssumeRoleWithSAMLOutput, error) {
	return f.assume(role, f.idp.SignedIn("ann", "urn:amazon:webservices", signInOfAWS, f.ann(role, more)))
}

const withSAML, forAWS = `"sts:AssumeRoleWithSAML"`, `"StringEquals":{"SAML:aud":"` + signInOfAWS + `"}`

func TestAssumeRoleWithSAML(t *testing.T) {
	f := start(t).federate(t)
	role := f.trusting(t, "deploy", withSAML, forAWS)
	out := must(f.comes(role, nil))(t)
	if *out.Subject != "ann" || *out.SubjectType != "persistent" || *out.Issuer != "https://idp.example.com" || *out.Audience != signInOfAWS || len(*out.NameQualifier) != 28 || *out.AssumedRoleUser.AssumedRoleId != *role.RoleId+":ann@example.com" {
		t.Errorf("%+v", out)
	}
	ann := f.session(out.Credentials)
	if err := listPools(ann); err != nil {
		t.Error(err)
	}
	if who := must(ann.sts.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{}))(t); !strings.HasSuffix(*who.Arn, ":assumed-role/deploy/ann@example.com") {
		t.Error(*who.Arn)
	}

	t.Run("tags and source identity", func(t *testing.T) {
		said := map[string][]string{"PrincipalTag:team": {"blue"}, "TransitiveTagKeys": {"team"}}
		_, err := f.comes(role, said)
		refused(t, err, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithSAML")
		_, err = f.comes(role, map[string][]string{"SourceIdentity": {"ann"}})
		refused(t, err, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithSAML")
		all := f.trusting(t, "tagged", `["sts:AssumeRoleWithSAML","sts:TagSession","sts:SetSourceIdentity"]`, `"StringEquals":{"aws:RequestTag/team":"blue","saml:sub":"ann","saml:doc":"`+strings.Split(*role.Arn, ":")[4]+`/Okta","saml:sub_type":"persistent"}`)
		must(f.rootIAM().PutRolePolicy(ctx, &iam.PutRolePolicyInput{RoleName: all.RoleName, PolicyName: aws.String("own"), PolicyDocument: aws.String(allow(
			`{"Effect":"Allow","Action":"cognito-idp:*","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalTag/team":"blue","aws:SourceIdentity":"ann","saml:sub":"ann","aws:FederatedProvider":"` + *f.provider + `"}}}`))}))(t)
		said["SourceIdentity"] = []string{"ann"}
		out := must(f.comes(all, said))(t)
		if err := listPools(f.session(out.Credentials)); err != nil || *out.SourceIdentity != "ann" {
			t.Error(err)
		}
		said["PrincipalTag:team"] = []string{"red"}
		_, err = f.comes(all, said)
		refused(t, err, "AccessDenied", "")
	})
	t.Run("lengths", func(t *testing.T) {
		response := f.idp.SignedIn("ann", signInOfAWS, signInOfAWS, f.ann(role, nil))
		in := &sts.AssumeRoleWithSAMLInput{RoleArn: role.Arn, PrincipalArn: f.provider, SAMLAssertion: &response, DurationSeconds: aws.Int32(3601)}
		_, err := f.sts.AssumeRoleWithSAML(ctx, in)
		refused(t, err, "ValidationError", "exceeds the MaxSessionDuration set for this role")
		in.DurationSeconds = aws.Int32(900) // what was refused did not use the assertion
		if out := must(f.sts.AssumeRoleWithSAML(ctx, in))(t); time.Until(*out.Credentials.Expiration).Round(time.Minute) != 15*time.Minute {
			t.Error(out.Credentials.Expiration)
		}
		a, end := f.idp.Assertion("ann", signInOfAWS, signInOfAWS, f.ann(role, nil)), time.Now().Add(10*time.Minute)
		a.AuthnStatements = []crewjam.AuthnStatement{{AuthnInstant: time.Now(), SessionNotOnOrAfter: &end}}
		out := must(f.assume(role, samltest.Encode(f.idp.Sign(f.idp.Response(a.Element(), signInOfAWS)))))(t)
		if time.Until(*out.Credentials.Expiration).Round(time.Minute) != 10*time.Minute {
			t.Error(out.Credentials.Expiration)
		}
	})
	t.Run("our own address", func(t *testing.T) {
		own := f.URL + "/saml"
		here := f.trusting(t, "here", withSAML, `"StringEquals":{"SAML:aud":"`+own+`"}`)
		must(f.assume(here, f.idp.SignedIn("ann", own, own, f.ann(here, nil))))(t)
		_, err := f.assume(role, f.idp.SignedIn("ann", own, own, f.ann(role, nil)))
		refused(t, err, "AccessDenied", "")
	})
	t.Run("encrypted", func(t *testing.T) {
		key := must(rsa.GenerateKey(rand.Reader, 2048))(t)
		text := string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}))
		must(f.rootIAM().UpdateSAMLProvider(ctx, &iam.UpdateSAMLProviderInput{SAMLProviderArn: f.provider, AddPrivateKey: &text, AssertionEncryptionMode: iamtypes.AssertionEncryptionModeTypeRequired}))(t)
		signed := f.idp.Sign(f.idp.Assertion("ann", signInOfAWS, signInOfAWS, f.ann(role, nil)).Element())
		must(f.assume(role, samltest.Encode(f.idp.Response(samltest.Encrypt(signed, key), signInOfAWS))))(t)
		_, err := f.comes(role, nil)
		refused(t, err, "InvalidIdentityToken", "is not encrypted")
	})
}

func TestAttackAssumeRoleWithSAML(t *testing.T) {
	f := start(t).federate(t)
	role := f.trusting(t, "deploy", withSAML, forAWS)
	other := f.role(t, "other", trusts(strings.Split(*role.Arn, ":")[4]), allow(poolsOnly))

	t.Run("replayed, at once", func(t *testing.T) {
		response := f.idp.SignedIn("ann", signInOfAWS, signInOfAWS, f.ann(role, nil))
		errs := make(chan error, 6)
		for range cap(errs) {
			go func() { _, err := f.assume(role, response); errs <- err }()
		}
		got := 0
		for range cap(errs) {
			var e smithy.APIError
			switch err := <-errs; {
			case err == nil:
				got++
			case !errors.As(err, &e) || e.ErrorCode() != "InvalidIdentityToken" || !strings.Contains(e.ErrorMessage(), "used already"):
				t.Error(err)
			}
		}
		if got != 1 {
			t.Error("sessions:", got)
		}
	})
	_, err := f.comes(other, nil) // whose trust policy does not name the provider
	refused(t, err, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithSAML")
	_, err = f.assume(other, f.idp.SignedIn("ann", signInOfAWS, signInOfAWS, f.ann(role, nil))) // which she was not given
	refused(t, err, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithSAML")
	none, elsewhere := *role, *role
	none.Arn, elsewhere.Arn = aws.String(*role.Arn+"x"), aws.String("arn:aws:iam::999988887777:role/deploy")
	for _, r := range []*iamtypes.Role{&none, &elsewhere} {
		_, err = f.comes(r, nil)
		refused(t, err, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithSAML")
	}
	forger := samltest.New("https://idp.example.com", time.Now)
	_, err = f.assume(role, forger.SignedIn("ann", signInOfAWS, signInOfAWS, f.ann(role, nil)))
	refused(t, err, "InvalidIdentityToken", "Response signature invalid")
	_, err = f.assume(role, f.idp.SignedIn("ann", "https://app.example.com", signInOfAWS, f.ann(role, nil)))
	refused(t, err, "InvalidIdentityToken", "Response does not contain the required audience")
	_, err = f.assume(role, f.idp.SignedIn("ann", signInOfAWS, "https://app.example.com", f.ann(role, nil)))
	refused(t, err, "InvalidIdentityToken", "another recipient")
	_, err = f.assume(role, "AAAA")
	refused(t, err, "InvalidIdentityToken", "")
	f.idp.Clock = func() time.Time { return time.Now().Add(-6 * time.Minute) }
	_, err = f.comes(role, nil)
	refused(t, err, "ExpiredTokenException", "Token must be redeemed within 5 minutes of issuance")
	f.idp.Clock = time.Now
	must(f.rootIAM().DeleteSAMLProvider(ctx, &iam.DeleteSAMLProviderInput{SAMLProviderArn: f.provider}))(t)
	_, err = f.comes(role, nil)
	refused(t, err, "InvalidIdentityToken", "Specified provider doesn't exist")
}
