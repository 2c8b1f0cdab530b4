package rolesanywhere

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	ra "github.com/aws/aws-sdk-go-v2/service/rolesanywhere"
	"github.com/aws/aws-sdk-go-v2/service/rolesanywhere/types"

	"gatehouse/internal/api"
	"gatehouse/internal/rolesanywhere"
)

func (s *Service) registerCRLs(r *api.Registry) {
	tags := func(in *ra.ImportCrlInput) []types.Tag { return in.Tags }
	add(r, api.Op[ra.ImportCrlInput, ra.ImportCrlOutput]{Conditions: requested(tags), Also: tagging(tags)}, s.importCRL)
	add(r, api.Op[ra.ListCrlsInput, ra.ListCrlsOutput]{}, s.listCRLs)
	add(r, api.Op[ra.GetCrlInput, ra.GetCrlOutput]{
		Resource: entity(s, rolesanywhere.CRLs, func(in *ra.GetCrlInput) *string { return in.CrlId }),
	}, func(ctx context.Context, at api.Scope, in *ra.GetCrlInput) (*ra.GetCrlOutput, error) {
		c, err := s.Anywhere.CRL(ctx, at.AccountID, at.Region, *in.CrlId)
		return &ra.GetCrlOutput{Crl: showCRL(&c)}, err
	})
	add(r, api.Op[ra.UpdateCrlInput, ra.UpdateCrlOutput]{
		Resource: entity(s, rolesanywhere.CRLs, func(in *ra.UpdateCrlInput) *string { return in.CrlId }),
	}, s.updateCRL)
	add(r, api.Op[ra.DeleteCrlInput, ra.DeleteCrlOutput]{
		Resource: entity(s, rolesanywhere.CRLs, func(in *ra.DeleteCrlInput) *string { return in.CrlId }),
	}, func(ctx context.Context, at api.Scope, in *ra.DeleteCrlInput) (*ra.DeleteCrlOutput, error) {
		c, err := s.Anywhere.DeleteCRL(ctx, at.AccountID, at.Region, *in.CrlId)
		return &ra.DeleteCrlOutput{Crl: showCRL(&c)}, err
	})
	add(r, api.Op[ra.EnableCrlInput, ra.EnableCrlOutput]{
		Resource: entity(s, rolesanywhere.CRLs, func(in *ra.EnableCrlInput) *string { return in.CrlId }),
	}, func(ctx context.Context, at api.Scope, in *ra.EnableCrlInput) (*ra.EnableCrlOutput, error) {
		c, err := s.Anywhere.AlterCRL(ctx, at.AccountID, at.Region, *in.CrlId, func(c *rolesanywhere.CRL) { c.Enabled = true })
		return &ra.EnableCrlOutput{Crl: showCRL(&c)}, err
	})
	add(r, api.Op[ra.DisableCrlInput, ra.DisableCrlOutput]{
		Resource: entity(s, rolesanywhere.CRLs, func(in *ra.DisableCrlInput) *string { return in.CrlId }),
	}, func(ctx context.Context, at api.Scope, in *ra.DisableCrlInput) (*ra.DisableCrlOutput, error) {
		c, err := s.Anywhere.AlterCRL(ctx, at.AccountID, at.Region, *in.CrlId, func(c *rolesanywhere.CRL) { c.Enabled = false })
		return &ra.DisableCrlOutput{Crl: showCRL(&c)}, err
	})
}

func (s *Service) importCRL(ctx context.Context, at api.Scope, in *ra.ImportCrlInput) (*ra.ImportCrlOutput, error) {
	c := rolesanywhere.CRL{Entity: rolesanywhere.Entity{
		AccountID: at.AccountID, Region: at.Region, Name: aws.ToString(in.Name), Enabled: aws.ToBool(in.Enabled), Tags: tagsOf(in.Tags),
	}}
	c.Data, c.TrustAnchorARN = in.CrlData, aws.ToString(in.TrustAnchorArn)
	c, err := s.Anywhere.ImportCRL(ctx, c)
	return &ra.ImportCrlOutput{Crl: showCRL(&c)}, err
}

func (s *Service) updateCRL(ctx context.Context, at api.Scope, in *ra.UpdateCrlInput) (*ra.UpdateCrlOutput, error) {
	c, err := s.Anywhere.AlterCRL(ctx, at.AccountID, at.Region, *in.CrlId, func(c *rolesanywhere.CRL) {
		if in.Name != nil {
			c.Name = *in.Name
		}
		if in.CrlData != nil {
			c.Data = in.CrlData
		}
	})
	return &ra.UpdateCrlOutput{Crl: showCRL(&c)}, err
}

func (s *Service) listCRLs(ctx context.Context, at api.Scope, in *ra.ListCrlsInput) (*ra.ListCrlsOutput, error) {
	size, err := page(in.PageSize)
	if err != nil {
		return nil, err
	}
	list, next, err := s.Anywhere.ListCRLs(ctx, at.AccountID, at.Region, aws.ToString(in.NextToken), size)
	out := &ra.ListCrlsOutput{Crls: []types.CrlDetail{}, NextToken: some(next)}
	for i := range list {
		out.Crls = append(out.Crls, *showCRL(&list[i]))
	}
	return out, err
}

func showCRL(c *rolesanywhere.CRL) *types.CrlDetail {
	return &types.CrlDetail{
		CrlId: &c.ID, CrlArn: aws.String(c.ARN()), Name: &c.Name, Enabled: &c.Enabled, CrlData: c.Data, TrustAnchorArn: &c.TrustAnchorARN,
		CreatedAt: &c.CreatedAt, UpdatedAt: &c.UpdatedAt,
	}
}
