package cluster_test

import (
	"encoding/base32"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"gatehouse/e2e/visitor"
	"gatehouse/internal/authn/srp/srptest"
	"gatehouse/internal/authn/totp"
)

// One person does everything, and no two requests in a row meet the same node.
func TestOnePersonAcrossTwoNodes(t *testing.T) {
	i := newInstallation(t)
	n := i.start(t, sealingKey(t))
	p := n.pool(t, "people")
	n.user(t, p, "ann")
	c := n.sdk()

	// SRP: the first answer by one node, the claim to the other.
	srp := srptest.New(p.id)
	begun := must(c.InitiateAuth(ctx, &idp.InitiateAuthInput{ClientId: &p.api, AuthFlow: "USER_SRP_AUTH",
		AuthParameters: map[string]string{"USERNAME": "ann", "SRP_A": srp.SRPA()}}))(t)
	claim := &idp.RespondToAuthChallengeInput{ClientId: &p.api, ChallengeName: "PASSWORD_VERIFIER",
		ChallengeResponses: srp.Claim(begun.ChallengeParameters, password, time.Now())}
	in := must(c.RespondToAuthChallenge(ctx, claim))(t).AuthenticationResult
	_, err := c.RespondToAuthChallenge(ctx, claim) // at the node that has not seen it yet
	refused(t, err, "NotAuthorizedException")

	// A software token is set up and asked for.
	secret := must(c.AssociateSoftwareToken(ctx, &idp.AssociateSoftwareTokenInput{AccessToken: in.AccessToken}))(t).SecretCode
	must(c.VerifySoftwareToken(ctx, &idp.VerifySoftwareTokenInput{AccessToken: in.AccessToken, UserCode: code(t, secret, 0)}))(t)
	must(c.SetUserMFAPreference(ctx, &idp.SetUserMFAPreferenceInput{AccessToken: in.AccessToken,
		SoftwareTokenMfaSettings: &types.SoftwareTokenMfaSettingsType{Enabled: true, PreferredMfa: true}}))(t)
	asked := must(c.InitiateAuth(ctx, &idp.InitiateAuthInput{ClientId: &p.api, AuthFlow: "USER_PASSWORD_AUTH",
		AuthParameters: map[string]string{"USERNAME": "ann", "PASSWORD": password}}))(t)
	answer := &idp.RespondToAuthChallengeInput{ClientId: &p.api, ChallengeName: asked.ChallengeName, Session: asked.Session,
		ChallengeResponses: map[string]string{"USERNAME": "ann", "SOFTWARE_TOKEN_MFA_CODE": *code(t, secret, 1)}}
	second := must(c.RespondToAuthChallenge(ctx, answer))(t).AuthenticationResult
	_, err = c.RespondToAuthChallenge(ctx, answer)
	refused(t, err, "NotAuthorizedException")

	// Refresh tokens rotate; reuse at the other node ends the family everywhere.
	token := *second.RefreshToken
	for range 4 {
		out := must(c.GetTokensFromRefreshToken(ctx, &idp.GetTokensFromRefreshTokenInput{ClientId: &p.api, RefreshToken: &token}))(t)
		token = *out.AuthenticationResult.RefreshToken
	}
	_, err = c.GetTokensFromRefreshToken(ctx, &idp.GetTokensFromRefreshTokenInput{ClientId: &p.api, RefreshToken: second.RefreshToken})
	refused(t, err, "RefreshTokenReuseException")
	_, err = c.GetTokensFromRefreshToken(ctx, &idp.GetTokensFromRefreshTokenInput{ClientId: &p.api, RefreshToken: &token})
	refused(t, err, "NotAuthorizedException")

	// A global sign-out at one node is seen by the other with its next request.
	must(n.at(1).sdk().GetUser(ctx, &idp.GetUserInput{AccessToken: in.AccessToken}))(t)
	must(n.at(0).sdk().GlobalSignOut(ctx, &idp.GlobalSignOutInput{AccessToken: in.AccessToken}))(t)
	_, err = n.at(1).sdk().GetUser(ctx, &idp.GetUserInput{AccessToken: in.AccessToken})
	refused(t, err, "NotAuthorizedException")
}

func code(t *testing.T, secretCode *string, steps int64) *string {
	t.Helper()
	secret, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(*secretCode)
	if err != nil {
		t.Fatal(err)
	}
	return aws.String(totp.Code(secret, totp.Step(time.Now())+steps))
}

// authorize is the request that an app sends a browser with.
func (p pool) authorize(more ...string) string {
	q := url.Values{"client_id": {p.web}, "response_type": {"code"}, "scope": {"openid email"}, "redirect_uri": {app}, "state": {"xyz"}}
	for i := 0; i+1 < len(more); i += 2 {
		q.Set(more[i], more[i+1])
	}
	return p.host + "/oauth2/authorize?" + q.Encode()
}

// redeem sends a code to the token endpoint.
func (n *nodes) redeem(t *testing.T, p pool, code string) (status int, tokens map[string]any) {
	t.Helper()
	r, err := http.NewRequest("POST", publicURL+"/"+p.id+"/oauth2/token", strings.NewReader(url.Values{
		"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {app}}.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth(p.web, p.secret)
	res, err := n.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if err := json.NewDecoder(res.Body).Decode(&tokens); err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, tokens
}

func TestBrowserSignsInAcrossTwoNodes(t *testing.T) {
	i := newInstallation(t)
	n := i.start(t, sealingKey(t))
	p := n.pool(t, "pages")
	n.user(t, p, "ben")
	b := visitor.New(t, n, app)
	page := b.Open(p.authorize())
	back := page.Send("username", "ben", "password", password)
	if back.Back == nil || back.Back.Query().Get("state") != "xyz" {
		t.Fatalf("%d %q back to %v", back.Status, back.Heading(), back.Back)
	}
	// The session's cookie counts at both nodes.
	for node := range 2 {
		b.Client.Transport = n.at(node)
		if again := b.Open(p.authorize("prompt", "none")); again.Back == nil || again.Back.Query().Get("code") == "" {
			t.Errorf("node %d does not know the session: %d %v", node, again.Status, again.Back)
		}
	}
	// A code of one node buys tokens at the other, once; the replay at the first ends what it bought.
	b.Client.Transport = n.at(0)
	grant := b.Open(p.authorize()).Code()
	status, tokens := n.at(1).redeem(t, p, grant)
	if status != http.StatusOK {
		t.Fatalf("%d %v", status, tokens)
	}
	if got := n.at(0).userInfo(t, p, tokens["access_token"]); got != http.StatusOK {
		t.Errorf("userInfo at the other node: %d", got)
	}
	if status, answer := n.at(0).redeem(t, p, grant); status != http.StatusBadRequest || answer["error"] != "invalid_grant" {
		t.Errorf("replay: %d %v", status, answer)
	}
	if got := n.at(1).userInfo(t, p, tokens["access_token"]); got != http.StatusUnauthorized {
		t.Errorf("after the replay the tokens live on: %d", got)
	}
	// Signed out at one node is signed out at the other.
	b.Client.Transport = n.at(1)
	b.Open(p.host + "/logout?" + url.Values{"client_id": {p.web}, "redirect_uri": {app}, "response_type": {"code"}}.Encode())
	b.Client.Transport = n.at(0)
	if again := b.Open(p.authorize("prompt", "none")); again.Back == nil || again.Back.Query().Get("error") != "login_required" {
		t.Errorf("after sign-out: %d %v", again.Status, again.Back)
	}
}

func (n *nodes) userInfo(t *testing.T, p pool, access any) int {
	t.Helper()
	r, err := http.NewRequest("GET", publicURL+"/"+p.id+"/oauth2/userInfo", nil)
	if err != nil {
		t.Fatal(err)
	}
	token, _ := access.(string)
	r.Header.Set("Authorization", "Bearer "+token)
	res, err := n.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	return res.StatusCode
}

// Fifty browsers redeem one code at both nodes at once: at most one gets tokens, and nothing stays alive.
func TestCodeIsRedeemedOnceByTwoNodesAtOnce(t *testing.T) {
	i := newInstallation(t)
	n := i.start(t, sealingKey(t))
	p := n.pool(t, "race")
	n.user(t, p, "cat")
	b := visitor.New(t, n, app)
	b.Open(p.authorize()).Send("username", "cat", "password", password)
	for range 5 {
		grant := b.Open(p.authorize()).Code()
		type answer struct {
			status int
			tokens map[string]any
		}
		answers := make(chan answer)
		for k := range 10 {
			go func() {
				status, tokens := n.at(k%2).redeem(t, p, grant)
				answers <- answer{status, tokens}
			}()
		}
		bought := 0
		var access any
		for range 10 {
			if a := <-answers; a.status == http.StatusOK {
				bought++
				access = a.tokens["access_token"]
			} else if a.status >= 500 {
				t.Errorf("%d %v", a.status, a.tokens)
			}
		}
		if bought > 1 {
			t.Fatalf("one code bought tokens %d times", bought)
		}
		if access != nil && n.userInfo(t, p, access) == http.StatusOK {
			t.Error("tokens of a replayed code live on")
		}
	}
}
