package organizations

import (
	"context"

	awsorg "github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"gatehouse/internal/api"
	"gatehouse/internal/organization"
	"gatehouse/internal/policy"
)

// registerTransfers adds the operations on transfers of responsibility, which are about AWS's bills alone: there are
// none here, and none can be made.
func (s *Service) registerTransfers(r *api.Registry) {
	add(s, r, api.Op[awsorg.InviteOrganizationToTransferResponsibilityInput, awsorg.InviteOrganizationToTransferResponsibilityOutput]{
		Conditions: func(in *awsorg.InviteOrganizationToTransferResponsibilityInput, c *policy.Context) {
			requestTags(c, in.Tags)
			c.Set("organizations:TransferType", string(in.Type))
		},
		Also: tagging(func(in *awsorg.InviteOrganizationToTransferResponsibilityInput) int { return len(in.Tags) }),
	}, management, refuse[awsorg.InviteOrganizationToTransferResponsibilityInput, awsorg.InviteOrganizationToTransferResponsibilityOutput](organization.ErrNoBilling))
	add(s, r, api.Op[awsorg.DescribeResponsibilityTransferInput, awsorg.DescribeResponsibilityTransferOutput]{}, management,
		refuse[awsorg.DescribeResponsibilityTransferInput, awsorg.DescribeResponsibilityTransferOutput](organization.ErrTransferNotFound))
	add(s, r, api.Op[awsorg.UpdateResponsibilityTransferInput, awsorg.UpdateResponsibilityTransferOutput]{}, management,
		refuse[awsorg.UpdateResponsibilityTransferInput, awsorg.UpdateResponsibilityTransferOutput](organization.ErrTransferNotFound))
	add(s, r, api.Op[awsorg.TerminateResponsibilityTransferInput, awsorg.TerminateResponsibilityTransferOutput]{}, management,
		refuse[awsorg.TerminateResponsibilityTransferInput, awsorg.TerminateResponsibilityTransferOutput](organization.ErrTransferNotFound))
	add(s, r, api.Op[awsorg.ListInboundResponsibilityTransfersInput, awsorg.ListInboundResponsibilityTransfersOutput]{}, management,
		func(_ context.Context, _ *organization.Organization, in *awsorg.ListInboundResponsibilityTransfersInput) (*awsorg.ListInboundResponsibilityTransfersOutput, error) {
			return &awsorg.ListInboundResponsibilityTransfersOutput{ResponsibilityTransfers: []types.ResponsibilityTransfer{}}, s.Organizations.OnlyPage(in.NextToken)
		})
	add(s, r, api.Op[awsorg.ListOutboundResponsibilityTransfersInput, awsorg.ListOutboundResponsibilityTransfersOutput]{}, management,
		func(_ context.Context, _ *organization.Organization, in *awsorg.ListOutboundResponsibilityTransfersInput) (*awsorg.ListOutboundResponsibilityTransfersOutput, error) {
			return &awsorg.ListOutboundResponsibilityTransfersOutput{ResponsibilityTransfers: []types.ResponsibilityTransfer{}}, s.Organizations.OnlyPage(in.NextToken)
		})
}

func refuse[In, Out any](reason error) func(context.Context, *organization.Organization, *In) (*Out, error) {
	return func(context.Context, *organization.Organization, *In) (*Out, error) { return nil, reason }
}
