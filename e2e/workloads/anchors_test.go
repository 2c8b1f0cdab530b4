package workloads_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/rolesanywhere"
	"github.com/aws/aws-sdk-go-v2/service/rolesanywhere/types"
	"github.com/aws/smithy-go"

	"gatehouse/e2e/server"
)

func (k *kit) anywhere() *rolesanywhere.Client {
	return rolesanywhere.New(rolesanywhere.Options{Region: "eu-west-1", BaseEndpoint: &k.URL, HTTPClient: server.SDKClient{},
		Credentials: credentials.NewStaticCredentialsProvider(k.RootAccessKeyID, k.RootSecretAccessKey, "")})
}

func bundle(pem string) *types.Source {
	return &types.Source{SourceType: types.TrustAnchorTypeCertificateBundle, SourceData: &types.SourceDataMemberX509CertificateData{Value: pem}}
}

func refused(t *testing.T, err error, code, text string) {
	t.Helper()
	var e smithy.APIError
	if !errors.As(err, &e) || e.ErrorCode() != code || !strings.Contains(e.ErrorMessage(), text) {
		t.Errorf("got %v, want %s: %s", err, code, text)
	}
}

// TestTrustAnchorsAndProfiles walks both nouns by AWS's own client.
func TestTrustAnchorsAndProfiles(t *testing.T) {
	k, ctx := start(t), context.Background()
	ra, ca := k.anywhere(), authority(t, "root")
	a := must(ra.CreateTrustAnchor(ctx, &rolesanywhere.CreateTrustAnchorInput{Name: aws.String("ci"), Source: bundle(ca.pem()), Tags: []types.Tag{{Key: aws.String("a"), Value: aws.String("b")}}}))(t).TrustAnchor
	data, _ := a.Source.SourceData.(*types.SourceDataMemberX509CertificateData)
	if !strings.HasSuffix(*a.TrustAnchorArn, ":"+k.AccountID+":trust-anchor/"+*a.TrustAnchorId) || !strings.HasPrefix(*a.TrustAnchorArn, "arn:aws:rolesanywhere:eu-west-1:") || *a.Enabled || data == nil || data.Value != ca.pem() || a.CreatedAt.IsZero() {
		t.Errorf("%+v", a)
	}
	id := a.TrustAnchorId
	if a := must(ra.EnableTrustAnchor(ctx, &rolesanywhere.EnableTrustAnchorInput{TrustAnchorId: id}))(t).TrustAnchor; !*a.Enabled {
		t.Errorf("%+v", a)
	}
	must(ra.UpdateTrustAnchor(ctx, &rolesanywhere.UpdateTrustAnchorInput{TrustAnchorId: id, Name: aws.String("builds")}))(t)
	if a := must(ra.GetTrustAnchor(ctx, &rolesanywhere.GetTrustAnchorInput{TrustAnchorId: id}))(t).TrustAnchor; *a.Name != "builds" || !*a.Enabled {
		t.Errorf("%+v", a)
	}
	for name, pem := range map[string]string{"no certificate": "x", "no authority": ca.issue(t, "leaf").pem(), "nothing": "", "three": strings.Repeat(ca.pem(), 3), "more than certificates": ca.pem() + "x"} {
		_, err := ra.CreateTrustAnchor(ctx, &rolesanywhere.CreateTrustAnchorInput{Name: aws.String("x"), Source: bundle(pem)})
		if err == nil {
			t.Error(name)
			continue
		}
		refused(t, err, "ValidationException", "ertificate")
	}
	t.Run("profiles", func(t *testing.T) {
		in := &rolesanywhere.CreateProfileInput{Name: aws.String("deploy"), RoleArns: []string{k.roleARN}, DurationSeconds: aws.Int32(1800), SessionPolicy: aws.String(`{"Version":"2012-10-17","Statement":[]}`)}
		_, err := ra.CreateProfile(ctx, in)
		refused(t, err, "ValidationException", "sessionPolicy")
		in.SessionPolicy = nil
		p := must(ra.CreateProfile(ctx, in))(t).Profile
		if *p.DurationSeconds != 1800 || len(p.RoleArns) != 1 || *p.Enabled || len(p.AttributeMappings) != 3 || !strings.HasSuffix(*p.CreatedBy, ":root") {
			t.Errorf("%+v", p)
		}
		must(ra.UpdateProfile(ctx, &rolesanywhere.UpdateProfileInput{ProfileId: p.ProfileId, DurationSeconds: aws.Int32(900), AcceptRoleSessionName: aws.Bool(true)}))(t)
		must(ra.EnableProfile(ctx, &rolesanywhere.EnableProfileInput{ProfileId: p.ProfileId}))(t)
		if p := must(ra.GetProfile(ctx, &rolesanywhere.GetProfileInput{ProfileId: p.ProfileId}))(t).Profile; *p.DurationSeconds != 900 || !*p.AcceptRoleSessionName || !*p.Enabled {
			t.Errorf("%+v", p)
		}
		if out := must(ra.ListProfiles(ctx, &rolesanywhere.ListProfilesInput{}))(t); len(out.Profiles) != 1 || out.NextToken != nil {
			t.Errorf("%+v", out)
		}
		if p := must(ra.DisableProfile(ctx, &rolesanywhere.DisableProfileInput{ProfileId: p.ProfileId}))(t).Profile; *p.Enabled {
			t.Errorf("%+v", p)
		}
		must(ra.DeleteProfile(ctx, &rolesanywhere.DeleteProfileInput{ProfileId: p.ProfileId}))(t)
		_, err = ra.GetProfile(ctx, &rolesanywhere.GetProfileInput{ProfileId: p.ProfileId})
		refused(t, err, "ResourceNotFoundException", "")
		in.RoleArns = []string{"arn:aws:iam::999999999999:role/theirs"}
		_, err = ra.CreateProfile(ctx, in)
		refused(t, err, "ValidationException", "not a role of this account")
	})
	t.Run("tags and pages", func(t *testing.T) {
		arn := a.TrustAnchorArn
		must(ra.TagResource(ctx, &rolesanywhere.TagResourceInput{ResourceArn: arn, Tags: []types.Tag{{Key: aws.String("a"), Value: aws.String("c")}, {Key: aws.String("z"), Value: aws.String("")}}}))(t)
		must(ra.UntagResource(ctx, &rolesanywhere.UntagResourceInput{ResourceArn: arn, TagKeys: []string{"z"}}))(t)
		if out := must(ra.ListTagsForResource(ctx, &rolesanywhere.ListTagsForResourceInput{ResourceArn: arn}))(t); len(out.Tags) != 1 || *out.Tags[0].Value != "c" {
			t.Errorf("%+v", out)
		}
		must(ra.CreateTrustAnchor(ctx, &rolesanywhere.CreateTrustAnchorInput{Name: aws.String("other"), Source: bundle(ca.pem())}))(t)
		seen := 0
		for pages := rolesanywhere.NewListTrustAnchorsPaginator(ra, &rolesanywhere.ListTrustAnchorsInput{PageSize: aws.Int32(1)}); pages.HasMorePages(); seen++ {
			must(pages.NextPage(ctx))(t)
		}
		if seen != 2 {
			t.Error(seen, "pages")
		}
	})
	_, err := ra.ListSubjects(ctx, &rolesanywhere.ListSubjectsInput{})
	refused(t, err, "UnknownOperationException", "Gatehouse has no operation ListSubjects of rolesanywhere.")
	must(ra.DisableTrustAnchor(ctx, &rolesanywhere.DisableTrustAnchorInput{TrustAnchorId: id}))(t)
	must(ra.DeleteTrustAnchor(ctx, &rolesanywhere.DeleteTrustAnchorInput{TrustAnchorId: id}))(t)
	_, err = ra.DeleteTrustAnchor(ctx, &rolesanywhere.DeleteTrustAnchorInput{TrustAnchorId: id})
	refused(t, err, "ResourceNotFoundException", "")
}
