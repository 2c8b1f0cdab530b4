package rolesanywhere

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	ra "github.com/aws/aws-sdk-go-v2/service/rolesanywhere"
	"github.com/aws/aws-sdk-go-v2/service/rolesanywhere/types"

	"gatehouse/internal/api"
	"gatehouse/internal/rolesanywhere"
)

func (s *Service) registerTrustAnchors(r *api.Registry) {
	tags := func(in *ra.CreateTrustAnchorInput) []types.Tag { return in.Tags }
	add(r, api.Op[ra.CreateTrustAnchorInput, ra.CreateTrustAnchorOutput]{Conditions: requested(tags), Also: tagging(tags)}, s.createTrustAnchor)
	add(r, api.Op[ra.ListTrustAnchorsInput, ra.ListTrustAnchorsOutput]{}, s.listTrustAnchors)
	add(r, api.Op[ra.GetTrustAnchorInput, ra.GetTrustAnchorOutput]{
		Resource: entity(s, rolesanywhere.TrustAnchors, func(in *ra.GetTrustAnchorInput) *string { return in.TrustAnchorId }),
	}, func(ctx context.Context, at api.Scope, in *ra.GetTrustAnchorInput) (*ra.GetTrustAnchorOutput, error) {
		a, err := s.Anywhere.TrustAnchor(ctx, at.AccountID, at.Region, *in.TrustAnchorId)
		return &ra.GetTrustAnchorOutput{TrustAnchor: showAnchor(&a)}, err
	})
	add(r, api.Op[ra.UpdateTrustAnchorInput, ra.UpdateTrustAnchorOutput]{
		Resource: entity(s, rolesanywhere.TrustAnchors, func(in *ra.UpdateTrustAnchorInput) *string { return in.TrustAnchorId }),
	}, s.updateTrustAnchor)
	add(r, api.Op[ra.DeleteTrustAnchorInput, ra.DeleteTrustAnchorOutput]{
		Resource: entity(s, rolesanywhere.TrustAnchors, func(in *ra.DeleteTrustAnchorInput) *string { return in.TrustAnchorId }),
	}, func(ctx context.Context, at api.Scope, in *ra.DeleteTrustAnchorInput) (*ra.DeleteTrustAnchorOutput, error) {
		a, err := s.Anywhere.DeleteTrustAnchor(ctx, at.AccountID, at.Region, *in.TrustAnchorId)
		return &ra.DeleteTrustAnchorOutput{TrustAnchor: showAnchor(&a)}, err
	})
	add(r, api.Op[ra.EnableTrustAnchorInput, ra.EnableTrustAnchorOutput]{
		Resource: entity(s, rolesanywhere.TrustAnchors, func(in *ra.EnableTrustAnchorInput) *string { return in.TrustAnchorId }),
	}, func(ctx context.Context, at api.Scope, in *ra.EnableTrustAnchorInput) (*ra.EnableTrustAnchorOutput, error) {
		a, err := s.Anywhere.AlterTrustAnchor(ctx, at.AccountID, at.Region, *in.TrustAnchorId, func(a *rolesanywhere.TrustAnchor) { a.Enabled = true })
		return &ra.EnableTrustAnchorOutput{TrustAnchor: showAnchor(&a)}, err
	})
	add(r, api.Op[ra.DisableTrustAnchorInput, ra.DisableTrustAnchorOutput]{
		Resource: entity(s, rolesanywhere.TrustAnchors, func(in *ra.DisableTrustAnchorInput) *string { return in.TrustAnchorId }),
	}, func(ctx context.Context, at api.Scope, in *ra.DisableTrustAnchorInput) (*ra.DisableTrustAnchorOutput, error) {
		a, err := s.Anywhere.AlterTrustAnchor(ctx, at.AccountID, at.Region, *in.TrustAnchorId, func(a *rolesanywhere.TrustAnchor) { a.Enabled = false })
		return &ra.DisableTrustAnchorOutput{TrustAnchor: showAnchor(&a)}, err
	})
}

// bundle takes the certificates of a source: AWS's private certificate authority is not here.
func bundle(src *types.Source) (string, error) {
	if src != nil && src.SourceType == types.TrustAnchorTypeCertificateBundle {
		if data, ok := src.SourceData.(*types.SourceDataMemberX509CertificateData); ok {
			return data.Value, nil
		}
	}
	return "", rolesanywhere.ErrValidation.With("source must have the sourceType CERTIFICATE_BUNDLE and x509CertificateData.")
}

// plain refuses settings that would have no effect.
func plain(notifications []types.NotificationSetting, crlDP *bool) error {
	if len(notifications) > 0 || aws.ToBool(crlDP) {
		return rolesanywhere.ErrValidation.With("notificationSettings and crlDpRevocationEnabled are not supported.")
	}
	return nil
}

func (s *Service) createTrustAnchor(ctx context.Context, at api.Scope, in *ra.CreateTrustAnchorInput) (*ra.CreateTrustAnchorOutput, error) {
	if err := plain(in.NotificationSettings, in.CrlDpRevocationEnabled); err != nil {
		return nil, err
	}
	pem, err := bundle(in.Source)
	if err != nil {
		return nil, err
	}
	a := rolesanywhere.TrustAnchor{Entity: rolesanywhere.Entity{
		AccountID: at.AccountID, Region: at.Region, Name: aws.ToString(in.Name), Enabled: aws.ToBool(in.Enabled), Tags: tagsOf(in.Tags),
	}}
	a.Bundle = pem
	a, err = s.Anywhere.CreateTrustAnchor(ctx, a)
	return &ra.CreateTrustAnchorOutput{TrustAnchor: showAnchor(&a)}, err
}

func (s *Service) updateTrustAnchor(ctx context.Context, at api.Scope, in *ra.UpdateTrustAnchorInput) (*ra.UpdateTrustAnchorOutput, error) {
	if err := plain(nil, in.CrlDpRevocationEnabled); err != nil {
		return nil, err
	}
	pem := ""
	if in.Source != nil {
		var err error
		if pem, err = bundle(in.Source); err != nil {
			return nil, err
		}
	}
	a, err := s.Anywhere.AlterTrustAnchor(ctx, at.AccountID, at.Region, *in.TrustAnchorId, func(a *rolesanywhere.TrustAnchor) {
		if in.Name != nil {
			a.Name = *in.Name
		}
		if in.Source != nil {
			a.Bundle = pem
		}
	})
	return &ra.UpdateTrustAnchorOutput{TrustAnchor: showAnchor(&a)}, err
}

func (s *Service) listTrustAnchors(ctx context.Context, at api.Scope, in *ra.ListTrustAnchorsInput) (*ra.ListTrustAnchorsOutput, error) {
	size, err := page(in.PageSize)
	if err != nil {
		return nil, err
	}
	list, next, err := s.Anywhere.ListTrustAnchors(ctx, at.AccountID, at.Region, aws.ToString(in.NextToken), size)
	out := &ra.ListTrustAnchorsOutput{TrustAnchors: []types.TrustAnchorDetail{}, NextToken: some(next)}
	for i := range list {
		out.TrustAnchors = append(out.TrustAnchors, *showAnchor(&list[i]))
	}
	return out, err
}

func showAnchor(a *rolesanywhere.TrustAnchor) *types.TrustAnchorDetail {
	return &types.TrustAnchorDetail{
		TrustAnchorId: &a.ID, TrustAnchorArn: aws.String(a.ARN()), Name: &a.Name, Enabled: &a.Enabled, CreatedAt: &a.CreatedAt, UpdatedAt: &a.UpdatedAt,
		Source: &types.Source{SourceType: types.TrustAnchorTypeCertificateBundle, SourceData: &types.SourceDataMemberX509CertificateData{Value: a.Bundle}},
	}
}
