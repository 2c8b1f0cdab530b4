package sdk_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	ststypes "github.com/aws/aws-sdk-go-v2/service/sts/types"
	"github.com/go-jose/go-jose/v4"
)

// TestOutboundWebIdentityFederation is a service outside that verifies who calls it, by discovery.
func TestOutboundWebIdentityFederation(t *testing.T) {
	k := start(t)
	root := k.rootIAM()
	ann := k.worker(t, "ann", allow(`{"Effect":"Allow","Action":["sts:GetWebIdentityToken","sts:TagGetWebIdentityToken"],"Resource":"*","Condition":{"ForAllValues:StringEquals":{"sts:IdentityTokenAudience":"https://api.example.org"},"NumericLessThanEquals":{"sts:DurationSeconds":"300"}}}`))
	ask := &sts.GetWebIdentityTokenInput{Audience: []string{"https://api.example.org"}, SigningAlgorithm: aws.String("ES384"), Tags: []ststypes.Tag{{Key: aws.String("a"), Value: aws.String("b")}}}
	_, err := ann.sts.GetWebIdentityToken(ctx, ask)
	refused(t, err, "OutboundWebIdentityFederationDisabledException", "")
	_, err = root.GetOutboundWebIdentityFederationInfo(ctx, &iam.GetOutboundWebIdentityFederationInfoInput{})
	refused(t, err, "FeatureDisabled", "")
	issuer := *must(root.EnableOutboundWebIdentityFederation(ctx, &iam.EnableOutboundWebIdentityFederationInput{}))(t).IssuerIdentifier
	_, err = root.EnableOutboundWebIdentityFederation(ctx, &iam.EnableOutboundWebIdentityFederationInput{})
	refused(t, err, "FeatureEnabled", "")
	if got := must(root.GetOutboundWebIdentityFederationInfo(ctx, &iam.GetOutboundWebIdentityFederationInfoInput{}))(t); *got.IssuerIdentifier != issuer || !got.JwtVendingEnabled {
		t.Errorf("%+v", got)
	}
	got := must(ann.sts.GetWebIdentityToken(ctx, ask))(t)
	if left := time.Until(*got.Expiration); left < 4*time.Minute || left > 5*time.Minute {
		t.Error(left)
	}
	var c map[string]any
	verify(t, issuer, *got.WebIdentityToken, &c)
	if c["iss"] != issuer || c["aud"] != "https://api.example.org" || !strings.HasSuffix(c["sub"].(string), ":user/ann") {
		t.Error(c)
	}
	bob := k.worker(t, "bob", allow(`{"Effect":"Allow","Action":"sts:GetWebIdentityToken","Resource":"*"}`))
	_, err = bob.sts.GetWebIdentityToken(ctx, ask)
	refused(t, err, "AccessDenied", "sts:TagGetWebIdentityToken")
	_, err = ann.sts.GetWebIdentityToken(ctx, &sts.GetWebIdentityTokenInput{Audience: []string{"https://other.example.org"}, SigningAlgorithm: aws.String("RS256")})
	refused(t, err, "AccessDenied", "sts:GetWebIdentityToken")
	_, err = ann.sts.GetWebIdentityToken(ctx, &sts.GetWebIdentityTokenInput{Audience: ask.Audience, SigningAlgorithm: aws.String("none")})
	refused(t, err, "ValidationError", "")
	must(root.DisableOutboundWebIdentityFederation(ctx, &iam.DisableOutboundWebIdentityFederationInput{}))(t)
	_, err = ann.sts.GetWebIdentityToken(ctx, ask)
	refused(t, err, "OutboundWebIdentityFederationDisabledException", "")
	if r := must(http.Get(k.URL + "/account-nobody/.well-known/jwks.json"))(t); r.StatusCode != http.StatusNotFound {
		t.Error(r.Status)
	}
}

// verify reads a token's claims by the keys that its issuer publishes.
func verify(t *testing.T, issuer, token string, claims any) {
	t.Helper()
	var metadata struct {
		Issuer string `json:"issuer"`
		JWKS   string `json:"jwks_uri"`
	}
	var set jose.JSONWebKeySet
	fetch := func(url string, v any) {
		t.Helper()
		r := must(http.Get(url))(t)
		defer r.Body.Close()
		if err := json.NewDecoder(r.Body).Decode(v); err != nil {
			t.Fatal(url, r.Status, err)
		}
	}
	fetch(issuer+"/.well-known/openid-configuration", &metadata)
	if metadata.Issuer != issuer {
		t.Fatal(metadata)
	}
	fetch(metadata.JWKS, &set)
	signed := must(jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{jose.ES384, jose.RS256}))(t)
	if err := json.Unmarshal(must(signed.Verify(set))(t), claims); err != nil {
		t.Fatal(err)
	}
}
