package organizations

import (
	"context"

	awsorg "github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"gatehouse/internal/api"
	"gatehouse/internal/organization"
	"gatehouse/internal/policy"
)

// registerTree adds the operations on the root, on units and on what is in them.
func (s *Service) registerTree(r *api.Registry) {
	s.registerUnits(r)
	add(s, r, api.Op[awsorg.ListRootsInput, awsorg.ListRootsOutput]{}, reader,
		func(_ context.Context, o *organization.Organization, in *awsorg.ListRootsInput) (*awsorg.ListRootsOutput, error) {
			return &awsorg.ListRootsOutput{Roots: []types.Root{showRoot(o)}}, s.Organizations.OnlyPage(in.NextToken)
		})
	add(s, r, api.Op[awsorg.ListChildrenInput, awsorg.ListChildrenOutput]{
		Resource: of(s, func(in *awsorg.ListChildrenInput) *string { return in.ParentId }),
	}, reader, s.listChildren)
	add(s, r, api.Op[awsorg.ListParentsInput, awsorg.ListParentsOutput]{
		Resource: of(s, func(in *awsorg.ListParentsInput) *string { return in.ChildId }),
	}, reader, func(ctx context.Context, o *organization.Organization, in *awsorg.ListParentsInput) (*awsorg.ListParentsOutput, error) {
		if err := s.Organizations.OnlyPage(in.NextToken); err != nil {
			return nil, err
		}
		id, err := s.Organizations.Parent(ctx, o, *in.ChildId)
		kind := types.ParentTypeOrganizationalUnit
		if organization.IsRoot(id) {
			kind = types.ParentTypeRoot
		}
		return &awsorg.ListParentsOutput{Parents: []types.Parent{{Id: &id, Type: kind}}}, err
	})
	add(s, r, api.Op[awsorg.ListAccountsForParentInput, awsorg.ListAccountsForParentOutput]{
		Resource: of(s, func(in *awsorg.ListAccountsForParentInput) *string { return in.ParentId }),
	}, reader, func(ctx context.Context, o *organization.Organization, in *awsorg.ListAccountsForParentInput) (*awsorg.ListAccountsForParentOutput, error) {
		p, err := s.Organizations.ListAccountsOf(ctx, o, *in.ParentId, placeOf(in.NextToken, in.MaxResults))
		if err != nil {
			return nil, err
		}
		list, err := s.showAccounts(ctx, o, p.Items)
		return &awsorg.ListAccountsForParentOutput{Accounts: list, NextToken: some(p.Token)}, err
	})
}

func (s *Service) listChildren(ctx context.Context, o *organization.Organization, in *awsorg.ListChildrenInput) (*awsorg.ListChildrenOutput, error) {
	at := placeOf(in.NextToken, in.MaxResults)
	if in.ChildType == types.ChildTypeAccount {
		p, err := s.Organizations.ListAccountsOf(ctx, o, *in.ParentId, at)
		return &awsorg.ListChildrenOutput{NextToken: some(p.Token), Children: show(p.Items, func(a organization.Account) types.Child {
			return types.Child{Id: &a.ID, Type: types.ChildTypeAccount}
		})}, err
	}
	p, err := s.Organizations.ListUnits(ctx, o, *in.ParentId, at)
	return &awsorg.ListChildrenOutput{NextToken: some(p.Token), Children: show(p.Items, func(u organization.Unit) types.Child {
		return types.Child{Id: &u.ID, Type: types.ChildTypeOrganizationalUnit}
	})}, err
}

// registerUnits adds the operations on organizational units.
func (s *Service) registerUnits(r *api.Registry) {
	add(s, r, api.Op[awsorg.CreateOrganizationalUnitInput, awsorg.CreateOrganizationalUnitOutput]{
		Resource:   of(s, func(in *awsorg.CreateOrganizationalUnitInput) *string { return in.ParentId }),
		Conditions: func(in *awsorg.CreateOrganizationalUnitInput, c *policy.Context) { requestTags(c, in.Tags) },
		Also:       tagging(func(in *awsorg.CreateOrganizationalUnitInput) int { return len(in.Tags) }),
	}, management, func(ctx context.Context, o *organization.Organization, in *awsorg.CreateOrganizationalUnitInput) (*awsorg.CreateOrganizationalUnitOutput, error) {
		u, err := s.Organizations.CreateUnit(ctx, o, *in.ParentId, *in.Name, tagsOf(in.Tags))
		if err != nil {
			return nil, err
		}
		shown, err := s.showUnits(ctx, o, u)
		return &awsorg.CreateOrganizationalUnitOutput{OrganizationalUnit: one(shown)}, err
	})
	add(s, r, api.Op[awsorg.DescribeOrganizationalUnitInput, awsorg.DescribeOrganizationalUnitOutput]{
		Resource: of(s, func(in *awsorg.DescribeOrganizationalUnitInput) *string { return in.OrganizationalUnitId }),
	}, reader, func(ctx context.Context, o *organization.Organization, in *awsorg.DescribeOrganizationalUnitInput) (*awsorg.DescribeOrganizationalUnitOutput, error) {
		u, err := s.Organizations.Unit(ctx, o, *in.OrganizationalUnitId)
		if err != nil {
			return nil, err
		}
		shown, err := s.showUnits(ctx, o, u)
		return &awsorg.DescribeOrganizationalUnitOutput{OrganizationalUnit: one(shown)}, err
	})
	add(s, r, api.Op[awsorg.UpdateOrganizationalUnitInput, awsorg.UpdateOrganizationalUnitOutput]{
		Resource: of(s, func(in *awsorg.UpdateOrganizationalUnitInput) *string { return in.OrganizationalUnitId }),
	}, management, func(ctx context.Context, o *organization.Organization, in *awsorg.UpdateOrganizationalUnitInput) (*awsorg.UpdateOrganizationalUnitOutput, error) {
		u, err := s.Organizations.RenameUnit(ctx, o, *in.OrganizationalUnitId, in.Name)
		if err != nil {
			return nil, err
		}
		shown, err := s.showUnits(ctx, o, u)
		return &awsorg.UpdateOrganizationalUnitOutput{OrganizationalUnit: one(shown)}, err
	})
	add(s, r, api.Op[awsorg.DeleteOrganizationalUnitInput, awsorg.DeleteOrganizationalUnitOutput]{
		Resource: of(s, func(in *awsorg.DeleteOrganizationalUnitInput) *string { return in.OrganizationalUnitId }),
	}, management, func(ctx context.Context, o *organization.Organization, in *awsorg.DeleteOrganizationalUnitInput) (*awsorg.DeleteOrganizationalUnitOutput, error) {
		return &awsorg.DeleteOrganizationalUnitOutput{}, s.Organizations.DeleteUnit(ctx, o, *in.OrganizationalUnitId)
	})
	add(s, r, api.Op[awsorg.ListOrganizationalUnitsForParentInput, awsorg.ListOrganizationalUnitsForParentOutput]{
		Resource: of(s, func(in *awsorg.ListOrganizationalUnitsForParentInput) *string { return in.ParentId }),
	}, reader, func(ctx context.Context, o *organization.Organization, in *awsorg.ListOrganizationalUnitsForParentInput) (*awsorg.ListOrganizationalUnitsForParentOutput, error) {
		p, err := s.Organizations.ListUnits(ctx, o, *in.ParentId, placeOf(in.NextToken, in.MaxResults))
		if err != nil {
			return nil, err
		}
		list, err := s.showUnits(ctx, o, p.Items...)
		return &awsorg.ListOrganizationalUnitsForParentOutput{OrganizationalUnits: list, NextToken: some(p.Token)}, err
	})
}

func one[T any](list []T) *T {
	if len(list) == 0 {
		return nil
	}
	return &list[0]
}

func (s *Service) showUnits(ctx context.Context, o *organization.Organization, units ...organization.Unit) ([]types.OrganizationalUnit, error) {
	t, err := s.Organizations.Tree(ctx, o)
	if err != nil {
		return nil, err
	}
	return show(units, func(u organization.Unit) types.OrganizationalUnit {
		return types.OrganizationalUnit{Id: &u.ID, Arn: pointer(o.UnitARN(u.ID)), Name: &u.Name, Path: pointer(t.Path(u.ID))}
	}), nil
}

func showRoot(o *organization.Organization) types.Root {
	return types.Root{Id: &o.RootID, Arn: pointer(o.RootARN()), Name: pointer("Root"), PolicyTypes: showTypes(o)}
}
