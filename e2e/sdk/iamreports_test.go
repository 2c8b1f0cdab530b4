package sdk_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
)

func TestIAMCredentialReport(t *testing.T) {
	k := start(t)
	root := k.rootIAM()
	_, err := root.GetCredentialReport(ctx, &iam.GetCredentialReportInput{})
	refused(t, err, "ReportNotPresent", "")
	k.worker(t, "ann", allow(`{"Effect":"Allow","Action":"iam:*","Resource":"*"}`))
	if got := must(root.GenerateCredentialReport(ctx, &iam.GenerateCredentialReportInput{}))(t); got.State != iamtypes.ReportStateTypeComplete {
		t.Errorf("%+v", got)
	}
	got := must(root.GetCredentialReport(ctx, &iam.GetCredentialReportInput{}))(t)
	lines := strings.Split(strings.TrimSpace(string(got.Content)), "\n")
	if got.ReportFormat != iamtypes.ReportFormatTypeTextCsv || len(lines) != 3 || !strings.HasPrefix(lines[0], "user,arn,user_creation_time,password_enabled,") ||
		!strings.HasPrefix(lines[1], "<root_account>,arn:aws:iam::") || !strings.HasPrefix(lines[2], "ann,arn:aws:iam::") || !strings.Contains(lines[2], ",false,N/A,N/A,N/A,false,true,20") {
		t.Errorf("%s", got.Content)
	}
}

func TestIAMServiceLastAccessed(t *testing.T) {
	k := start(t)
	root := k.rootIAM()
	ann := k.worker(t, "ann", allow(`{"Effect":"Allow","Action":["iam:Get*","sts:*"],"Resource":"*"}`))
	arn := must(ann.iam.GetUser(ctx, &iam.GetUserInput{}))(t).User.Arn
	_, err := ann.iam.ListUsers(ctx, &iam.ListUsersInput{})
	refused(t, err, "AccessDenied", "iam:ListUsers")
	job := must(root.GenerateServiceLastAccessedDetails(ctx, &iam.GenerateServiceLastAccessedDetailsInput{Arn: arn}))(t).JobId
	var got *iam.GetServiceLastAccessedDetailsOutput
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(200 * time.Millisecond) {
		got = must(root.GetServiceLastAccessedDetails(ctx, &iam.GetServiceLastAccessedDetailsInput{JobId: job}))(t)
		if len(got.ServicesLastAccessed) != 2 || got.ServicesLastAccessed[0].LastAuthenticated != nil || time.Now().After(end) {
			break
		}
	}
	if got.JobStatus != iamtypes.JobStatusTypeCompleted || len(got.ServicesLastAccessed) != 2 {
		t.Fatalf("%+v", got)
	}
	if s := got.ServicesLastAccessed[0]; *s.ServiceNamespace != "iam" || s.LastAuthenticated == nil || *s.LastAuthenticatedEntity != *arn || *s.TotalAuthenticatedEntities != 1 {
		t.Errorf("%+v", s)
	}
	if s := got.ServicesLastAccessed[1]; *s.ServiceNamespace != "sts" || s.LastAuthenticated != nil || *s.TotalAuthenticatedEntities != 0 {
		t.Errorf("%+v", s)
	}
	entities := must(root.GetServiceLastAccessedDetailsWithEntities(ctx, &iam.GetServiceLastAccessedDetailsWithEntitiesInput{JobId: job, ServiceNamespace: aws.String("iam")}))(t)
	if len(entities.EntityDetailsList) != 1 || *entities.EntityDetailsList[0].EntityInfo.Arn != *arn || entities.EntityDetailsList[0].LastAuthenticated == nil {
		t.Errorf("%+v", entities)
	}
	granting := must(root.ListPoliciesGrantingServiceAccess(ctx, &iam.ListPoliciesGrantingServiceAccessInput{Arn: arn, ServiceNamespaces: []string{"iam", "s3"}}))(t).PoliciesGrantingServiceAccess
	if len(granting) != 2 || len(granting[0].Policies) != 1 || *granting[0].Policies[0].EntityName != "ann" || len(granting[1].Policies) != 0 {
		t.Errorf("%+v", granting)
	}
	_, err = root.GetServiceLastAccessedDetails(ctx, &iam.GetServiceLastAccessedDetailsInput{JobId: aws.String(strings.Repeat("a", 36))})
	refused(t, err, "NoSuchEntity", "cannot be found")
}
