package iam

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"gatehouse/internal/api"
	"gatehouse/internal/identity"
)

// registerLastAccessed adds the operations on when services were last used, and by which policies they may be.
func (s *Service) registerLastAccessed(r *api.Registry) {
	add(r, api.Op[awsiam.GenerateServiceLastAccessedDetailsInput, awsiam.GenerateServiceLastAccessedDetailsOutput]{
		Resource: given(func(in *awsiam.GenerateServiceLastAccessedDetailsInput) *string { return in.Arn }),
	}, s.generateLastAccessed)
	add(r, api.Op[awsiam.GetServiceLastAccessedDetailsInput, awsiam.GetServiceLastAccessedDetailsOutput]{}, s.getLastAccessed)
	add(r, api.Op[awsiam.GetServiceLastAccessedDetailsWithEntitiesInput, awsiam.GetServiceLastAccessedDetailsWithEntitiesOutput]{}, s.getLastAccessedEntities)
	add(r, api.Op[awsiam.ListPoliciesGrantingServiceAccessInput, awsiam.ListPoliciesGrantingServiceAccessOutput]{
		Resource: given(func(in *awsiam.ListPoliciesGrantingServiceAccessInput) *string { return in.Arn }),
	}, s.listPoliciesGranting)
}

func (s *Service) generateLastAccessed(ctx context.Context, account string, in *awsiam.GenerateServiceLastAccessedDetailsInput) (*awsiam.GenerateServiceLastAccessedDetailsOutput, error) {
	granularity := in.Granularity
	if granularity == "" {
		granularity = types.AccessAdvisorUsageGranularityTypeServiceLevel
	}
	id, err := s.Identities.RequestAccessReport(ctx, account, *in.Arn, string(granularity))
	return &awsiam.GenerateServiceLastAccessedDetailsOutput{JobId: &id}, err
}

func (s *Service) getLastAccessed(ctx context.Context, account string, in *awsiam.GetServiceLastAccessedDetailsInput) (*awsiam.GetServiceLastAccessedDetailsOutput, error) {
	r, err := s.Identities.AccessReport(ctx, account, *in.JobId)
	if err != nil {
		return nil, err
	}
	p, err := s.Identities.ServicesAccessed(ctx, r, placeOf(in.Marker, in.MaxItems))
	out := &awsiam.GetServiceLastAccessedDetailsOutput{
		JobStatus: types.JobStatusTypeCompleted, JobType: types.AccessAdvisorUsageGranularityType(r.Granularity), JobCreationDate: &r.CreatedAt, JobCompletionDate: &r.CreatedAt,
		ServicesLastAccessed: []types.ServiceLastAccessed{}, Marker: some(p.Marker), IsTruncated: p.Marker != "",
	}
	for _, a := range p.Items {
		shown := types.ServiceLastAccessed{ServiceName: &a.Name, ServiceNamespace: &a.Service, TotalAuthenticatedEntities: aws.Int32(int32(a.Entities))}
		if !a.At.IsZero() {
			shown.LastAuthenticated, shown.LastAuthenticatedRegion, shown.LastAuthenticatedEntity = &a.At, some(a.Region), aws.String(a.Entity.ARN())
		}
		out.ServicesLastAccessed = append(out.ServicesLastAccessed, shown)
	}
	return out, err
}

func (s *Service) getLastAccessedEntities(ctx context.Context, account string, in *awsiam.GetServiceLastAccessedDetailsWithEntitiesInput) (*awsiam.GetServiceLastAccessedDetailsWithEntitiesOutput, error) {
	r, err := s.Identities.AccessReport(ctx, account, *in.JobId)
	if err != nil {
		return nil, err
	}
	p, err := s.Identities.EntitiesAccessed(ctx, r, *in.ServiceNamespace, placeOf(in.Marker, in.MaxItems))
	out := &awsiam.GetServiceLastAccessedDetailsWithEntitiesOutput{
		JobStatus: types.JobStatusTypeCompleted, JobCreationDate: &r.CreatedAt, JobCompletionDate: &r.CreatedAt,
		EntityDetailsList: []types.EntityDetails{}, Marker: some(p.Marker), IsTruncated: p.Marker != "",
	}
	for _, e := range p.Items {
		shown := types.EntityDetails{EntityInfo: &types.EntityInfo{
			Arn: aws.String(e.ARN()), Id: &e.ID, Name: &e.Name, Path: &e.Path, Type: types.PolicyOwnerEntityType(strings.ToUpper(string(e.Kind))),
		}}
		if !e.At.IsZero() {
			shown.LastAuthenticated = &e.At
		}
		out.EntityDetailsList = append(out.EntityDetailsList, shown)
	}
	return out, err
}

func (s *Service) listPoliciesGranting(ctx context.Context, account string, in *awsiam.ListPoliciesGrantingServiceAccessInput) (*awsiam.ListPoliciesGrantingServiceAccessOutput, error) {
	if in.Marker != nil { // everything is on the first page
		return nil, identity.ErrValidation.With("Invalid Marker.")
	}
	lists, err := s.Identities.PoliciesGranting(ctx, account, *in.Arn, in.ServiceNamespaces)
	out := &awsiam.ListPoliciesGrantingServiceAccessOutput{PoliciesGrantingServiceAccess: []types.ListPoliciesGrantingServiceAccessEntry{}}
	for n, list := range lists {
		entry := types.ListPoliciesGrantingServiceAccessEntry{ServiceNamespace: &in.ServiceNamespaces[n], Policies: []types.PolicyGrantingServiceAccess{}}
		for _, p := range list {
			entry.Policies = append(entry.Policies, showGranting(p))
		}
		out.PoliciesGrantingServiceAccess = append(out.PoliciesGrantingServiceAccess, entry)
	}
	return out, err
}

func showGranting(p identity.GrantingPolicy) types.PolicyGrantingServiceAccess {
	if p.ARN != "" {
		return types.PolicyGrantingServiceAccess{PolicyName: &p.Name, PolicyType: types.PolicyTypeManaged, PolicyArn: &p.ARN}
	}
	return types.PolicyGrantingServiceAccess{
		PolicyName: &p.Name, PolicyType: types.PolicyTypeInline, EntityName: &p.Owner.Name, EntityType: types.PolicyOwnerEntityType(strings.ToUpper(string(p.Owner.Kind))),
	}
}
