package sdk_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
)

func TestIAMOpenIDConnectProviders(t *testing.T) {
	k := start(t)
	root := k.rootIAM()
	create := &iam.CreateOpenIDConnectProviderInput{
		Url: aws.String("https://server.example.org/tenant"), ClientIDList: []string{"app"}, ThumbprintList: []string{strings.Repeat("a", 40)},
		Tags: []iamtypes.Tag{{Key: aws.String("a"), Value: aws.String("b")}},
	}
	made := must(root.CreateOpenIDConnectProvider(ctx, create))(t)
	arn := made.OpenIDConnectProviderArn
	if !strings.HasSuffix(*arn, ":oidc-provider/server.example.org/tenant") || len(made.Tags) != 1 {
		t.Errorf("%+v", made)
	}
	_, err := root.CreateOpenIDConnectProvider(ctx, create)
	refused(t, err, "EntityAlreadyExists", "already exists")
	_, err = root.CreateOpenIDConnectProvider(ctx, &iam.CreateOpenIDConnectProviderInput{Url: aws.String("server.example.org")})
	refused(t, err, "ValidationError", "Invalid Open ID Connect Provider URL")
	must(root.AddClientIDToOpenIDConnectProvider(ctx, &iam.AddClientIDToOpenIDConnectProviderInput{OpenIDConnectProviderArn: arn, ClientID: aws.String("web")}))(t)
	must(root.RemoveClientIDFromOpenIDConnectProvider(ctx, &iam.RemoveClientIDFromOpenIDConnectProviderInput{OpenIDConnectProviderArn: arn, ClientID: aws.String("app")}))(t)
	must(root.UpdateOpenIDConnectProviderThumbprint(ctx, &iam.UpdateOpenIDConnectProviderThumbprintInput{OpenIDConnectProviderArn: arn, ThumbprintList: []string{strings.Repeat("b", 40)}}))(t)
	got := must(root.GetOpenIDConnectProvider(ctx, &iam.GetOpenIDConnectProviderInput{OpenIDConnectProviderArn: arn}))(t)
	if *got.Url != "server.example.org/tenant" || len(got.ClientIDList) != 1 || got.ClientIDList[0] != "web" || got.ThumbprintList[0] != strings.Repeat("b", 40) || got.CreateDate == nil {
		t.Errorf("%+v", got)
	}
	must(root.TagOpenIDConnectProvider(ctx, &iam.TagOpenIDConnectProviderInput{OpenIDConnectProviderArn: arn, Tags: []iamtypes.Tag{{Key: aws.String("team"), Value: aws.String("blue")}}}))(t)
	must(root.UntagOpenIDConnectProvider(ctx, &iam.UntagOpenIDConnectProviderInput{OpenIDConnectProviderArn: arn, TagKeys: []string{"a"}}))(t)
	if got := must(root.ListOpenIDConnectProviderTags(ctx, &iam.ListOpenIDConnectProviderTagsInput{OpenIDConnectProviderArn: arn}))(t); len(got.Tags) != 1 || *got.Tags[0].Key != "team" {
		t.Errorf("%+v", got)
	}
	if got := must(root.GetAccountSummary(ctx, &iam.GetAccountSummaryInput{}))(t).SummaryMap; got["Providers"] != 1 {
		t.Error(got)
	}
	// A tag of the provider decides.
	eve := k.worker(t, "eve", allow(`{"Effect":"Allow","Action":"iam:*OpenIDConnectProvider*","Resource":"*","Condition":{"StringEquals":{"aws:ResourceTag/team":"blue"}}}`))
	must(eve.iam.GetOpenIDConnectProvider(ctx, &iam.GetOpenIDConnectProviderInput{OpenIDConnectProviderArn: arn}))(t)
	must(root.UntagOpenIDConnectProvider(ctx, &iam.UntagOpenIDConnectProviderInput{OpenIDConnectProviderArn: arn, TagKeys: []string{"team"}}))(t)
	_, err = eve.iam.DeleteOpenIDConnectProvider(ctx, &iam.DeleteOpenIDConnectProviderInput{OpenIDConnectProviderArn: arn})
	refused(t, err, "AccessDenied", "iam:DeleteOpenIDConnectProvider on resource: "+*arn)
	must(root.DeleteOpenIDConnectProvider(ctx, &iam.DeleteOpenIDConnectProviderInput{OpenIDConnectProviderArn: arn}))(t)
	if got := must(root.ListOpenIDConnectProviders(ctx, &iam.ListOpenIDConnectProvidersInput{}))(t); len(got.OpenIDConnectProviderList) != 0 {
		t.Errorf("%+v", got)
	}
	_, err = root.GetOpenIDConnectProvider(ctx, &iam.GetOpenIDConnectProviderInput{OpenIDConnectProviderArn: arn})
	refused(t, err, "NoSuchEntity", "OpenIDConnect Provider not found for arn")
}
