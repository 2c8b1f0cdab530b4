package forward_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

// ask is a question of a proxy: pairs are headers.
func (k *kit) ask(p protected, method, path string, pairs ...string) (int, http.Header) {
	k.t.Helper()
	r, err := http.NewRequest(method, k.URL+"/authorize/forward/"+p.Service.Id+path, nil)
	k.ok(err)
	r.Header.Set("X-Gatehouse-Secret", p.Secret)
	for i := 0; i < len(pairs); i += 2 {
		switch name := pairs[i]; name {
		case "Host":
			r.Host = pairs[i+1]
		case "X-Gatehouse-Secret":
			r.Header.Set(name, pairs[i+1])
		default:
			r.Header.Add(name, pairs[i+1])
		}
	}
	status, header, _ := send(k.t, r)
	return status, header
}

// headersOf are those of a request, as pairs.
func headersOf(r *http.Request) (pairs []string) {
	for name, values := range r.Header {
		pairs = append(pairs, name, values[0])
	}
	return pairs
}

// TestEnvoyAsksWithTheRequestItself: its prefix and the original path, under the host of its client.
func TestEnvoyAsksWithTheRequestItself(t *testing.T) {
	k := start(t)
	p := k.protect(map[string]any{"Name": "books", "Proxy": "envoy", "Hosts": []string{"shop.example.com"}, "Mapping": "s3"})
	ann, arn := k.session("ann", reader)
	r := signed(t, ann, "GET", "http://shop.example.com/books/public/a%20b?versionId", "", "")
	pairs := append(headersOf(r), "Host", "shop.example.com", "X-Original-Addr", "192.0.2.7")
	if status, header := k.ask(p, "GET", "/books/public/a%20b?versionId", pairs...); status != 403 || !strings.Contains(header.Get("X-Gatehouse-Reason"), "s3:GetObjectVersion") {
		t.Error(status, header)
	}
	r = signed(t, ann, "GET", "http://shop.example.com/books/public/a%20b", "", "")
	if status, header := k.ask(p, "GET", "/books/public/a%20b", append(headersOf(r), "Host", "shop.example.com")...); status != 403 || !strings.Contains(header.Get("X-Gatehouse-Reason"), "does not tell X-Original-Addr") {
		t.Error("without the client's address:", status, header)
	}
	pairs = append(headersOf(r), "Host", "shop.example.com", "X-Original-Addr", "192.0.2.7")
	if status, header := k.ask(p, "GET", "/books/public/a%20b", pairs...); status != 200 || header.Get("X-Gatehouse-Principal-Arn") != arn || header.Get("X-Gatehouse-Sub") != "-" {
		t.Error(status, header)
	}
	for name, c := range map[string]struct{ method, path, host string }{
		"another method": {"PUT", "/books/public/a%20b", "shop.example.com"}, "another path": {"GET", "/books/public/b", "shop.example.com"}, "no path": {"GET", "", "shop.example.com"},
		"another host": {"GET", "/books/public/a%20b", "localhost"}, "a path above": {"GET", "/../books/public/a%20b", "shop.example.com"},
	} {
		if status, header := k.ask(p, c.method, c.path, append(headersOf(r), "Host", c.host, "X-Original-Addr", "192.0.2.7")...); status != 401 && status != 403 {
			t.Error(name, status, header)
		}
	}
}

// TestAttackStrangersAskTheForwardAuthEndpoint: without the secret of a service nobody learns anything.
func TestAttackStrangersAskTheForwardAuthEndpoint(t *testing.T) {
	k := start(t)
	p := k.protect(map[string]any{"Name": "books", "Proxy": "nginx", "Hosts": []string{"shop.example.com"}, "Mapping": "s3"})
	other := k.protect(map[string]any{"Name": "other", "Proxy": "nginx", "Hosts": []string{"shop.example.com"}, "Mapping": "s3"})
	ann, _ := k.session("ann", reader)
	r := signed(t, ann, "GET", "http://shop.example.com/books/public/a", "", "")
	told := append(headersOf(r), "X-Original-Method", "GET", "X-Original-URI", "/books/public/a", "X-Original-Host", "shop.example.com")
	if status, header := k.ask(p, "GET", "", told...); status != 200 {
		t.Fatal(status, header)
	}
	for name, as := range map[string]protected{
		"another service's secret": {Service: p.Service, Secret: other.Secret}, "no secret": {Service: p.Service}, "no service": {Secret: p.Secret},
		"a service that is not there": {Service: struct{ Id, Arn string }{Id: strings.Repeat("a", 24)}, Secret: p.Secret},
	} {
		if status, header := k.ask(as, "GET", "", told...); status != 404 || header.Get("X-Gatehouse-Principal-Arn") != "" || header.Get("X-Gatehouse-Reason") != "There is no such service." {
			t.Error(name, status, header)
		}
	}
	for name, more := range map[string][]string{
		"a second method": {"X-Original-Method", "PUT"}, "a second path": {"X-Original-URI", "/books/secret"}, "a second host": {"X-Original-Host", "evil.example.com"},
		"a line break in a path": {"X-Original-URI", "/books/public/a\tX"},
	} {
		if status, header := k.ask(p, "GET", "", append(append([]string{}, told...), more...)...); status != 403 {
			t.Error(name, status, header)
		}
	}
	if status, _ := k.ask(p, "GET", "", headersOf(r)...); status != 403 {
		t.Error("a proxy that tells nothing:", status)
	}
	k.own("DeleteProtectedService", map[string]string{"ServiceId": p.Service.Id}, &struct{}{})
	if status, _ := k.ask(p, "GET", "", told...); status != 404 {
		t.Error("a service that was deleted:", status)
	}
}

// TestUsersOfAPoolMayWhatTheRoleOfTheirGroupMay, where its trust policy lets the pool's issuer assume it.
func TestUsersOfAPoolMayWhatTheRoleOfTheirGroupMay(t *testing.T) {
	k := start(t)
	pools := idp.New(idp.Options{Region: region, BaseEndpoint: aws.String(k.URL), Credentials: provider(k.root())})
	made, err := pools.CreateUserPool(ctx, &idp.CreateUserPoolInput{PoolName: aws.String("people")})
	k.ok(err)
	pool := made.UserPool.Id
	app, err := pools.CreateUserPoolClient(ctx, &idp.CreateUserPoolClientInput{UserPoolId: pool, ClientName: aws.String("app"), ExplicitAuthFlows: []types.ExplicitAuthFlowsType{"ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}})
	k.ok(err)
	client := app.UserPoolClient.ClientId
	_, err = pools.AdminCreateUser(ctx, &idp.AdminCreateUserInput{UserPoolId: pool, Username: aws.String("ann"), MessageAction: "SUPPRESS"})
	k.ok(err)
	_, err = pools.AdminSetUserPassword(ctx, &idp.AdminSetUserPasswordInput{UserPoolId: pool, Username: aws.String("ann"), Password: aws.String("Correct-horse-7"), Permanent: true})
	k.ok(err)
	signedIn, err := pools.AdminInitiateAuth(ctx, &idp.AdminInitiateAuthInput{UserPoolId: pool, ClientId: client, AuthFlow: "ADMIN_USER_PASSWORD_AUTH", AuthParameters: map[string]string{"USERNAME": "ann", "PASSWORD": "Correct-horse-7"}})
	k.ok(err)
	token := *signedIn.AuthenticationResult.AccessToken
	p := k.protect(map[string]any{"Name": "shop", "Proxy": "nginx", "Hosts": []string{"shop.example.com"}, "Mapping": "execute-api", "ApiId": "shop", "Stage": "prod", "UserPoolIds": []string{*pool}})
	ask := func(want int, reason, method, uri, token string) http.Header {
		t.Helper()
		status, header := k.ask(p, "GET", "", "X-Original-Method", method, "X-Original-URI", uri, "X-Original-Host", "shop.example.com", "Authorization", "Bearer "+token)
		if status != want || !strings.Contains(header.Get("X-Gatehouse-Reason"), reason) {
			t.Errorf("%s %s: %d %v", method, uri, status, header)
		}
		return header
	}
	ask(403, "has no role", "GET", "/orders", token)
	issuer := k.URL + "/" + *pool
	host := strings.TrimPrefix(issuer, "http://")
	providerARN := "arn:aws:iam::" + k.AccountID + ":oidc-provider/" + host
	role := func(name, aud string) *string {
		out, err := k.iam.CreateRole(ctx, &iam.CreateRoleInput{RoleName: &name, AssumeRolePolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"` + providerARN +
			`"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"` + host + `:aud":"` + aud + `"}}}]}`)})
		k.ok(err)
		_, err = k.iam.PutRolePolicy(ctx, &iam.PutRolePolicyInput{RoleName: &name, PolicyName: aws.String("own"), PolicyDocument: aws.String(
			`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"execute-api:Invoke","Resource":"arn:aws:execute-api:*:*:shop/prod/GET/orders/*"}]}`)})
		k.ok(err)
		return out.Role.Arn
	}
	provided, err := k.iam.CreateOpenIDConnectProvider(ctx, &iam.CreateOpenIDConnectProviderInput{Url: &issuer, ClientIDList: []string{"another"}})
	k.ok(err)
	trusted, distrusted := role("customers", *client), role("others", "another")
	group := func(role *string) {
		_, err := pools.UpdateGroup(ctx, &idp.UpdateGroupInput{UserPoolId: pool, GroupName: aws.String("customers"), RoleArn: role, Precedence: aws.Int32(1)})
		k.ok(err)
	}
	_, err = pools.CreateGroup(ctx, &idp.CreateGroupInput{UserPoolId: pool, GroupName: aws.String("customers"), RoleArn: trusted, Precedence: aws.Int32(1)})
	k.ok(err)
	_, err = pools.AdminAddUserToGroup(ctx, &idp.AdminAddUserToGroupInput{UserPoolId: pool, GroupName: aws.String("customers"), Username: aws.String("ann")})
	k.ok(err)
	ask(403, "has no OpenID Connect provider of the pool that takes the client", "GET", "/orders/7", token)
	_, err = k.iam.AddClientIDToOpenIDConnectProvider(ctx, &iam.AddClientIDToOpenIDConnectProviderInput{OpenIDConnectProviderArn: provided.OpenIDConnectProviderArn, ClientID: client})
	k.ok(err)
	group(distrusted)
	ask(403, "trust policy does not let", "GET", "/orders/7", token)
	group(trusted)
	header := ask(200, "", "GET", "/orders/7?x=1", token)
	if !strings.Contains(header.Get("X-Gatehouse-Principal-Arn"), ":assumed-role/customers/"+header.Get("X-Gatehouse-Sub")) || len(header.Get("X-Gatehouse-Sub")) != 36 {
		t.Error(header)
	}
	ask(403, "is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:"+region+":"+k.AccountID+":shop/prod/DELETE/orders/7", "DELETE", "/orders/7", token)
	ask(401, "", "GET", "/orders/7", *signedIn.AuthenticationResult.IdToken)
	ask(401, "", "GET", "/orders/7", token+"x")
	ask(401, "has both a token and", "GET", "/orders/7?X-Amz-Signature=x", token)
	p2 := k.protect(map[string]any{"Name": "elsewhere", "Proxy": "nginx", "Hosts": []string{"shop.example.com"}, "Mapping": "execute-api", "ApiId": "shop", "Stage": "prod"})
	if status, _ := k.ask(p2, "GET", "", "X-Original-Method", "GET", "X-Original-URI", "/orders/7", "X-Original-Host", "shop.example.com", "Authorization", "Bearer "+token); status != 401 {
		t.Error("a token of a pool that the service does not take:", status)
	}
	_, err = pools.AdminUserGlobalSignOut(ctx, &idp.AdminUserGlobalSignOutInput{UserPoolId: pool, Username: aws.String("ann")})
	k.ok(err)
	ask(401, "revoked", "GET", "/orders/7", token)
}
