package gatehouse

import (
	"context"
	"time"

	"gatehouse/internal/api"
	"gatehouse/internal/figures"
)

// Figures is the part of *figures.Service that these operations call.
type Figures interface {
	OfPool(ctx context.Context, poolID string, days int) ([]figures.Day, error)
	OfAccount(ctx context.Context, accountID string, days int) ([]figures.Day, error)
	Summary(ctx context.Context, accountID string) (figures.Summary, error)
}

// GetSignInCountsInput asks for the sign-ins of a pool's last days.
type GetSignInCountsInput struct {
	UserPoolId *string
	Days       *int32 // 1 to 366; 30 when left out
}

// GetSignInCountsOutput is the days, today last.
type GetSignInCountsOutput struct{ Days []SignInDay }

// SignInDay is how many sign-ins of a day (UTC) passed and failed.
type SignInDay struct {
	Date           *time.Time
	Passed, Failed *int64
}

// GetAccountSummaryInput asks for what the account has, over all regions.
type GetAccountSummaryInput struct {
	Days *int32 // of SignIns: 1 to 366; 30 when left out
}

// GetAccountSummaryOutput is what it has, and what of it needs attention.
type GetAccountSummaryOutput struct {
	UserPools, Users *int64
	SignIns          []SignInDay
	FailedMessages   []FailedMessages // given up in the last seven days
	OldSigningKeys   []UserPoolName   // pools whose signing key is older than a year
}

// UserPoolName names a pool.
type UserPoolName struct{ UserPoolId, Name *string }

// FailedMessages are those of one pool.
type FailedMessages struct {
	UserPoolId, Name *string
	Messages         *int64
}

func (s *Service) registerFigures(r *api.Registry) {
	api.Add(r, name, api.Op[GetSignInCountsInput, GetSignInCountsOutput]{
		Access: api.Signed(), Resource: poolARN(s, func(in *GetSignInCountsInput) *string { return in.UserPoolId }), Run: s.getSignInCounts,
	})
	api.Add(r, name, api.Op[GetAccountSummaryInput, GetAccountSummaryOutput]{Access: api.Signed(), Run: s.getAccountSummary})
}

func days(n *int32) (int, error) {
	if n == nil {
		return 30, nil
	}
	if *n < 1 || *n > 366 {
		return 0, errValidation.With("Days must be from 1 to 366.")
	}
	return int(*n), nil
}

func (s *Service) getSignInCounts(ctx context.Context, in *GetSignInCountsInput) (*GetSignInCountsOutput, error) {
	n, err := days(in.Days)
	if err != nil {
		return nil, err
	}
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	all, err := s.Figures.OfPool(ctx, p.ID, n)
	return &GetSignInCountsOutput{Days: dayViews(all)}, err
}

func (s *Service) getAccountSummary(ctx context.Context, in *GetAccountSummaryInput) (*GetAccountSummaryOutput, error) {
	n, err := days(in.Days)
	if err != nil {
		return nil, err
	}
	account := api.ScopeFrom(ctx).AccountID
	sum, err := s.Figures.Summary(ctx, account)
	if err != nil {
		return nil, err
	}
	all, err := s.Figures.OfAccount(ctx, account, n)
	if err != nil {
		return nil, err
	}
	out := &GetAccountSummaryOutput{UserPools: &sum.Pools, Users: &sum.Users, SignIns: dayViews(all), FailedMessages: []FailedMessages{}, OldSigningKeys: []UserPoolName{}}
	for _, f := range sum.FailedMessages {
		out.FailedMessages = append(out.FailedMessages, FailedMessages{UserPoolId: &f.ID, Name: &f.Name, Messages: &f.Messages})
	}
	for _, k := range sum.OldKeys {
		out.OldSigningKeys = append(out.OldSigningKeys, UserPoolName{UserPoolId: &k.ID, Name: &k.Name})
	}
	return out, nil
}

func dayViews(days []figures.Day) []SignInDay {
	out := []SignInDay{}
	for _, d := range days {
		out = append(out, SignInDay{Date: &d.Date, Passed: &d.Passed, Failed: &d.Failed})
	}
	return out
}
