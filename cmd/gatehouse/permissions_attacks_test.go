package main

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"

	"gatehouse/internal/api"
	"gatehouse/internal/identity"
)

// TestAttackEveryOperationWithoutPermission calls every operation that takes credentials as an IAM user whom no policy
// allows anything: none may run, whatever is asked for.
func TestAttackEveryOperationWithoutPermission(t *testing.T) {
	x := openTarget(t)
	account := x.app.Root.AccountID
	eve, err := x.app.Identities.Create(context.Background(), account, identity.New{Kind: identity.User, Name: "eve"})
	if err != nil {
		t.Fatal(err)
	}
	p := api.Principal{AccountID: account, Kind: api.IAMUser, ARN: eve.ARN(), UserID: eve.ID}
	ctx := api.WithPrincipal(api.WithRequest(context.Background(), api.Request{Region: "us-east-1"}), p)
	denied := 0
	for _, o := range x.app.API.Registry.Operations() {
		if !o.Access.NeedsSignature() || unrefused[o.Action()] {
			continue
		}
		in := reflect.New(o.In)
		fill(in.Elem(), account)
		_, err := x.app.API.Invoke(ctx, o, in.Interface())
		if !errors.Is(err, api.ErrAccessDenied) || !strings.Contains(err.Error(), "User: "+eve.ARN()+" is not authorized to perform: "+o.Action()) {
			t.Errorf("%s: %v", o.Action(), err)
			continue
		}
		denied++
	}
	if all := len(x.app.API.Registry.Operations()); denied < all/2 {
		t.Errorf("only %d of %d operations were asked about", denied, all)
	}
	t.Log(denied, "operations denied")
}

// unrefused are the operations that no policy can refuse: who one is, and what one may anyway for a while.
var unrefused = map[string]bool{"sts:GetCallerIdentity": true, "sts:GetSessionToken": true}

// fill gives an input what fits the service models: by the name of a member, else its least value.
func fill(v reflect.Value, account string) {
	texts := map[string]string{
		"UserPoolId": "us-east-1_AAAAAAAAA", "Path": "/", "PathPrefix": "/", "NewPath": "/", "AccessKeyId": "AKIAAAAAAAAAAAAAAAAA", "VersionId": "v1",
		"PolicyArn": "arn:aws:iam::" + account + ":policy/x", "PermissionsBoundary": "arn:aws:iam::" + account + ":policy/x", "PolicySourceArn": "arn:aws:iam::" + account + ":user/x",
		"ResourceArn": "arn:aws:cognito-idp:us-east-1:" + account + ":userpool/us-east-1_AAAAAAAAA", "RoleArn": "arn:aws:iam::" + account + ":role/x", "AccountAlias": "alias", "TargetPrincipal": "arn:aws:iam::" + account + ":root",
		"SerialNumber": "arn:aws:iam::" + account + ":mfa/x", "AuthenticationCode1": "123456", "AuthenticationCode2": "123456",
		"OpenIDConnectProviderArn": "arn:aws:iam::" + account + ":oidc-provider/abcdef", "Url": "https://abcdef", "ThumbprintList": strings.Repeat("a", 40),
		"Arn": "arn:aws:iam::" + account + ":policy/x", "ProviderArn": "arn:aws:iam::" + account + ":oidc-provider/x",
		"SAMLProviderArn": "arn:aws:iam::" + account + ":saml-provider/x", "SAMLMetadataDocument": strings.Repeat("x", 1000), "RemovePrivateKey": strings.Repeat("A", 22),
		"SigningAlgorithm": "RS256", "OwnerAccountId": account, "OwnerId": "arn:aws:iam::" + account + ":user/x", "RedirectUrl": "https://abcdef", "DelegationRequestId": strings.Repeat("a", 16), "EntityArn": "arn:aws:iam::" + account + ":delegation-request/x", "JobId": strings.Repeat("a", 36), "CertificateId": strings.Repeat("A", 32), "SSHPublicKeyId": strings.Repeat("A", 21), "ServiceSpecificCredentialId": strings.Repeat("A", 21),
		"ManagedLoginBrandingId": "12345678-1234-4123-8123-123456789012", "Session": strings.Repeat("s", 40), "ClientSecret": strings.Repeat("s", 30),
		"AccountId": "999922223333", "ChildId": "999922223333", "TargetId": "999922223333", "ResourceId": "999922223333", "Email": "a@example.com", "HandshakeId": "h-aaaaaaaa",
		"OrganizationalUnitId": "ou-aaaa-aaaaaaaa", "ParentId": "r-aaaa", "SourceParentId": "r-aaaa", "DestinationParentId": "r-aaaa", "RootId": "r-aaaa", "PolicyId": "p-aaaaaaaa",
		"EntityPath": "o-aaaaaaaaaa/r-aaaa", "OrganizationsPolicyId": "p-aaaaaaaa",
		"CreateAccountRequestId": "car-aaaaaaaa", "Id": "rt-aaaaaaaa", "ParentHandshakeId": "h-aaaaaaaa",
		"EmailVerificationMessage": "{####}", "SmsVerificationMessage": "{####}", "SmsAuthenticationMessage": "{####}",
	}
	for i := range v.NumField() {
		f, name := v.Field(i), v.Type().Field(i).Name
		_, code := v.Type().FieldByName("TokenCode") // a second factor, which would be asked for first
		if !v.Type().Field(i).IsExported() || name == "ResultMetadata" || code && (name == "SerialNumber" || name == "TokenCode") {
			continue
		}
		text, ok := texts[name]
		if !ok {
			text = "abcdef"
		}
		switch {
		case f.Kind() == reflect.Pointer && f.Type().Elem().Kind() == reflect.String:
			f.Set(reflect.ValueOf(&text))
		case f.Kind() == reflect.Pointer && f.Type().Elem().Kind() == reflect.Struct && f.Type().Elem().Name() == "PolicyDescriptorType":
			f.Set(reflect.New(f.Type().Elem()))
			fill(f.Elem(), account)
		case f.Kind() == reflect.String:
			if m := f.MethodByName("Values"); m.IsValid() {
				f.Set(m.Call(nil)[0].Index(0))
			}
		case f.Type() == reflect.TypeFor[[]string]():
			f.Set(reflect.ValueOf([]string{text}))
		case f.Type() == reflect.TypeFor[map[string]string]():
			f.Set(reflect.ValueOf(map[string]string{"a": "b"}))
		case f.Type() == reflect.TypeFor[*int32]() && name == "MaxResults":
			f.Set(reflect.New(f.Type().Elem()))
			f.Elem().SetInt(1)
		case f.Type() == reflect.TypeFor[*time.Time]():
			f.Set(reflect.ValueOf(&time.Time{}))
		case name == "Target" && f.Kind() == reflect.Pointer && f.Type().Elem().Kind() == reflect.Struct:
			f.Set(reflect.New(f.Type().Elem()))
			fill(f.Elem(), account)
		case f.Type() == reflect.TypeFor[*int32]() && name == "SessionDuration":
			f.Set(reflect.New(f.Type().Elem()))
			f.Elem().SetInt(300)
		case name == "Permissions" && f.Kind() == reflect.Pointer:
			f.Set(reflect.New(f.Type().Elem()))
		case f.Kind() == reflect.Slice && f.Type().Elem().Kind() == reflect.Struct:
			f.Set(reflect.MakeSlice(f.Type(), 1, 1))
			fill(f.Index(0), account)
		}
	}
}

// A refusal says the same of who is there and of who is not, in the letters that were given.
func TestAttackRefusalsTellWhoIsThere(t *testing.T) {
	x := openTarget(t)
	account := x.app.Root.AccountID
	people := map[string]identity.Identity{}
	for name, path := range map[string]string{"eve": "/", "Alice": "/board/"} {
		i, err := x.app.Identities.Create(context.Background(), account, identity.New{Kind: identity.User, Name: name, Path: path})
		if err != nil {
			t.Fatal(err)
		}
		people[name] = i
	}
	key, _, err := x.app.Identities.CreateAccessKey(context.Background(), account, people["Alice"].ID)
	if err != nil {
		t.Fatal(err)
	}
	eve := people["eve"]
	ctx := api.WithPrincipal(api.WithRequest(context.Background(), api.Request{Region: "us-east-1"}), api.Principal{AccountID: account, Kind: api.IAMUser, ARN: eve.ARN(), UserID: eve.ID})
	asked := func(in any) string {
		t.Helper()
		var err error
		switch in := in.(type) {
		case *awsiam.GetUserInput:
			_, err = api.Call[awsiam.GetUserOutput](ctx, x.app.API, api.PrincipalFrom(ctx), in)
		case *awsiam.GetAccessKeyLastUsedInput:
			_, err = api.Call[awsiam.GetAccessKeyLastUsedOutput](ctx, x.app.API, api.PrincipalFrom(ctx), in)
		}
		if !errors.Is(err, api.ErrAccessDenied) {
			t.Fatal(err)
		}
		return err.Error()
	}
	there, gone := "ALICE", "GRACE"
	if a, b := asked(&awsiam.GetUserInput{UserName: &there}), asked(&awsiam.GetUserInput{UserName: &gone}); strings.ReplaceAll(a, there, gone) != b {
		t.Errorf("%s\n%s", a, b)
	}
	nobodys := "AKIAAAAAAAAAAAAAAAAA"
	root := x.app.Root.AccessKeyID
	for _, id := range []string{key.ID, root} {
		if a, b := asked(&awsiam.GetAccessKeyLastUsedInput{AccessKeyId: &id}), asked(&awsiam.GetAccessKeyLastUsedInput{AccessKeyId: &nobodys}); a != b {
			t.Errorf("%s\n%s", a, b)
		}
	}
}
