package iam

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"gatehouse/internal/api"
)

// registerCredentialReport adds the operations on the report of all credentials of an account.
func (s *Service) registerCredentialReport(r *api.Registry) {
	add(r, api.Op[awsiam.GenerateCredentialReportInput, awsiam.GenerateCredentialReportOutput]{}, s.generateCredentialReport)
	add(r, api.Op[awsiam.GetCredentialReportInput, awsiam.GetCredentialReportOutput]{}, s.getCredentialReport)
}

// generateCredentialReport answers when the report is there, which AWS does at the second call.
func (s *Service) generateCredentialReport(ctx context.Context, account string, _ *awsiam.GenerateCredentialReportInput) (*awsiam.GenerateCredentialReportOutput, error) {
	made, err := s.Identities.GenerateCredentialReport(ctx, account)
	out := &awsiam.GenerateCredentialReportOutput{State: types.ReportStateTypeComplete}
	if made {
		out.Description = aws.String("A new report was generated.")
	}
	return out, err
}

func (s *Service) getCredentialReport(ctx context.Context, account string, _ *awsiam.GetCredentialReportInput) (*awsiam.GetCredentialReportOutput, error) {
	r, err := s.Identities.CredentialReport(ctx, account)
	return &awsiam.GetCredentialReportOutput{Content: []byte(r.Content), ReportFormat: types.ReportFormatTypeTextCsv, GeneratedTime: &r.GeneratedAt}, err
}
