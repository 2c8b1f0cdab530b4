package sdk_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// Operations that a user's token authorises refuse what is no token, what is nobody's, and what stands in a
// form that no token has.
func TestOperationsOfOneselfRefuseOtherTokens(t *testing.T) {
	p := start(t).people(t, nil, nil)
	p.confirmed(t, "ann", "ann@example.com")
	foreign := strings.Join([]string{"eyJhbGciOiJSUzI1NiJ9", "eyJzdWIiOiJ4In0", "c2lnbmF0dXJl"}, ".")
	for name, call := range map[string]func(token *string) error{
		"GetUser": func(a *string) error {
			_, err := p.unsigned.GetUser(ctx, &idp.GetUserInput{AccessToken: a})
			return err
		},
		"DeleteUser": func(a *string) error {
			_, err := p.unsigned.DeleteUser(ctx, &idp.DeleteUserInput{AccessToken: a})
			return err
		},
		"GlobalSignOut": func(a *string) error {
			_, err := p.unsigned.GlobalSignOut(ctx, &idp.GlobalSignOutInput{AccessToken: a})
			return err
		},
		"GetUserAuthFactors": func(a *string) error {
			_, err := p.unsigned.GetUserAuthFactors(ctx, &idp.GetUserAuthFactorsInput{AccessToken: a})
			return err
		},
		"VerifySoftwareToken": func(a *string) error {
			_, err := p.unsigned.VerifySoftwareToken(ctx, &idp.VerifySoftwareTokenInput{AccessToken: a, UserCode: aws.String("123456")})
			return err
		},
		"SetUserMFAPreference": func(a *string) error {
			_, err := p.unsigned.SetUserMFAPreference(ctx, &idp.SetUserMFAPreferenceInput{AccessToken: a, SoftwareTokenMfaSettings: &types.SoftwareTokenMfaSettingsType{Enabled: true}})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			refused(t, call(&foreign), "NotAuthorizedException", "")
			refused(t, call(aws.String("not a token!")), "InvalidParameterException", "accessToken")
		})
	}
	refused(t, func() error {
		_, err := p.unsigned.VerifySoftwareToken(ctx, &idp.VerifySoftwareTokenInput{Session: aws.String(strings.Repeat("s", 40)), UserCode: aws.String("123456")})
		return err
	}(), "NotAuthorizedException", "Invalid session")
	token := p.token(t, "ann", password)
	_, err := p.unsigned.SetUserMFAPreference(ctx, &idp.SetUserMFAPreferenceInput{AccessToken: token, SoftwareTokenMfaSettings: &types.SoftwareTokenMfaSettingsType{PreferredMfa: true}})
	refused(t, err, "InvalidParameterException", "")
}

func TestReadsOfDomainsAndTagsRefuseOtherInput(t *testing.T) {
	k := start(t)
	_, err := k.root.DescribeUserPoolDomain(ctx, &idp.DescribeUserPoolDomainInput{Domain: aws.String("-not-a-name-")})
	refused(t, err, "InvalidParameterException", "domain")
	_, err = k.root.ListTagsForResource(ctx, &idp.ListTagsForResourceInput{ResourceArn: aws.String("not an arn")})
	refused(t, err, "InvalidParameterException", "resourceArn")
	_, err = k.root.UntagResource(ctx, &idp.UntagResourceInput{ResourceArn: k.pool(t).Arn, TagKeys: []string{""}})
	refused(t, err, "InvalidParameterException", "tagKeys")
}
