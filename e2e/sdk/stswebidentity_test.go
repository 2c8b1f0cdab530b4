package sdk_test

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/go-jose/go-jose/v4"

	"gatehouse/e2e/server"
)

// trustsToken lets a provider's tokens of an audience assume a role.
func trustsToken(provider, more string) *string {
	host := provider[strings.Index(provider, "oidc-provider/")+len("oidc-provider/"):]
	return aws.String(strings.ReplaceAll(allow(`{"Effect":"Allow","Principal":{"Federated":"`+provider+`"},"Action":["sts:AssumeRoleWithWebIdentity","sts:TagSession","sts:SetSourceIdentity"],"Condition":{"StringEquals":{"HOST:aud":"app"`+more+`}}}`), "HOST", host))
}

// ci is an issuer of tokens, as a continuous integration service is.
type ci struct {
	*httptest.Server
	key *rsa.PrivateKey
}

func startCI(t *testing.T) *ci {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	c := &ci{key: key}
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/keys" {
			json.NewEncoder(w).Encode(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: key.Public(), KeyID: "k"}}})
			return
		}
		json.NewEncoder(w).Encode(map[string]string{"issuer": c.URL, "jwks_uri": c.URL + "/keys"})
	}))
	t.Cleanup(c.Close)
	return c
}

func (c *ci) token(t *testing.T, change map[string]any) *string {
	t.Helper()
	claims := map[string]any{"iss": c.URL, "sub": "repo:acme/app", "aud": "app", "exp": time.Now().Add(time.Hour).Unix()}
	for k, v := range change {
		claims[k] = v
	}
	s := must(jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: c.key}, (&jose.SignerOptions{}).WithHeader("kid", "k")))(t)
	return aws.String(must(must(s.Sign(must(json.Marshal(claims))(t)))(t).CompactSerialize())(t))
}

func TestAssumeRoleWithWebIdentity(t *testing.T) {
	k := startWith(t, server.Options{Env: map[string]string{"GATEHOUSE_EGRESS_ALLOW": "127.0.0.0/8"}})
	c := startCI(t)
	root, strangers := k.rootIAM(), k.session(nil).sts
	p := must(root.CreateOpenIDConnectProvider(ctx, &iam.CreateOpenIDConnectProviderInput{Url: &c.URL, ClientIDList: []string{"app"}}))(t).OpenIDConnectProviderArn
	role := k.role(t, "deploy", trustsToken(*p, `,"HOST:sub":"repo:acme/app"`), allow(poolsOnly))
	assume := func(token *string, change ...func(*sts.AssumeRoleWithWebIdentityInput)) (*sts.AssumeRoleWithWebIdentityOutput, error) {
		in := &sts.AssumeRoleWithWebIdentityInput{RoleArn: role.Arn, RoleSessionName: aws.String("run-7"), WebIdentityToken: token}
		for _, f := range change {
			f(in)
		}
		return strangers.AssumeRoleWithWebIdentity(ctx, in)
	}
	out := must(assume(c.token(t, nil)))(t)
	if *out.Audience != "app" || *out.Provider != c.URL || *out.SubjectFromWebIdentityToken != "repo:acme/app" || !strings.HasSuffix(*out.AssumedRoleUser.Arn, ":assumed-role/deploy/run-7") {
		t.Errorf("%+v", out)
	}
	if err := listPools(k.session(out.Credentials)); err != nil {
		t.Error(err)
	}
	t.Run("tags, source identity and the provider stay in the session", func(t *testing.T) {
		host := strings.TrimPrefix(c.URL, "http://")
		must(root.PutRolePolicy(ctx, &iam.PutRolePolicyInput{RoleName: role.RoleName, PolicyName: aws.String("own"), PolicyDocument: aws.String(allow(
			`{"Effect":"Allow","Action":"cognito-idp:*","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalTag/team":"blue","aws:SourceIdentity":"ann","aws:FederatedProvider":"` + *p + `","` + host + `:sub":"repo:acme/app"}}}`))}))(t)
		plain := must(assume(c.token(t, nil)))(t)
		refused(t, listPools(k.session(plain.Credentials)), "AccessDeniedException", "")
		out := must(assume(c.token(t, map[string]any{
			"https://aws.amazon.com/tags":            map[string]any{"principal_tags": map[string][]string{"team": {"blue"}}, "transitive_tag_keys": []string{"team"}},
			"https://aws.amazon.com/source_identity": "ann",
		})))(t)
		if aws.ToString(out.SourceIdentity) != "ann" {
			t.Errorf("%+v", out)
		}
		if err := listPools(k.session(out.Credentials)); err != nil {
			t.Error(err)
		}
	})
	other := startCI(t)
	for name, a := range map[string]struct {
		token      *string
		role, code string
		text       string
	}{
		"another audience":                 {c.token(t, map[string]any{"aud": "other"}), "deploy", "InvalidIdentityToken", "Incorrect token audience"},
		"the audience, for another azp":    {c.token(t, map[string]any{"azp": "other"}), "deploy", "InvalidIdentityToken", "Incorrect token audience"},
		"another subject":                  {c.token(t, map[string]any{"sub": "repo:eve/app"}), "deploy", "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity"},
		"an issuer that nobody registered": {other.token(t, nil), "deploy", "InvalidIdentityToken", "No OpenIDConnect provider found in your account for " + other.URL},
		"a key of somebody else":           {other.token(t, map[string]any{"iss": c.URL}), "deploy", "InvalidIdentityToken", ""},
		"expired":                          {c.token(t, map[string]any{"exp": 1}), "deploy", "ExpiredTokenException", "Token expired"},
		"no token":                         {aws.String("abcdef"), "deploy", "InvalidIdentityToken", "not a valid JWT"},
		"a role that is not there":         {c.token(t, nil), "absent", "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := assume(a.token, func(in *sts.AssumeRoleWithWebIdentityInput) {
				in.RoleArn = aws.String(strings.Replace(*role.Arn, "role/deploy", "role/"+a.role, 1))
			})
			refused(t, err, a.code, a.text)
		})
	}
}

func TestAssumeRoleWithATokenOfAUserPool(t *testing.T) {
	k := startSignIn(t)
	root, strangers := k.rootIAM(), k.session(nil).sts
	p := must(root.CreateOpenIDConnectProvider(ctx, &iam.CreateOpenIDConnectProviderInput{Url: aws.String(k.URL + "/" + k.poolID), ClientIDList: []string{k.clientID}}))(t).OpenIDConnectProviderArn
	role := k.role(t, "user", aws.String(strings.Replace(*trustsToken(*p, ""), `"app"`, `"`+k.clientID+`"`, 1)), allow(poolsOnly))
	signedIn := must(k.initiate("USER_PASSWORD_AUTH", "USERNAME", "ann", "PASSWORD", annsPassword))(t).AuthenticationResult
	in := &sts.AssumeRoleWithWebIdentityInput{RoleArn: role.Arn, RoleSessionName: aws.String("ann"), WebIdentityToken: signedIn.IdToken}
	out := must(strangers.AssumeRoleWithWebIdentity(ctx, in))(t)
	owner := aws.Credentials{AccessKeyID: k.RootAccessKeyID, SecretAccessKey: k.RootSecretAccessKey}
	if taken := k.issuings(t, owner, map[string]any{"Text": *out.Credentials.AccessKeyId}); len(taken) != 1 || taken[0].IssuedAccessKeyId != *out.Credentials.AccessKeyId {
		t.Errorf("who took the key: %+v", taken)
	}
	if err := listPools(k.session(out.Credentials)); err != nil {
		t.Error(err)
	}
	in.WebIdentityToken = signedIn.AccessToken
	_, err := strangers.AssumeRoleWithWebIdentity(ctx, in)
	refused(t, err, "InvalidIdentityToken", "")
	must(k.root.AdminUserGlobalSignOut(ctx, &idp.AdminUserGlobalSignOutInput{UserPoolId: &k.poolID, Username: aws.String("ann")}))(t)
	in.WebIdentityToken = signedIn.IdToken
	_, err = strangers.AssumeRoleWithWebIdentity(ctx, in)
	refused(t, err, "InvalidIdentityToken", "revoked")
}
