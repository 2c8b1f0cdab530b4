package sdk_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

const noClient = "aaaaaaaaaaaaaaaaaaaaaaaaaa"

func (k *kit) client(t *testing.T, poolID *string, change ...func(*idp.CreateUserPoolClientInput)) *types.UserPoolClientType {
	t.Helper()
	in := &idp.CreateUserPoolClientInput{UserPoolId: poolID, ClientName: aws.String("app")}
	for _, c := range change {
		c(in)
	}
	return must(k.root.CreateUserPoolClient(ctx, in))(t).UserPoolClient
}

// code are the settings of a client with the code flow.
func code(in *idp.CreateUserPoolClientInput) {
	in.AllowedOAuthFlowsUserPoolClient = true
	in.AllowedOAuthFlows = []types.OAuthFlowType{"code"}
	in.AllowedOAuthScopes = []string{"openid", "email"}
	in.CallbackURLs = []string{"https://app.example.com/cb", "http://localhost:3000/cb", "http://127.0.0.1/cb", "http://[::1]:9/cb", "com.example.app://cb"}
	in.LogoutURLs = []string{"https://app.example.com/bye"}
	in.DefaultRedirectURI = aws.String("https://app.example.com/cb")
	in.SupportedIdentityProviders = []string{"COGNITO"}
}

func TestCreateUserPoolClient(t *testing.T) {
	k := start(t)
	p := k.pool(t)
	c := k.client(t, p.Id)
	flows := c.ExplicitAuthFlows
	slices.Sort(flows)
	if !regexp.MustCompile(`^[0-9a-z]{26}$`).MatchString(*c.ClientId) || c.ClientSecret != nil || c.RefreshTokenValidity != 30 ||
		*c.AuthSessionValidity != 3 || !*c.EnableTokenRevocation || *c.AllowedOAuthFlowsUserPoolClient ||
		!slices.Equal(flows, []types.ExplicitAuthFlowsType{"ALLOW_CUSTOM_AUTH", "ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"}) {
		t.Errorf("defaults %+v", c)
	}
	s := k.client(t, p.Id, func(in *idp.CreateUserPoolClientInput) { in.GenerateSecret = true })
	if !regexp.MustCompile(`^[0-9a-z]{51}$`).MatchString(aws.ToString(s.ClientSecret)) {
		t.Error("generated secret")
	}
	own := k.client(t, p.Id, func(in *idp.CreateUserPoolClientInput) {
		in.ClientSecret = aws.String("a-secret-of-ours"[:1] + strings.Repeat("b", 30))
	})
	if len(aws.ToString(own.ClientSecret)) != 31 {
		t.Error("own secret")
	}
	o := k.client(t, p.Id, code)
	if len(o.CallbackURLs) != 5 || *o.DefaultRedirectURI != "https://app.example.com/cb" || o.AllowedOAuthFlows[0] != "code" || len(o.AllowedOAuthScopes) != 2 {
		t.Errorf("OAuth %+v", o)
	}
	rotating := k.client(t, p.Id, func(in *idp.CreateUserPoolClientInput) {
		in.RefreshTokenRotation = &types.RefreshTokenRotationType{Feature: "ENABLED", RetryGracePeriodSeconds: aws.Int32(10)}
	})
	if slices.Contains(rotating.ExplicitAuthFlows, "ALLOW_REFRESH_TOKEN_AUTH") || *rotating.RefreshTokenRotation.RetryGracePeriodSeconds != 10 {
		t.Errorf("rotation %+v", rotating)
	}
	k.outsiders(t, func(c *idp.Client) error {
		_, err := c.CreateUserPoolClient(ctx, &idp.CreateUserPoolClientInput{UserPoolId: p.Id, ClientName: aws.String("x")})
		return err
	})
	_, err := k.inRegion("us-east-1").CreateUserPoolClient(ctx, &idp.CreateUserPoolClientInput{UserPoolId: p.Id, ClientName: aws.String("x")})
	refused(t, err, "ResourceNotFoundException", "does not exist")
}

func TestCreateUserPoolClientRefuses(t *testing.T) {
	k := start(t)
	p := k.pool(t, func(in *idp.CreateUserPoolInput) {
		in.Schema = []types.SchemaAttributeType{{Name: aws.String("email"), AttributeDataType: "String", Required: aws.Bool(true)}}
	})
	must(k.root.CreateResourceServer(ctx, &idp.CreateResourceServerInput{
		UserPoolId: p.Id, Identifier: aws.String("api"), Name: aws.String("API"),
		Scopes: []types.ResourceServerScopeType{{ScopeName: aws.String("read"), ScopeDescription: aws.String("Read")}},
	}))(t)
	callback := func(url string) func(*idp.CreateUserPoolClientInput) {
		return func(in *idp.CreateUserPoolClientInput) {
			code(in)
			in.CallbackURLs, in.DefaultRedirectURI = []string{url}, nil
		}
	}
	machine := func(in *idp.CreateUserPoolClientInput) {
		in.GenerateSecret, in.AllowedOAuthFlowsUserPoolClient = true, true
		in.AllowedOAuthFlows, in.AllowedOAuthScopes = []types.OAuthFlowType{"client_credentials"}, []string{"api/read"}
	}
	type change = func(*idp.CreateUserPoolClientInput)
	both := func(all ...change) change {
		return func(in *idp.CreateUserPoolClientInput) {
			for _, c := range all {
				c(in)
			}
		}
	}
	k.client(t, p.Id, machine) // so that each case below fails for its own reason
	for name, c := range map[string]struct {
		change     change
		code, text string
	}{
		"a redirect by http":           {callback("http://app.example.com/cb"), "InvalidParameterException", "cannot use the HTTP protocol"},
		"http to a name like this one": {callback("http://localhost.evil.example/cb"), "InvalidParameterException", "cannot use the HTTP protocol"},
		"http with this name as user":  {callback("http://localhost@evil.example/cb"), "InvalidParameterException", "cannot use the HTTP protocol"},
		"a redirect with a fragment":   {callback("https://app.example.com/cb#x"), "InvalidParameterException", "fragment"},
		"an empty fragment":            {callback("https://app.example.com/cb#"), "InvalidParameterException", "fragment"},
		"a wildcard":                   {callback("https://*.example.com/cb"), "InvalidParameterException", "wildcard"},
		"a script":                     {callback("JavaScript:alert(1)"), "InvalidParameterException", "javascript"},
		"a data URL":                   {callback("data:text/html,x"), "InvalidParameterException", "data"},
		"a relative URL":               {callback("/cb"), "InvalidParameterException", "not a valid redirect URL"},
		"a URL without host":           {callback("https:///cb"), "InvalidParameterException", "not a valid redirect URL"},
		"a backslash":                  {callback(`https://app.example.com\@evil.example/`), "InvalidParameterException", "not a valid redirect URL"},
		"a default that is no callback": {both(code, func(in *idp.CreateUserPoolClientInput) {
			in.DefaultRedirectURI = aws.String("https://else.example.com/")
		}), "InvalidParameterException", "must be one of the callback URLs"},
		"OAuth settings without OAuth": {both(code, func(in *idp.CreateUserPoolClientInput) { in.AllowedOAuthFlowsUserPoolClient = false }), "InvalidParameterException", "AllowedOAuthFlowsUserPoolClient must be true"},
		"OAuth without flows":          {both(code, func(in *idp.CreateUserPoolClientInput) { in.AllowedOAuthFlows = nil }), "InvalidParameterException", "AllowedOAuthFlows and AllowedOAuthScopes are required"},
		"the code flow to nowhere":     {both(code, func(in *idp.CreateUserPoolClientInput) { in.CallbackURLs, in.DefaultRedirectURI = nil, nil }), "InvalidOAuthFlowException", "CallbackUrls can not be empty"},
		"client_credentials with code": {both(machine, func(in *idp.CreateUserPoolClientInput) {
			in.AllowedOAuthFlows = []types.OAuthFlowType{"client_credentials", "code"}
		}), "InvalidOAuthFlowException", "along with code flow"},
		"client_credentials of a public client": {both(machine, func(in *idp.CreateUserPoolClientInput) { in.GenerateSecret = false }), "InvalidOAuthFlowException", "does not have a client secret"},
		"client_credentials with openid":        {both(machine, func(in *idp.CreateUserPoolClientInput) { in.AllowedOAuthScopes = []string{"openid"} }), "InvalidOAuthFlowException", "openid is not supported with client_credentials flow"},
		"a scope that nobody has":               {both(machine, func(in *idp.CreateUserPoolClientInput) { in.AllowedOAuthScopes = []string{"api/write"} }), "ScopeDoesNotExistException", "Invalid scope requested: api/write"},
		"a word as a scope":                     {both(code, func(in *idp.CreateUserPoolClientInput) { in.AllowedOAuthScopes = []string{"Cognito"} }), "ScopeDoesNotExistException", "Invalid scope requested: Cognito"},
		"two secrets at once": {func(in *idp.CreateUserPoolClientInput) {
			in.GenerateSecret, in.ClientSecret = true, aws.String(strings.Repeat("a", 30))
		}, "InvalidParameterException", "can not be used together"},
		"legacy and new flows": {func(in *idp.CreateUserPoolClientInput) {
			in.ExplicitAuthFlows = []types.ExplicitAuthFlowsType{"USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH"}
		}, "InvalidParameterException", "can not be used with"},
		"rotation and ALLOW_REFRESH_TOKEN_AUTH": {func(in *idp.CreateUserPoolClientInput) {
			in.ExplicitAuthFlows = []types.ExplicitAuthFlowsType{"ALLOW_REFRESH_TOKEN_AUTH"}
			in.RefreshTokenRotation = &types.RefreshTokenRotationType{Feature: "ENABLED"}
		}, "InvalidParameterException", "rotation"},
		"a provider that is not there": {both(code, func(in *idp.CreateUserPoolClientInput) { in.SupportedIdentityProviders = []string{"Google"} }), "InvalidParameterException", "The provider Google does not exist for User Pool " + *p.Id},
		"a token of four minutes": {func(in *idp.CreateUserPoolClientInput) {
			in.AccessTokenValidity, in.TokenValidityUnits = aws.Int32(4), &types.TokenValidityUnitsType{AccessToken: "minutes"}
		}, "InvalidParameterException", "Invalid range for token validity"},
		"a refresh token of 315360000 days": {func(in *idp.CreateUserPoolClientInput) { in.RefreshTokenValidity = 315360000 }, "InvalidParameterException", "Invalid range for token validity"},
		"an access token that outlives the refresh token": {func(in *idp.CreateUserPoolClientInput) {
			in.AccessTokenValidity, in.RefreshTokenValidity = aws.Int32(20), 2
			in.TokenValidityUnits = &types.TokenValidityUnitsType{RefreshToken: "hours"}
		}, "InvalidParameterException", "outlive"},
		"an attribute that is not there":   {func(in *idp.CreateUserPoolClientInput) { in.ReadAttributes = []string{"custom:none"} }, "InvalidParameterException", "Invalid read attributes specified"},
		"writing email_verified":           {func(in *idp.CreateUserPoolClientInput) { in.WriteAttributes = []string{"email", "email_verified"} }, "InvalidParameterException", "Invalid write attributes specified"},
		"not writing a required attribute": {func(in *idp.CreateUserPoolClientInput) { in.WriteAttributes = []string{"name"} }, "InvalidParameterException", "Invalid write attributes specified"},
		"analytics that would not be sent": {func(in *idp.CreateUserPoolClientInput) {
			in.AnalyticsConfiguration = &types.AnalyticsConfigurationType{}
		}, "InvalidParameterException", "AnalyticsConfiguration is not supported"},
		"a pool that is not there": {func(in *idp.CreateUserPoolClientInput) { in.UserPoolId = aws.String(noPool) }, "ResourceNotFoundException", "User pool " + noPool + " does not exist."},
	} {
		t.Run(name, func(t *testing.T) {
			in := &idp.CreateUserPoolClientInput{UserPoolId: p.Id, ClientName: aws.String("x")}
			c.change(in)
			_, err := k.root.CreateUserPoolClient(ctx, in)
			refused(t, err, c.code, c.text)
		})
	}
	if n := len(must(k.root.ListUserPoolClients(ctx, &idp.ListUserPoolClientsInput{UserPoolId: p.Id}))(t).UserPoolClients); n != 1 {
		t.Errorf("%d clients after refusals", n)
	}
}

func TestDescribeUserPoolClient(t *testing.T) {
	k := start(t)
	p, other := k.pool(t), k.pool(t)
	c := k.client(t, p.Id, code, func(in *idp.CreateUserPoolClientInput) {
		in.GenerateSecret = true
		in.AccessTokenValidity, in.IdTokenValidity, in.RefreshTokenValidity = aws.Int32(15), aws.Int32(2), 7
		in.TokenValidityUnits = &types.TokenValidityUnitsType{AccessToken: "minutes"}
		in.PreventUserExistenceErrors = "ENABLED"
		in.ReadAttributes, in.WriteAttributes = []string{"email", "email_verified"}, []string{"email"}
	})
	describe := func(api *idp.Client, pool, client *string) (*types.UserPoolClientType, error) {
		out, err := api.DescribeUserPoolClient(ctx, &idp.DescribeUserPoolClientInput{UserPoolId: pool, ClientId: client})
		if err != nil {
			return nil, err
		}
		return out.UserPoolClient, nil
	}
	got := must(describe(k.root, p.Id, c.ClientId))(t)
	if *got.ClientSecret != *c.ClientSecret || *got.AccessTokenValidity != 15 || *got.IdTokenValidity != 2 || got.RefreshTokenValidity != 7 ||
		got.TokenValidityUnits.AccessToken != "minutes" || got.PreventUserExistenceErrors != "ENABLED" || len(got.ReadAttributes) != 2 || len(got.WriteAttributes) != 1 {
		t.Errorf("%+v", got)
	}
	k.outsiders(t, func(api *idp.Client) error { _, err := describe(api, p.Id, c.ClientId); return err })
	_, err := describe(k.root, other.Id, c.ClientId)
	refused(t, err, "ResourceNotFoundException", "User pool client "+*c.ClientId+" does not exist.")
	_, err = describe(k.inRegion("us-east-1"), p.Id, c.ClientId)
	refused(t, err, "ResourceNotFoundException", "User pool "+*p.Id+" does not exist.")
	_, err = describe(k.root, p.Id, aws.String(noClient))
	refused(t, err, "ResourceNotFoundException", "User pool client "+noClient+" does not exist.")
}

func TestUpdateUserPoolClientReplaces(t *testing.T) {
	k := start(t)
	p := k.pool(t)
	c := k.client(t, p.Id, code, func(in *idp.CreateUserPoolClientInput) {
		in.GenerateSecret = true
		in.ExplicitAuthFlows = []types.ExplicitAuthFlowsType{"ALLOW_USER_PASSWORD_AUTH"}
		in.EnableTokenRevocation = aws.Bool(false)
	})
	update := func(api *idp.Client, change func(*idp.UpdateUserPoolClientInput)) (*idp.UpdateUserPoolClientOutput, error) {
		in := &idp.UpdateUserPoolClientInput{UserPoolId: p.Id, ClientId: c.ClientId, RefreshTokenValidity: 5}
		if change != nil {
			change(in)
		}
		return api.UpdateUserPoolClient(ctx, in)
	}
	got := must(update(k.root, nil))(t).UserPoolClient
	if *got.ClientName != "app" || *got.ClientSecret != *c.ClientSecret || got.RefreshTokenValidity != 5 || len(got.CallbackURLs) != 0 ||
		*got.AllowedOAuthFlowsUserPoolClient || !*got.EnableTokenRevocation || !slices.Contains(got.ExplicitAuthFlows, "ALLOW_USER_SRP_AUTH") {
		t.Errorf("%+v", got)
	}
	k.outsiders(t, func(api *idp.Client) error { _, err := update(api, nil); return err })
	_, err := update(k.inRegion("us-east-1"), nil)
	refused(t, err, "ResourceNotFoundException", "does not exist")
	_, err = update(k.root, func(in *idp.UpdateUserPoolClientInput) { in.AllowedOAuthFlowsUserPoolClient = true })
	refused(t, err, "InvalidParameterException", "AllowedOAuthFlows and AllowedOAuthScopes are required")
	_, err = update(k.root, func(in *idp.UpdateUserPoolClientInput) { in.ClientId = aws.String(noClient) })
	refused(t, err, "ResourceNotFoundException", "User pool client "+noClient+" does not exist.")
}

func TestDeleteAndListUserPoolClients(t *testing.T) {
	k := start(t)
	p := k.pool(t)
	ids := map[string]bool{}
	for range 3 {
		ids[*k.client(t, p.Id).ClientId] = true
	}
	list := func(api *idp.Client, token *string) (*idp.ListUserPoolClientsOutput, error) {
		return api.ListUserPoolClients(ctx, &idp.ListUserPoolClientsInput{UserPoolId: p.Id, MaxResults: aws.Int32(2), NextToken: token})
	}
	first := must(list(k.root, nil))(t)
	second := must(list(k.root, first.NextToken))(t)
	for _, c := range append(first.UserPoolClients, second.UserPoolClients...) {
		delete(ids, *c.ClientId)
	}
	if len(first.UserPoolClients) != 2 || len(ids) != 0 || second.NextToken != nil {
		t.Error("pages", len(first.UserPoolClients), len(second.UserPoolClients), ids)
	}
	k.outsiders(t, func(api *idp.Client) error { _, err := list(api, nil); return err })
	_, err := k.root.ListUserPoolClients(ctx, &idp.ListUserPoolClientsInput{UserPoolId: k.pool(t).Id, NextToken: first.NextToken})
	refused(t, err, "InvalidParameterException", "Invalid pagination token.")

	id := first.UserPoolClients[0].ClientId
	remove := func(api *idp.Client) error {
		_, err := api.DeleteUserPoolClient(ctx, &idp.DeleteUserPoolClientInput{UserPoolId: p.Id, ClientId: id})
		return err
	}
	k.outsiders(t, remove)
	refused(t, remove(k.inRegion("us-east-1")), "ResourceNotFoundException", "does not exist")
	if err := remove(k.root); err != nil {
		t.Fatal(err)
	}
	refused(t, remove(k.root), "ResourceNotFoundException", "User pool client "+*id+" does not exist.")
}

func TestUserPoolClientSecretsRotate(t *testing.T) {
	k := start(t)
	p := k.pool(t)
	c := k.client(t, p.Id, func(in *idp.CreateUserPoolClientInput) { in.GenerateSecret = true })
	add := func(api *idp.Client, value *string) (*types.ClientSecretDescriptorType, error) {
		out, err := api.AddUserPoolClientSecret(ctx, &idp.AddUserPoolClientSecretInput{UserPoolId: p.Id, ClientId: c.ClientId, ClientSecret: value})
		if err != nil {
			return nil, err
		}
		return out.ClientSecretDescriptor, nil
	}
	list := func(api *idp.Client) ([]types.ClientSecretDescriptorType, error) {
		out, err := api.ListUserPoolClientSecrets(ctx, &idp.ListUserPoolClientSecretsInput{UserPoolId: p.Id, ClientId: c.ClientId})
		if err != nil {
			return nil, err
		}
		return out.ClientSecrets, nil
	}
	remove := func(api *idp.Client, id *string) error {
		_, err := api.DeleteUserPoolClientSecret(ctx, &idp.DeleteUserPoolClientSecretInput{UserPoolId: p.Id, ClientId: c.ClientId, ClientSecretId: id})
		return err
	}
	old := must(list(k.root))(t)
	if len(old) != 1 || old[0].ClientSecretValue != nil || !strings.HasPrefix(*old[0].ClientSecretId, *c.ClientId+"--") {
		t.Fatalf("%+v", old)
	}
	refused(t, remove(k.root, old[0].ClientSecretId), "InvalidParameterException", "last secret")
	fresh := must(add(k.root, nil))(t)
	if len(aws.ToString(fresh.ClientSecretValue)) != 51 || fresh.ClientSecretCreateDate == nil {
		t.Errorf("%+v", fresh)
	}
	_, err := add(k.root, nil)
	refused(t, err, "LimitExceededException", "2")
	if err := remove(k.root, old[0].ClientSecretId); err != nil {
		t.Fatal(err)
	}
	if now := must(k.root.DescribeUserPoolClient(ctx, &idp.DescribeUserPoolClientInput{UserPoolId: p.Id, ClientId: c.ClientId}))(t); *now.UserPoolClient.ClientSecret != *fresh.ClientSecretValue {
		t.Error("the client's secret is not the one that is left")
	}
	if own := must(add(k.root, aws.String(strings.Repeat("Aa0_", 8))))(t); own.ClientSecretValue != nil {
		t.Error("a secret of the caller's own is shown again")
	}
	refused(t, remove(k.root, aws.String("none")), "ResourceNotFoundException", "does not exist")
	_, err = add(k.root, aws.String("short"))
	refused(t, err, "InvalidParameterException", "'clientSecret' failed to satisfy constraint")
	public := k.client(t, p.Id)
	_, err = k.root.AddUserPoolClientSecret(ctx, &idp.AddUserPoolClientSecretInput{UserPoolId: p.Id, ClientId: public.ClientId})
	refused(t, err, "InvalidParameterException", "public client")

	k.outsiders(t, func(api *idp.Client) error { _, err := add(api, nil); return err })
	k.outsiders(t, func(api *idp.Client) error { _, err := list(api); return err })
	k.outsiders(t, func(api *idp.Client) error { return remove(api, fresh.ClientSecretId) })
	_, err = list(k.inRegion("us-east-1"))
	refused(t, err, "ResourceNotFoundException", "does not exist")
}
