package sdk_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"

	"gatehouse/internal/federation/saml/samltest"
)

// pemKey is a private key as files hold it.
func pemKey(t *testing.T) *string {
	t.Helper()
	key := must(rsa.GenerateKey(rand.Reader, 2048))(t)
	return aws.String(string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})))
}

func TestIAMSAMLProviders(t *testing.T) {
	k := start(t)
	root := k.rootIAM()
	document := aws.String(samltest.New("https://idp.example.com", nil).Metadata())
	create := &iam.CreateSAMLProviderInput{Name: aws.String("Okta"), SAMLMetadataDocument: document, Tags: []iamtypes.Tag{{Key: aws.String("a"), Value: aws.String("b")}}}
	eve := k.worker(t, "eve", allow(`{"Effect":"Allow","Action":"iam:CreateSAMLProvider","Resource":"*"}`))
	_, err := eve.iam.CreateSAMLProvider(ctx, create)
	refused(t, err, "AccessDenied", "iam:TagSAMLProvider")
	arn := must(root.CreateSAMLProvider(ctx, create))(t).SAMLProviderArn
	if !strings.HasSuffix(*arn, ":saml-provider/Okta") {
		t.Error(*arn)
	}
	_, err = root.CreateSAMLProvider(ctx, create)
	refused(t, err, "EntityAlreadyExists", "Okta already exists")
	_, err = root.CreateSAMLProvider(ctx, &iam.CreateSAMLProviderInput{Name: aws.String("x"), SAMLMetadataDocument: aws.String(strings.Repeat("x", 1000))})
	refused(t, err, "InvalidInput", "Could not parse metadata")

	must(root.UpdateSAMLProvider(ctx, &iam.UpdateSAMLProviderInput{SAMLProviderArn: arn, AddPrivateKey: pemKey(t), AssertionEncryptionMode: iamtypes.AssertionEncryptionModeTypeRequired}))(t)
	got := must(root.GetSAMLProvider(ctx, &iam.GetSAMLProviderInput{SAMLProviderArn: arn}))(t)
	if *got.SAMLMetadataDocument != *document || got.AssertionEncryptionMode != "Required" || len(got.PrivateKeyList) != 1 || len(got.Tags) != 1 || !strings.HasPrefix(*got.SAMLProviderUUID, "SAMLSP") || got.ValidUntil.Before(*got.CreateDate) {
		t.Errorf("%+v", got)
	}
	must(root.UpdateSAMLProvider(ctx, &iam.UpdateSAMLProviderInput{SAMLProviderArn: arn, RemovePrivateKey: got.PrivateKeyList[0].KeyId, AssertionEncryptionMode: iamtypes.AssertionEncryptionModeTypeAllowed}))(t)
	if list := must(root.ListSAMLProviders(ctx, &iam.ListSAMLProvidersInput{}))(t).SAMLProviderList; len(list) != 1 || *list[0].Arn != *arn {
		t.Errorf("%+v", list)
	}
	if sum := must(root.GetAccountSummary(ctx, &iam.GetAccountSummaryInput{}))(t).SummaryMap; sum["Providers"] != 1 {
		t.Error(sum)
	}
	must(root.TagSAMLProvider(ctx, &iam.TagSAMLProviderInput{SAMLProviderArn: arn, Tags: []iamtypes.Tag{{Key: aws.String("c"), Value: aws.String("d")}}}))(t)
	must(root.UntagSAMLProvider(ctx, &iam.UntagSAMLProviderInput{SAMLProviderArn: arn, TagKeys: []string{"a"}}))(t)
	if tags := must(root.ListSAMLProviderTags(ctx, &iam.ListSAMLProviderTagsInput{SAMLProviderArn: arn}))(t).Tags; len(tags) != 1 || *tags[0].Key != "c" {
		t.Errorf("%+v", tags)
	}
	must(root.DeleteSAMLProvider(ctx, &iam.DeleteSAMLProviderInput{SAMLProviderArn: arn}))(t)
	_, err = root.GetSAMLProvider(ctx, &iam.GetSAMLProviderInput{SAMLProviderArn: arn})
	refused(t, err, "NoSuchEntity", "Manifest not found for arn "+*arn)
}
