package iam

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"gatehouse/internal/api"
	"gatehouse/internal/fault"
	"gatehouse/internal/identity"
)

// registerDelegation adds the operations on requests for temporary delegation. AWS takes such requests from partners
// alone, whose policy templates it has registered: here there are neither, so that nobody can make a request and none is found.
func (s *Service) registerDelegation(r *api.Registry) {
	add(r, api.Op[awsiam.CreateDelegationRequestInput, awsiam.CreateDelegationRequestOutput]{}, createDelegationRequest)
	add(r, api.Op[awsiam.ListDelegationRequestsInput, awsiam.ListDelegationRequestsOutput]{}, func(context.Context, string, *awsiam.ListDelegationRequestsInput) (*awsiam.ListDelegationRequestsOutput, error) {
		return &awsiam.ListDelegationRequestsOutput{DelegationRequests: []types.DelegationRequest{}}, nil
	})
	addMissing[awsiam.GetDelegationRequestInput, awsiam.GetDelegationRequestOutput](r, func(in *awsiam.GetDelegationRequestInput) *string { return in.DelegationRequestId })
	addMissing[awsiam.AssociateDelegationRequestInput, awsiam.AssociateDelegationRequestOutput](r, func(in *awsiam.AssociateDelegationRequestInput) *string { return in.DelegationRequestId })
	addMissing[awsiam.AcceptDelegationRequestInput, awsiam.AcceptDelegationRequestOutput](r, func(in *awsiam.AcceptDelegationRequestInput) *string { return in.DelegationRequestId })
	addMissing[awsiam.RejectDelegationRequestInput, awsiam.RejectDelegationRequestOutput](r, func(in *awsiam.RejectDelegationRequestInput) *string { return in.DelegationRequestId })
	addMissing[awsiam.UpdateDelegationRequestInput, awsiam.UpdateDelegationRequestOutput](r, func(in *awsiam.UpdateDelegationRequestInput) *string { return in.DelegationRequestId })
	addMissing[awsiam.SendDelegationTokenInput, awsiam.SendDelegationTokenOutput](r, func(in *awsiam.SendDelegationTokenInput) *string { return in.DelegationRequestId })
	addMissing[awsiam.GetHumanReadableSummaryInput, awsiam.GetHumanReadableSummaryOutput](r, func(in *awsiam.GetHumanReadableSummaryInput) *string { return in.EntityArn })
	addMissing[awsiam.AcquireRoleInput, awsiam.AcquireRoleOutput](r, func(in *awsiam.AcquireRoleInput) *string { return in.TemplateArn })
	addMissing[awsiam.GetRoleTemplateVersionInput, awsiam.GetRoleTemplateVersionOutput](r, func(in *awsiam.GetRoleTemplateVersionInput) *string { return in.TemplateArn })
}

// addMissing registers an operation on what only AWS's partners and services make: it is not found.
func addMissing[In, Out any](r *api.Registry, named func(*In) *string) {
	add(r, api.Op[In, Out]{}, func(_ context.Context, _ string, in *In) (*Out, error) { return nil, notMadeHere(named(in)) })
}

func notMadeHere(name *string) *fault.Error {
	return identity.ErrNotFound.With("%s cannot be found: partners of AWS make delegation requests and its services make role templates, and there are none here.", aws.ToString(name))
}

func createDelegationRequest(_ context.Context, _ string, in *awsiam.CreateDelegationRequestInput) (*awsiam.CreateDelegationRequestOutput, error) {
	return nil, identity.ErrInvalid.With("The policy template %s is not registered: delegation requests are for partners of AWS, which registers their templates, and there are none here.",
		aws.ToString(in.Permissions.PolicyTemplateArn))
}
