package rolesanywhere

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	ra "github.com/aws/aws-sdk-go-v2/service/rolesanywhere"
	"github.com/aws/aws-sdk-go-v2/service/rolesanywhere/types"

	"gatehouse/internal/api"
	"gatehouse/internal/rolesanywhere"
)

func (s *Service) registerProfiles(r *api.Registry) {
	tags := func(in *ra.CreateProfileInput) []types.Tag { return in.Tags }
	add(r, api.Op[ra.CreateProfileInput, ra.CreateProfileOutput]{
		Conditions: requested(tags),
		Also: func(ctx context.Context, in *ra.CreateProfileInput) ([]api.Also, error) {
			more, err := tagging(tags)(ctx, in)
			return append(more, passing(in.RoleArns)...), err
		},
	}, s.createProfile)
	add(r, api.Op[ra.ListProfilesInput, ra.ListProfilesOutput]{}, s.listProfiles)
	add(r, api.Op[ra.GetProfileInput, ra.GetProfileOutput]{
		Resource: entity(s, rolesanywhere.Profiles, func(in *ra.GetProfileInput) *string { return in.ProfileId }),
	}, func(ctx context.Context, at api.Scope, in *ra.GetProfileInput) (*ra.GetProfileOutput, error) {
		p, err := s.Anywhere.Profile(ctx, at.AccountID, at.Region, *in.ProfileId)
		return &ra.GetProfileOutput{Profile: showProfile(&p)}, err
	})
	add(r, api.Op[ra.UpdateProfileInput, ra.UpdateProfileOutput]{
		Resource: entity(s, rolesanywhere.Profiles, func(in *ra.UpdateProfileInput) *string { return in.ProfileId }),
		Also: func(_ context.Context, in *ra.UpdateProfileInput) ([]api.Also, error) {
			return passing(in.RoleArns), nil
		},
	}, s.updateProfile)
	add(r, api.Op[ra.DeleteProfileInput, ra.DeleteProfileOutput]{
		Resource: entity(s, rolesanywhere.Profiles, func(in *ra.DeleteProfileInput) *string { return in.ProfileId }),
	}, func(ctx context.Context, at api.Scope, in *ra.DeleteProfileInput) (*ra.DeleteProfileOutput, error) {
		p, err := s.Anywhere.DeleteProfile(ctx, at.AccountID, at.Region, *in.ProfileId)
		return &ra.DeleteProfileOutput{Profile: showProfile(&p)}, err
	})
	add(r, api.Op[ra.EnableProfileInput, ra.EnableProfileOutput]{
		Resource: entity(s, rolesanywhere.Profiles, func(in *ra.EnableProfileInput) *string { return in.ProfileId }),
	}, func(ctx context.Context, at api.Scope, in *ra.EnableProfileInput) (*ra.EnableProfileOutput, error) {
		p, err := s.Anywhere.AlterProfile(ctx, at.AccountID, at.Region, *in.ProfileId, func(p *rolesanywhere.Profile) { p.Enabled = true })
		return &ra.EnableProfileOutput{Profile: showProfile(&p)}, err
	})
	add(r, api.Op[ra.DisableProfileInput, ra.DisableProfileOutput]{
		Resource: entity(s, rolesanywhere.Profiles, func(in *ra.DisableProfileInput) *string { return in.ProfileId }),
	}, func(ctx context.Context, at api.Scope, in *ra.DisableProfileInput) (*ra.DisableProfileOutput, error) {
		p, err := s.Anywhere.AlterProfile(ctx, at.AccountID, at.Region, *in.ProfileId, func(p *rolesanywhere.Profile) { p.Enabled = false })
		return &ra.DisableProfileOutput{Profile: showProfile(&p)}, err
	})
}

// passing asks iam:PassRole for each role that a profile is to give.
func passing(roles []string) []api.Also {
	var asks []api.Also
	for _, role := range roles {
		asks = append(asks, api.Also{Action: "iam:PassRole", Resource: &api.Resource{ARN: role, Keys: map[string]string{"iam:PassedToService": rolesanywhere.Principal}}})
	}
	return asks
}

func (s *Service) createProfile(ctx context.Context, at api.Scope, in *ra.CreateProfileInput) (*ra.CreateProfileOutput, error) {
	if aws.ToBool(in.RequireInstanceProperties) {
		return nil, rolesanywhere.ErrValidation.With("requireInstanceProperties is not supported.")
	}
	p := rolesanywhere.Profile{Entity: rolesanywhere.Entity{
		AccountID: at.AccountID, Region: at.Region, Name: aws.ToString(in.Name), Enabled: aws.ToBool(in.Enabled), Tags: tagsOf(in.Tags),
	}}
	p.RoleARNs, p.ManagedPolicyARNs, p.SessionPolicy = in.RoleArns, in.ManagedPolicyArns, aws.ToString(in.SessionPolicy)
	p.Duration, p.AcceptName, p.CreatedBy = seconds(in.DurationSeconds), aws.ToBool(in.AcceptRoleSessionName), api.PrincipalFrom(ctx).ARN
	p, err := s.Anywhere.CreateProfile(ctx, p)
	return &ra.CreateProfileOutput{Profile: showProfile(&p)}, err
}

func (s *Service) updateProfile(ctx context.Context, at api.Scope, in *ra.UpdateProfileInput) (*ra.UpdateProfileOutput, error) {
	p, err := s.Anywhere.AlterProfile(ctx, at.AccountID, at.Region, *in.ProfileId, func(p *rolesanywhere.Profile) {
		if in.Name != nil {
			p.Name = *in.Name
		}
		if in.RoleArns != nil {
			p.RoleARNs = in.RoleArns
		}
		if in.ManagedPolicyArns != nil {
			p.ManagedPolicyARNs = in.ManagedPolicyArns
		}
		if in.SessionPolicy != nil {
			p.SessionPolicy = *in.SessionPolicy
		}
		if in.DurationSeconds != nil {
			p.Duration = seconds(in.DurationSeconds)
		}
		if in.AcceptRoleSessionName != nil {
			p.AcceptName = *in.AcceptRoleSessionName
		}
	})
	return &ra.UpdateProfileOutput{Profile: showProfile(&p)}, err
}

func (s *Service) listProfiles(ctx context.Context, at api.Scope, in *ra.ListProfilesInput) (*ra.ListProfilesOutput, error) {
	size, err := page(in.PageSize)
	if err != nil {
		return nil, err
	}
	list, next, err := s.Anywhere.ListProfiles(ctx, at.AccountID, at.Region, aws.ToString(in.NextToken), size)
	out := &ra.ListProfilesOutput{Profiles: []types.ProfileDetail{}, NextToken: some(next)}
	for i := range list {
		out.Profiles = append(out.Profiles, *showProfile(&list[i]))
	}
	return out, err
}

// mappings are how every profile makes tags of certificates.
func mappings() (list []types.AttributeMapping) {
	for _, field := range []struct {
		name       types.CertificateField
		specifiers []string
	}{{types.CertificateFieldX509Issuer, []string{"*"}}, {types.CertificateFieldX509SAN, []string{"DNS", "URI"}}, {types.CertificateFieldX509Subject, []string{"*"}}} {
		m := types.AttributeMapping{CertificateField: field.name}
		for _, specifier := range field.specifiers {
			m.MappingRules = append(m.MappingRules, types.MappingRule{Specifier: &specifier})
		}
		list = append(list, m)
	}
	return list
}

func showProfile(p *rolesanywhere.Profile) *types.ProfileDetail {
	return &types.ProfileDetail{
		ProfileId: &p.ID, ProfileArn: aws.String(p.ARN()), Name: &p.Name, Enabled: &p.Enabled, CreatedAt: &p.CreatedAt, UpdatedAt: &p.UpdatedAt, CreatedBy: &p.CreatedBy,
		RoleArns: append([]string{}, p.RoleARNs...), ManagedPolicyArns: p.ManagedPolicyARNs, SessionPolicy: some(p.SessionPolicy),
		DurationSeconds: aws.Int32(int32(p.Duration.Seconds())), AcceptRoleSessionName: &p.AcceptName, RequireInstanceProperties: aws.Bool(false), AttributeMappings: mappings(),
	}
}

func seconds(n *int32) time.Duration { return time.Duration(aws.ToInt32(n)) * time.Second }
