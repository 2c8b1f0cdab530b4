package sdk_test

import (
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

func scopes(names ...string) []types.ResourceServerScopeType {
	var out []types.ResourceServerScopeType
	for _, n := range names {
		out = append(out, types.ResourceServerScopeType{ScopeName: aws.String(n), ScopeDescription: aws.String("may " + n)})
	}
	return out
}

func TestResourceServers(t *testing.T) {
	k := start(t)
	p := k.pool(t)
	id := aws.String("https://api.example.com")
	create := func(api *idp.Client, s ...types.ResourceServerScopeType) (*idp.CreateResourceServerOutput, error) {
		return api.CreateResourceServer(ctx, &idp.CreateResourceServerInput{UserPoolId: p.Id, Identifier: id, Name: aws.String("API"), Scopes: s})
	}
	describe := func(api *idp.Client) (*idp.DescribeResourceServerOutput, error) {
		return api.DescribeResourceServer(ctx, &idp.DescribeResourceServerInput{UserPoolId: p.Id, Identifier: id})
	}
	update := func(api *idp.Client, s ...types.ResourceServerScopeType) error {
		_, err := api.UpdateResourceServer(ctx, &idp.UpdateResourceServerInput{UserPoolId: p.Id, Identifier: id, Name: aws.String("New"), Scopes: s})
		return err
	}
	remove := func(api *idp.Client) error {
		_, err := api.DeleteResourceServer(ctx, &idp.DeleteResourceServerInput{UserPoolId: p.Id, Identifier: id})
		return err
	}
	_, err := describe(k.root)
	refused(t, err, "ResourceNotFoundException", "does not exist")
	refused(t, update(k.root), "ResourceNotFoundException", "does not exist")
	refused(t, remove(k.root), "ResourceNotFoundException", "does not exist")
	must(create(k.root, scopes("read", "write")...))(t)
	_, err = create(k.root)
	refused(t, err, "InvalidParameterException", *id+" already exists in user pool "+*p.Id+".")
	if got := must(describe(k.root))(t).ResourceServer; len(got.Scopes) != 2 || *got.Scopes[1].ScopeDescription != "may write" || *got.Name != "API" {
		t.Errorf("%+v", got)
	}
	refused(t, update(k.root, scopes("read", "read")...), "InvalidParameterException", "scope")

	// A scope that its server loses stays with the client, and cannot be asked for anew.
	client := k.client(t, p.Id, func(in *idp.CreateUserPoolClientInput) {
		in.GenerateSecret, in.AllowedOAuthFlowsUserPoolClient = true, true
		in.AllowedOAuthFlows, in.AllowedOAuthScopes = []types.OAuthFlowType{"client_credentials"}, []string{*id + "/write"}
	})
	if err := update(k.root, scopes("read")...); err != nil {
		t.Fatal(err)
	}
	if got := must(describe(k.root))(t).ResourceServer; len(got.Scopes) != 1 || *got.Name != "New" {
		t.Errorf("an update replaces: %+v", got)
	}
	now := must(k.root.DescribeUserPoolClient(ctx, &idp.DescribeUserPoolClientInput{UserPoolId: p.Id, ClientId: client.ClientId}))(t).UserPoolClient
	if len(now.AllowedOAuthScopes) != 1 {
		t.Error("the client lost the scope")
	}
	_, err = k.root.UpdateUserPoolClient(ctx, &idp.UpdateUserPoolClientInput{
		UserPoolId: p.Id, ClientId: client.ClientId, AllowedOAuthFlowsUserPoolClient: true, AllowedOAuthFlows: now.AllowedOAuthFlows, AllowedOAuthScopes: now.AllowedOAuthScopes,
	})
	refused(t, err, "ScopeDoesNotExistException", *id+"/write")

	k.outsiders(t, func(api *idp.Client) error { _, err := create(api); return err })
	k.outsiders(t, func(api *idp.Client) error { _, err := describe(api); return err })
	k.outsiders(t, func(api *idp.Client) error { return update(api) })
	k.outsiders(t, remove)
	refused(t, remove(k.inRegion("us-east-1")), "ResourceNotFoundException", "User pool "+*p.Id+" does not exist.")
	if err := remove(k.root); err != nil {
		t.Fatal(err)
	}
}

func TestListResourceServers(t *testing.T) {
	k := start(t)
	p := k.pool(t)
	list := func(api *idp.Client, token *string) (*idp.ListResourceServersOutput, error) {
		return api.ListResourceServers(ctx, &idp.ListResourceServersInput{UserPoolId: p.Id, MaxResults: aws.Int32(2), NextToken: token})
	}
	for i := range 25 {
		must(k.root.CreateResourceServer(ctx, &idp.CreateResourceServerInput{UserPoolId: p.Id, Identifier: aws.String(fmt.Sprint("api", i)), Name: aws.String("API")}))(t)
	}
	_, err := k.root.CreateResourceServer(ctx, &idp.CreateResourceServerInput{UserPoolId: p.Id, Identifier: aws.String("more"), Name: aws.String("API")})
	refused(t, err, "LimitExceededException", "25")
	seen := 0
	var token *string
	for {
		out := must(list(k.root, token))(t)
		seen += len(out.ResourceServers)
		if token = out.NextToken; token == nil {
			break
		}
	}
	if seen != 25 {
		t.Error(seen, "listed")
	}
	_, err = list(k.root, aws.String("AAAA"))
	refused(t, err, "InvalidParameterException", "Invalid pagination token.")
	k.outsiders(t, func(api *idp.Client) error { _, err := list(api, nil); return err })
}

func TestTagsOfUserPools(t *testing.T) {
	k := start(t)
	p := k.pool(t)
	tag := func(api *idp.Client, arn string, tags map[string]string) error {
		_, err := api.TagResource(ctx, &idp.TagResourceInput{ResourceArn: &arn, Tags: tags})
		return err
	}
	untag := func(api *idp.Client, keys ...string) error {
		_, err := api.UntagResource(ctx, &idp.UntagResourceInput{ResourceArn: p.Arn, TagKeys: keys})
		return err
	}
	list := func(api *idp.Client) (map[string]string, error) {
		out, err := api.ListTagsForResource(ctx, &idp.ListTagsForResourceInput{ResourceArn: p.Arn})
		if err != nil {
			return nil, err
		}
		return out.Tags, nil
	}
	if got := must(list(k.root))(t); len(got) != 0 {
		t.Error(got)
	}
	if err := tag(k.root, *p.Arn, map[string]string{"a": "1", "b": ""}); err != nil {
		t.Fatal(err)
	}
	if err := tag(k.root, *p.Arn, map[string]string{"a": "2"}); err != nil {
		t.Fatal(err)
	}
	if err := untag(k.root, "b", "none"); err != nil {
		t.Fatal(err)
	}
	if got := must(list(k.root))(t); len(got) != 1 || got["a"] != "2" {
		t.Error(got)
	}
	many := map[string]string{}
	for i := range 50 {
		many[fmt.Sprint(i)] = "x"
	}
	refused(t, tag(k.root, *p.Arn, many), "LimitExceededException", "50")
	refused(t, tag(k.root, *p.Arn, map[string]string{"aws:x": "1"}), "InvalidParameterException", "reserved")
	refused(t, tag(k.root, "arn:aws:s3:::a-bucket-of-somebody", map[string]string{"a": "3"}), "InvalidParameterException", "")
	// The attack: an ARN that policies see as another account's names this pool.
	refused(t, tag(k.root, "arn:aws:cognito-idp:eu-west-1:999988887777:userpool/"+*p.Id, map[string]string{"a": "3"}), "ResourceNotFoundException", "does not exist")
	refused(t, tag(k.inRegion("us-east-1"), *p.Arn, map[string]string{"a": "3"}), "ResourceNotFoundException", "does not exist")
	k.outsiders(t, func(api *idp.Client) error { return tag(api, *p.Arn, map[string]string{"a": "3"}) })
	k.outsiders(t, func(api *idp.Client) error { return untag(api, "a") })
	k.outsiders(t, func(api *idp.Client) error { _, err := list(api); return err })
	if got := must(list(k.root))(t); got["a"] != "2" {
		t.Error("an outsider changed a tag:", got)
	}
}
