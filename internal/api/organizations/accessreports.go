package organizations

import (
	"cmp"
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"

	"gatehouse/internal/api"
	"gatehouse/internal/arn"
	"gatehouse/internal/identity"
	"gatehouse/internal/organization"
	"gatehouse/internal/policy"
)

// registerAccessReports adds IAM's operations on when services were last used in an organization.
func (s *Service) registerAccessReports(r *api.Registry) {
	api.Add(r, "iam", api.Op[awsiam.GenerateOrganizationsAccessReportInput, awsiam.GenerateOrganizationsAccessReportOutput]{
		Access: api.Signed(),
		Resource: func(ctx context.Context, in *awsiam.GenerateOrganizationsAccessReportInput) (api.Resource, error) {
			return api.Resource{ARN: arn.ARN{Service: "iam", AccountID: api.ScopeFrom(ctx).AccountID, Resource: "access-report/" + *in.EntityPath}.String()}, nil
		},
		Conditions: func(in *awsiam.GenerateOrganizationsAccessReportInput, c *policy.Context) {
			if in.OrganizationsPolicyId != nil {
				c.Set("iam:OrganizationsPolicyId", *in.OrganizationsPolicyId)
			}
		},
		Run: s.generateAccessReport,
	})
	api.Add(r, "iam", api.Op[awsiam.GetOrganizationsAccessReportInput, awsiam.GetOrganizationsAccessReportOutput]{
		Access: api.Signed(),
		Run:    s.getAccessReport,
	})
}

func (s *Service) generateAccessReport(ctx context.Context, in *awsiam.GenerateOrganizationsAccessReportInput) (*awsiam.GenerateOrganizationsAccessReportOutput, error) {
	o, err := s.Organizations.Reporting(ctx, api.ScopeFrom(ctx).AccountID)
	if err != nil {
		return nil, err
	}
	id, err := s.Organizations.RequestAccessReport(ctx, &o, *in.EntityPath, aws.ToString(in.OrganizationsPolicyId))
	return &awsiam.GenerateOrganizationsAccessReportOutput{JobId: &id}, err
}

func (s *Service) getAccessReport(ctx context.Context, in *awsiam.GetOrganizationsAccessReportInput) (*awsiam.GetOrganizationsAccessReportOutput, error) {
	o, err := s.Organizations.Reporting(ctx, api.ScopeFrom(ctx).AccountID)
	if err != nil {
		return nil, err
	}
	report, err := s.Organizations.AccessReport(ctx, &o, *in.JobId)
	if err != nil {
		return nil, err
	}
	all, err := s.Organizations.ServicesAccessed(ctx, &o, report)
	if err != nil {
		return nil, err
	}
	out := &awsiam.GetOrganizationsAccessReportOutput{
		JobStatus: iamtypes.JobStatusTypeCompleted, JobCreationDate: &report.CreatedAt, JobCompletionDate: &report.CreatedAt,
		NumberOfServicesAccessible: aws.Int32(int32(len(all))), NumberOfServicesNotAccessed: aws.Int32(int32(unused(all))),
	}
	sortAccessed(all, in.SortKey)
	from := 0
	if in.Marker != nil { // the service that ended the page before
		if from = 1 + slices.IndexFunc(all, func(a organization.ServiceAccessed) bool { return a.Service == *in.Marker }); from == 0 {
			return nil, identity.ErrValidation.With("Invalid Marker.")
		}
	}
	to := len(all)
	if n := int(aws.ToInt32(in.MaxItems)); n > 0 && from+n < to {
		to = from + n
		out.IsTruncated, out.Marker = true, &all[to-1].Service
	}
	out.AccessDetails = show(all[from:to], showAccessed)
	return out, nil
}

func unused(all []organization.ServiceAccessed) (n int) {
	for _, a := range all {
		if a.At.IsZero() {
			n++
		}
	}
	return n
}

// sortAccessed puts services, which are in the order of their prefixes, in the order that is asked for.
func sortAccessed(all []organization.ServiceAccessed, key iamtypes.SortKeyType) {
	byTime := func(a, b organization.ServiceAccessed) int { return cmp.Compare(a.At.UnixMilli(), b.At.UnixMilli()) }
	switch key {
	case iamtypes.SortKeyTypeServiceNamespaceDescending:
		slices.Reverse(all)
	case iamtypes.SortKeyTypeLastAuthenticatedTimeAscending:
		slices.SortStableFunc(all, byTime)
	case iamtypes.SortKeyTypeLastAuthenticatedTimeDescending:
		slices.SortStableFunc(all, func(a, b organization.ServiceAccessed) int { return byTime(b, a) })
	}
}

func showAccessed(a organization.ServiceAccessed) iamtypes.AccessDetail {
	d := iamtypes.AccessDetail{ServiceName: &a.Name, ServiceNamespace: &a.Service, TotalAuthenticatedEntities: aws.Int32(int32(a.Accounts))}
	if !a.At.IsZero() {
		d.LastAuthenticatedTime, d.EntityPath, d.Region = &a.At, &a.Path, some(a.Region)
	}
	return d
}
