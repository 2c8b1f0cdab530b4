// Package sts is the operations of the Security Token Service: each finds out who asks for which credentials, asks the
// policies, and has package internal/sts make them.
package sts

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awssts "github.com/aws/aws-sdk-go-v2/service/sts"

	"gatehouse/internal/api"
	"gatehouse/internal/identity"
	"gatehouse/internal/outbound"
	"gatehouse/internal/permission"
	"gatehouse/internal/policy"
	"gatehouse/internal/sts"
)

const name = "sts"

// Identities finds roles and policies: *identity.Service.
type Identities interface {
	ByName(ctx context.Context, accountID string, k identity.Kind, name string) (identity.Identity, error)
	Policy(ctx context.Context, accountID, policyARN string) (identity.Policy, error)
}

// Keys finds long-term access keys: *iam.Service.
type Keys interface {
	// AccountOfKey answers iam.ErrNotFound for none.
	AccountOfKey(ctx context.Context, accessKeyID string) (string, error)
}

// Policies compiles trust policies and knows closed accounts: *permission.Service.
type Policies interface {
	// Live answers permission.ErrClosed for an account that is closed.
	Live(ctx context.Context, accountID string) error
	Set(kind policy.Kind, sources ...permission.Source) (*policy.Set, error)
}

// Service holds what the operations call. All fields are required.
type Service struct {
	Sessions      *sts.Service
	Identities    Identities
	Keys          Keys
	Policies      Policies
	MFA           MFA
	Organizations Organizations
	Providers     Providers
	Tokens        Tokens
	SAML          *SAML
	Clock         func() time.Time
	Outbound      *outbound.Service
	Holders       Holders
}

// Holders finds who is behind a session: *identity.Service.
type Holders interface {
	ByID(ctx context.Context, accountID, id string) (identity.Identity, error)
}

// Register adds every operation.
func (s *Service) Register(r *api.Registry) {
	api.Add(r, name, api.Op[awssts.GetCallerIdentityInput, awssts.GetCallerIdentityOutput]{
		Access: api.Authenticated(), // no policy can deny it
		Run:    s.getCallerIdentity,
	})
	s.registerRoles(r)
	s.registerUsers(r)
	s.registerKeys(r)
	s.registerWebIdentity(r)
	s.registerRoot(r)
	s.registerSAML(r)
	s.registerOutbound(r)
	s.registerDecode(r)
}

// getCallerIdentity tells who calls. Nothing was read to verify a session, and no policy is asked here: whether its account
// is closed is, and whether a user is there.
func (s *Service) getCallerIdentity(ctx context.Context, _ *awssts.GetCallerIdentityInput) (*awssts.GetCallerIdentityOutput, error) {
	p := api.PrincipalFrom(ctx)
	if p.Session != nil {
		if err := s.Policies.Live(ctx, p.AccountID); err != nil {
			return nil, api.Refusal(p, err)
		}
	}
	if v := p.Session; v != nil && v.Kind == sts.User && v.IssuerID != p.AccountID { // the user may have another name since, or be gone
		user, err := s.Holders.ByID(ctx, p.AccountID, v.IssuerID)
		if errors.Is(err, identity.ErrNotFound) {
			return nil, sts.ErrInvalidToken
		}
		if err != nil {
			return nil, err
		}
		p.ARN = user.ARN()
	}
	return &awssts.GetCallerIdentityOutput{Account: &p.AccountID, Arn: &p.ARN, UserId: &p.UserID}, nil
}

func some(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func seconds(n *int32) time.Duration { return time.Duration(aws.ToInt32(n)) * time.Second }
