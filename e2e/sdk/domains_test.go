package sdk_test

import (
	"net/url"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

const certificate = "arn:aws:acm:us-east-1:111122223333:certificate/1"

func TestUserPoolDomains(t *testing.T) {
	k := start(t)
	p, other := k.pool(t), k.pool(t)
	create := func(api *idp.Client, pool *string, name string, custom bool) (*idp.CreateUserPoolDomainOutput, error) {
		in := &idp.CreateUserPoolDomainInput{UserPoolId: pool, Domain: &name}
		if custom {
			in.CustomDomainConfig = &types.CustomDomainConfigType{CertificateArn: aws.String(certificate)}
		}
		return api.CreateUserPoolDomain(ctx, in)
	}
	describe := func(api *idp.Client, name string) *types.DomainDescriptionType {
		return must(api.DescribeUserPoolDomain(ctx, &idp.DescribeUserPoolDomainInput{Domain: &name}))(t).DomainDescription
	}
	made := must(create(k.root, p.Id, "shop", false))(t)
	if made.CloudFrontDomain != nil || *made.ManagedLoginVersion != 1 {
		t.Errorf("%+v", made)
	}
	d := describe(k.root, "shop")
	if *d.UserPoolId != *p.Id || d.Status != "ACTIVE" || *d.AWSAccountId != k.AccountID || *d.Domain != "shop" || aws.ToString(d.CloudFrontDistribution) != "shop.auth.localhost" {
		t.Errorf("%+v", d)
	}
	if got := describe(k.root, "unknown"); got.Domain != nil || got.UserPoolId != nil {
		t.Errorf("an unknown domain is described as %+v", got)
	}
	if got := describe(k.inRegion("us-east-1"), "shop"); got.UserPoolId != nil {
		t.Errorf("a domain of another region is described as %+v", got)
	}
	custom := must(create(k.root, p.Id, "login.example.com", true))(t)
	if custom.CloudFrontDomain == nil {
		t.Error("a custom domain needs the name that DNS must lead to")
	}
	got := must(k.root.DescribeUserPool(ctx, &idp.DescribeUserPoolInput{UserPoolId: p.Id}))(t).UserPool
	if aws.ToString(got.Domain) != "shop" || aws.ToString(got.CustomDomain) != "login.example.com" {
		t.Error("the pool's domains are", got.Domain, got.CustomDomain)
	}
	host, err := url.Parse(k.URL)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		domain string
		custom bool
		pool   *string
		text   string
	}{
		"a taken prefix":                {"shop", false, other.Id, "Domain already associated with another user pool."},
		"a taken custom domain":         {"login.example.com", true, other.Id, "Domain already associated with another user pool."},
		"a second prefix":               {"shop2", false, p.Id, "User pool already has a domain configured."},
		"a reserved word":               {"my-cognito", false, other.Id, "Domain cannot contain reserved word: cognito"},
		"a prefix with a dot":           {"a.b", false, other.Id, "Invalid domain"},
		"a custom domain with no dot":   {"intranet", true, other.Id, "Invalid domain"},
		"an address":                    {"192.0.2.1", true, other.Id, "Invalid domain"},
		"the installation's own host":   {host.Hostname() + ".", true, other.Id, "failed to satisfy constraint"},
		"another pool's prefix in full": {"shop.auth." + host.Hostname(), true, other.Id, "already associated"},
	} {
		_, err := create(k.root, c.pool, c.domain, c.custom)
		if err == nil {
			t.Error(name, "was given away")
			continue
		}
		t.Run(name, func(t *testing.T) { refused(t, err, "InvalidParameterException", c.text) })
	}

	update := func(api *idp.Client, pool *string, version int32) error {
		_, err := api.UpdateUserPoolDomain(ctx, &idp.UpdateUserPoolDomainInput{UserPoolId: pool, Domain: aws.String("shop"), ManagedLoginVersion: &version})
		return err
	}
	if err := update(k.root, p.Id, 2); err != nil {
		t.Fatal(err)
	}
	if v := *describe(k.root, "shop").ManagedLoginVersion; v != 2 {
		t.Error("version", v)
	}
	refused(t, update(k.root, p.Id, 3), "InvalidParameterException", "1 or 2")
	refused(t, update(k.root, other.Id, 1), "InvalidParameterException", "No such domain or user pool exists.")
	lite := k.pool(t, func(in *idp.CreateUserPoolInput) { in.UserPoolTier = "LITE" })
	_, err = k.root.CreateUserPoolDomain(ctx, &idp.CreateUserPoolDomainInput{UserPoolId: lite.Id, Domain: aws.String("lite"), ManagedLoginVersion: aws.Int32(2)})
	refused(t, err, "FeatureUnavailableInTierException", "LITE")

	remove := func(api *idp.Client, pool *string) error {
		_, err := api.DeleteUserPoolDomain(ctx, &idp.DeleteUserPoolDomainInput{UserPoolId: pool, Domain: aws.String("shop")})
		return err
	}
	refused(t, remove(k.root, other.Id), "InvalidParameterException", "No such domain or user pool exists.")
	k.outsiders(t, func(api *idp.Client) error { _, err := create(api, other.Id, "new", false); return err })
	k.outsiders(t, func(api *idp.Client) error { return update(api, p.Id, 1) })
	k.outsiders(t, func(api *idp.Client) error { return remove(api, p.Id) })
	k.outsiders(t, func(api *idp.Client) error {
		_, err := api.DescribeUserPoolDomain(ctx, &idp.DescribeUserPoolDomainInput{Domain: aws.String("shop")})
		return err
	})
	if err := remove(k.root, p.Id); err != nil {
		t.Fatal(err)
	}
	if _, err := create(k.root, other.Id, "shop", false); err != nil {
		t.Error("a domain that was given back is free:", err)
	}
}
