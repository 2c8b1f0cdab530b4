package organizations

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsorg "github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"gatehouse/internal/api"
	"gatehouse/internal/organization"
	"gatehouse/internal/policy"
)

// registerHandshakes adds the operations on invitations and other handshakes.
func (s *Service) registerHandshakes(r *api.Registry) {
	add(s, r, api.Op[awsorg.InviteAccountToOrganizationInput, awsorg.InviteAccountToOrganizationOutput]{
		Conditions: func(in *awsorg.InviteAccountToOrganizationInput, c *policy.Context) { requestTags(c, in.Tags) },
		Also:       tagging(func(in *awsorg.InviteAccountToOrganizationInput) int { return len(in.Tags) }),
	}, management, s.inviteAccount)
	add(s, r, api.Op[awsorg.DescribeHandshakeInput, awsorg.DescribeHandshakeOutput]{
		Resource: handshake(s, func(in *awsorg.DescribeHandshakeInput) *string { return in.HandshakeId }),
	}, anybody, func(ctx context.Context, _ *organization.Organization, in *awsorg.DescribeHandshakeInput) (*awsorg.DescribeHandshakeOutput, error) {
		h, err := s.answered(ctx, *in.HandshakeId, s.Organizations.HandshakeFor)
		return &awsorg.DescribeHandshakeOutput{Handshake: h}, err
	})
	add(s, r, api.Op[awsorg.AcceptHandshakeInput, awsorg.AcceptHandshakeOutput]{
		Resource: handshake(s, func(in *awsorg.AcceptHandshakeInput) *string { return in.HandshakeId }),
	}, anybody, func(ctx context.Context, _ *organization.Organization, in *awsorg.AcceptHandshakeInput) (*awsorg.AcceptHandshakeOutput, error) {
		h, err := s.answered(ctx, *in.HandshakeId, s.Organizations.Accept)
		return &awsorg.AcceptHandshakeOutput{Handshake: h}, err
	})
	add(s, r, api.Op[awsorg.DeclineHandshakeInput, awsorg.DeclineHandshakeOutput]{
		Resource: handshake(s, func(in *awsorg.DeclineHandshakeInput) *string { return in.HandshakeId }),
	}, anybody, func(ctx context.Context, _ *organization.Organization, in *awsorg.DeclineHandshakeInput) (*awsorg.DeclineHandshakeOutput, error) {
		h, err := s.answered(ctx, *in.HandshakeId, s.Organizations.Decline)
		return &awsorg.DeclineHandshakeOutput{Handshake: h}, err
	})
	add(s, r, api.Op[awsorg.CancelHandshakeInput, awsorg.CancelHandshakeOutput]{
		Resource: handshake(s, func(in *awsorg.CancelHandshakeInput) *string { return in.HandshakeId }),
	}, anybody, func(ctx context.Context, _ *organization.Organization, in *awsorg.CancelHandshakeInput) (*awsorg.CancelHandshakeOutput, error) {
		h, err := s.answered(ctx, *in.HandshakeId, s.Organizations.Cancel)
		return &awsorg.CancelHandshakeOutput{Handshake: h}, err
	})
	s.registerHandshakeLists(r)
}

func (s *Service) registerHandshakeLists(r *api.Registry) {
	add(s, r, api.Op[awsorg.ListHandshakesForAccountInput, awsorg.ListHandshakesForAccountOutput]{}, anybody,
		func(ctx context.Context, _ *organization.Organization, in *awsorg.ListHandshakesForAccountInput) (*awsorg.ListHandshakesForAccountOutput, error) {
			p, err := s.Organizations.ListHandshakesTo(ctx, api.ScopeFrom(ctx).AccountID, filterOf(in.Filter), placeOf(in.NextToken, in.MaxResults))
			if err != nil {
				return nil, err
			}
			list, err := s.showHandshakes(ctx, p.Items)
			return &awsorg.ListHandshakesForAccountOutput{Handshakes: list, NextToken: some(p.Token)}, err
		})
	add(s, r, api.Op[awsorg.ListHandshakesForOrganizationInput, awsorg.ListHandshakesForOrganizationOutput]{}, reader,
		func(ctx context.Context, o *organization.Organization, in *awsorg.ListHandshakesForOrganizationInput) (*awsorg.ListHandshakesForOrganizationOutput, error) {
			p, err := s.Organizations.ListHandshakesOf(ctx, o, filterOf(in.Filter), placeOf(in.NextToken, in.MaxResults))
			if err != nil {
				return nil, err
			}
			list, err := s.showHandshakes(ctx, p.Items)
			return &awsorg.ListHandshakesForOrganizationOutput{Handshakes: list, NextToken: some(p.Token)}, err
		})
}

func filterOf(f *types.HandshakeFilter) organization.HandshakeFilter {
	if f == nil {
		return organization.HandshakeFilter{}
	}
	return organization.HandshakeFilter{Action: organization.Action(f.ActionType), ParentID: aws.ToString(f.ParentHandshakeId)}
}

func (s *Service) inviteAccount(ctx context.Context, o *organization.Organization, in *awsorg.InviteAccountToOrganizationInput) (*awsorg.InviteAccountToOrganizationOutput, error) {
	var account, email string
	switch in.Target.Type {
	case types.HandshakePartyTypeAccount:
		account = *in.Target.Id
	case types.HandshakePartyTypeEmail:
		email = *in.Target.Id
	default:
		return nil, organization.ErrPartyType
	}
	h, err := s.Organizations.InviteAccount(ctx, o, account, email, aws.ToString(in.Notes), tagsOf(in.Tags))
	if err != nil {
		return nil, err
	}
	shown, err := s.showHandshake(ctx, h)
	return &awsorg.InviteAccountToOrganizationOutput{Handshake: shown}, err
}

// answered does something to a handshake as the caller's account, and shows what it is then.
func (s *Service) answered(ctx context.Context, id string, do func(ctx context.Context, accountID, id string) (organization.Handshake, error)) (*types.Handshake, error) {
	h, err := do(ctx, api.ScopeFrom(ctx).AccountID, id)
	if err != nil {
		return nil, err
	}
	return s.showHandshake(ctx, h)
}

func (s *Service) showHandshakes(ctx context.Context, hs []organization.Handshake) ([]types.Handshake, error) {
	list := []types.Handshake{}
	for _, h := range hs {
		shown, err := s.showHandshake(ctx, h)
		if err != nil {
			return nil, err
		}
		list = append(list, *shown)
	}
	return list, nil
}

func (s *Service) showHandshake(ctx context.Context, h organization.Handshake) (*types.Handshake, error) {
	o, err := s.Organizations.Of(ctx, h.ManagementID)
	if err != nil {
		return nil, err
	}
	a, err := s.Organizations.Account(ctx, &o, h.ManagementID)
	if err != nil {
		return nil, err
	}
	set := "FULL"
	if !o.AllFeatures {
		set = "BILLING"
	}
	party := types.HandshakeParty{Type: types.HandshakePartyTypeAccount, Id: &h.AccountID}
	to := types.HandshakeResource{Type: types.HandshakeResourceTypeAccount, Value: &h.AccountID}
	if h.Email != "" {
		party, to = types.HandshakeParty{Type: types.HandshakePartyTypeEmail, Id: &h.Email}, types.HandshakeResource{Type: types.HandshakeResourceTypeEmail, Value: &h.Email}
	}
	shown := &types.Handshake{
		Id: &h.ID, Arn: pointer(o.HandshakeARN(h.Action, h.ID)), Action: types.ActionType(h.Action), State: types.HandshakeState(h.State),
		RequestedTimestamp: &h.CreatedAt, ExpirationTimestamp: &h.ExpiresAt,
		Parties: []types.HandshakeParty{{Type: types.HandshakePartyTypeOrganization, Id: &o.ID}, party},
		Resources: []types.HandshakeResource{{Type: types.HandshakeResourceTypeOrganization, Value: &o.ID, Resources: []types.HandshakeResource{
			{Type: types.HandshakeResourceTypeMasterEmail, Value: &a.Email},
			{Type: types.HandshakeResourceTypeMasterName, Value: pointer(nameOf(a))},
			{Type: types.HandshakeResourceTypeOrganizationFeatureSet, Value: &set},
		}}, to},
	}
	for kind, value := range map[types.HandshakeResourceType]string{types.HandshakeResourceTypeNotes: h.Notes, types.HandshakeResourceTypeParentHandshake: h.ParentID} {
		if value != "" {
			shown.Resources = append(shown.Resources, types.HandshakeResource{Type: kind, Value: &value})
		}
	}
	return shown, nil
}
