package sts

import (
	"context"
	"maps"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awssts "github.com/aws/aws-sdk-go-v2/service/sts"

	"gatehouse/internal/api"
	"gatehouse/internal/identity"
	"gatehouse/internal/outbound"
	"gatehouse/internal/policy"
	"gatehouse/internal/sts"
)

const defaultTokenLife = 5 * time.Minute

// registerOutbound adds the operation that proves a principal to services outside.
func (s *Service) registerOutbound(r *api.Registry) {
	api.Add(r, name, api.Op[awssts.GetWebIdentityTokenInput, awssts.GetWebIdentityTokenOutput]{
		Access: api.Signed(),
		Effect: api.SensitiveRead, // it gives out what others take for the caller
		Conditions: func(in *awssts.GetWebIdentityTokenInput, c *policy.Context) {
			c.SetList("sts:IdentityTokenAudience", in.Audience...)
			c.Set("sts:SigningAlgorithm", *in.SigningAlgorithm)
			c.Set("sts:DurationSeconds", strconv.Itoa(int(tokenLife(in)/time.Second)))
			api.RequestTags(c, tagMap(tagsOf(in.Tags)))
		},
		Also: func(_ context.Context, in *awssts.GetWebIdentityTokenInput) ([]api.Also, error) {
			if len(in.Tags) == 0 {
				return nil, nil
			}
			return []api.Also{{Action: "sts:TagGetWebIdentityToken"}}, nil
		},
		Run: s.getWebIdentityToken,
	})
}

func tokenLife(in *awssts.GetWebIdentityTokenInput) time.Duration {
	if in.DurationSeconds == nil {
		return defaultTokenLife
	}
	return seconds(in.DurationSeconds)
}

func (s *Service) getWebIdentityToken(ctx context.Context, in *awssts.GetWebIdentityTokenInput) (*awssts.GetWebIdentityTokenOutput, error) {
	if alg := *in.SigningAlgorithm; alg != outbound.RS256 && alg != outbound.ES384 {
		return nil, sts.ErrValidation.With("SigningAlgorithm is RS256 or ES384, not %s.", alg)
	}
	w := outbound.Want{Audience: in.Audience, Alg: *in.SigningAlgorithm, Life: tokenLife(in), Region: api.RequestFrom(ctx).Region, Tags: tagMap(tagsOf(in.Tags))}
	if err := s.describe(ctx, &w); err != nil {
		return nil, err
	}
	token, expires, err := s.Outbound.Token(ctx, w)
	return &awssts.GetWebIdentityTokenOutput{WebIdentityToken: aws.String(token), Expiration: &expires}, err
}

// describe says who asks: by a session of a role the role, with the session's tags over its own.
func (s *Service) describe(ctx context.Context, w *outbound.Want) error {
	p := api.PrincipalFrom(ctx)
	w.AccountID, w.Subject = p.AccountID, p.ARN
	id := p.UserID
	if v := p.Session; v != nil {
		id, w.Until, w.SessionName, w.SourceIdentity = v.IssuerID, v.Expires, v.Name, v.SourceIdentity
		if v.Kind == sts.Role {
			w.Subject = v.IssuerARN
		}
	}
	w.PrincipalTags = map[string]string{}
	if id != p.AccountID {
		i, err := s.Holders.ByID(ctx, p.AccountID, id)
		if err != nil {
			return err
		}
		addTags(w.PrincipalTags, i.Tags)
	}
	if p.Session != nil {
		addTags(w.PrincipalTags, p.Session.Tags)
	}
	return nil
}

// addTags adds tags in place of those whose keys differ in the case of letters alone, which to IAM are the same.
func addTags(m map[string]string, tags []identity.Tag) {
	for k, v := range tagMap(tags) {
		maps.DeleteFunc(m, func(had, _ string) bool { return strings.EqualFold(had, k) })
		m[k] = v
	}
}
