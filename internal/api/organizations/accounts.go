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

// registerAccounts adds the operations on accounts.
func (s *Service) registerAccounts(r *api.Registry) {
	s.registerCreateAccount(r)
	add(s, r, api.Op[awsorg.DescribeAccountInput, awsorg.DescribeAccountOutput]{
		Resource: of(s, func(in *awsorg.DescribeAccountInput) *string { return in.AccountId }),
	}, reader, s.describeAccount)
	add(s, r, api.Op[awsorg.ListAccountsInput, awsorg.ListAccountsOutput]{}, reader,
		func(ctx context.Context, o *organization.Organization, in *awsorg.ListAccountsInput) (*awsorg.ListAccountsOutput, error) {
			p, err := s.Organizations.ListAccounts(ctx, o, placeOf(in.NextToken, in.MaxResults))
			if err != nil {
				return nil, err
			}
			list, err := s.showAccounts(ctx, o, p.Items)
			return &awsorg.ListAccountsOutput{Accounts: list, NextToken: some(p.Token)}, err
		})
	add(s, r, api.Op[awsorg.CloseAccountInput, awsorg.CloseAccountOutput]{
		Resource: of(s, func(in *awsorg.CloseAccountInput) *string { return in.AccountId }),
	}, management, func(ctx context.Context, o *organization.Organization, in *awsorg.CloseAccountInput) (*awsorg.CloseAccountOutput, error) {
		return &awsorg.CloseAccountOutput{}, s.Organizations.CloseAccount(ctx, o, *in.AccountId)
	})
	add(s, r, api.Op[awsorg.RemoveAccountFromOrganizationInput, awsorg.RemoveAccountFromOrganizationOutput]{
		Resource: of(s, func(in *awsorg.RemoveAccountFromOrganizationInput) *string { return in.AccountId }),
	}, management, func(ctx context.Context, o *organization.Organization, in *awsorg.RemoveAccountFromOrganizationInput) (*awsorg.RemoveAccountFromOrganizationOutput, error) {
		return &awsorg.RemoveAccountFromOrganizationOutput{}, s.Organizations.Remove(ctx, o, *in.AccountId)
	})
	add(s, r, api.Op[awsorg.MoveAccountInput, awsorg.MoveAccountOutput]{
		Resource: of(s, func(in *awsorg.MoveAccountInput) *string { return in.AccountId }),
		Also: also(s, "MoveAccount", func(in *awsorg.MoveAccountInput) []*string {
			return []*string{in.SourceParentId, in.DestinationParentId}
		}),
	}, management, func(ctx context.Context, o *organization.Organization, in *awsorg.MoveAccountInput) (*awsorg.MoveAccountOutput, error) {
		return &awsorg.MoveAccountOutput{}, s.Organizations.Move(ctx, o, *in.AccountId, *in.SourceParentId, *in.DestinationParentId)
	})
}

// registerCreateAccount adds what makes accounts, and tells what became of it.
func (s *Service) registerCreateAccount(r *api.Registry) {
	add(s, r, api.Op[awsorg.CreateAccountInput, awsorg.CreateAccountOutput]{
		Conditions: func(in *awsorg.CreateAccountInput, c *policy.Context) { requestTags(c, in.Tags) },
		Also:       tagging(func(in *awsorg.CreateAccountInput) int { return len(in.Tags) }),
	}, management, func(ctx context.Context, o *organization.Organization, in *awsorg.CreateAccountInput) (*awsorg.CreateAccountOutput, error) {
		q, err := s.Organizations.CreateAccount(ctx, o, organization.NewAccount{
			Name: *in.AccountName, Email: *in.Email, RoleName: aws.ToString(in.RoleName), Tags: tagsOf(in.Tags),
		})
		return &awsorg.CreateAccountOutput{CreateAccountStatus: pointer(showRequest(q))}, err
	})
	add(s, r, api.Op[awsorg.DescribeCreateAccountStatusInput, awsorg.DescribeCreateAccountStatusOutput]{}, reader,
		func(ctx context.Context, o *organization.Organization, in *awsorg.DescribeCreateAccountStatusInput) (*awsorg.DescribeCreateAccountStatusOutput, error) {
			q, err := s.Organizations.CreateRequest(ctx, o, *in.CreateAccountRequestId)
			return &awsorg.DescribeCreateAccountStatusOutput{CreateAccountStatus: pointer(showRequest(q))}, err
		})
	add(s, r, api.Op[awsorg.ListCreateAccountStatusInput, awsorg.ListCreateAccountStatusOutput]{}, reader, s.listCreateAccountStatus)
	add(s, r, api.Op[awsorg.CreateGovCloudAccountInput, awsorg.CreateGovCloudAccountOutput]{
		Conditions: func(in *awsorg.CreateGovCloudAccountInput, c *policy.Context) { requestTags(c, in.Tags) },
		Also:       tagging(func(in *awsorg.CreateGovCloudAccountInput) int { return len(in.Tags) }),
	}, management, func(context.Context, *organization.Organization, *awsorg.CreateGovCloudAccountInput) (*awsorg.CreateGovCloudAccountOutput, error) {
		return nil, organization.ErrNoGovCloud
	})
}

func (s *Service) listCreateAccountStatus(ctx context.Context, o *organization.Organization, in *awsorg.ListCreateAccountStatusInput) (*awsorg.ListCreateAccountStatusOutput, error) {
	var failed, made bool
	for _, st := range in.States {
		failed = failed || st == types.CreateAccountStateFailed
		made = made || st == types.CreateAccountStateSucceeded
	}
	if len(in.States) > 0 && !failed && !made { // none is in progress: an account is made before it is answered
		return &awsorg.ListCreateAccountStatusOutput{CreateAccountStatuses: []types.CreateAccountStatus{}}, nil
	}
	p, err := s.Organizations.ListCreateRequests(ctx, o, failed, made, placeOf(in.NextToken, in.MaxResults))
	return &awsorg.ListCreateAccountStatusOutput{CreateAccountStatuses: show(p.Items, showRequest), NextToken: some(p.Token)}, err
}

func showRequest(q organization.Request) types.CreateAccountStatus {
	st := types.CreateAccountStatus{
		Id: &q.ID, AccountName: &q.AccountName, AccountId: some(q.AccountID), State: types.CreateAccountStateSucceeded,
		RequestedTimestamp: &q.RequestedAt, CompletedTimestamp: &q.RequestedAt,
	}
	if q.Failure != "" {
		st.State, st.FailureReason = types.CreateAccountStateFailed, types.CreateAccountFailureReason(q.Failure)
	}
	return st
}

func (s *Service) describeAccount(ctx context.Context, o *organization.Organization, in *awsorg.DescribeAccountInput) (*awsorg.DescribeAccountOutput, error) {
	a, err := s.Organizations.Account(ctx, o, *in.AccountId)
	if err != nil {
		return nil, err
	}
	list, err := s.showAccounts(ctx, o, []organization.Account{a})
	if err != nil {
		return nil, err
	}
	return &awsorg.DescribeAccountOutput{Account: &list[0]}, nil
}

// showAccounts shows accounts with where they are.
func (s *Service) showAccounts(ctx context.Context, o *organization.Organization, accounts []organization.Account) ([]types.Account, error) {
	t, err := s.Organizations.Tree(ctx, o)
	if err != nil {
		return nil, err
	}
	return show(accounts, func(a organization.Account) types.Account {
		status, state := standing(a)
		return types.Account{
			Id: &a.ID, Arn: pointer(o.AccountARN(a.ID)), Name: pointer(nameOf(a)), Email: &a.Email, Status: status, State: state,
			JoinedMethod: types.AccountJoinedMethod(a.Method), JoinedTimestamp: &a.JoinedAt, Paths: []string{t.Path(a.ParentID, a.ID)},
		}
	}), nil
}

// nameOf is an account's name; that of the installation's first account is its number.
func nameOf(a organization.Account) string {
	if a.Name == "" {
		return a.ID
	}
	return a.Name
}

func standing(a organization.Account) (types.AccountStatus, types.AccountState) {
	if a.Closed() {
		return types.AccountStatusSuspended, types.AccountStateClosed
	}
	return types.AccountStatusActive, types.AccountStateActive
}
