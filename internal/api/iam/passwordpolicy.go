package iam

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"gatehouse/internal/api"
	"gatehouse/internal/iam"
)

// leastLength is how long passwords are where an account's policy does not say.
const leastLength = 6

// registerPasswordPolicy adds the operations on an account's password policy.
func (s *Service) registerPasswordPolicy(r *api.Registry) {
	add(r, api.Op[awsiam.GetAccountPasswordPolicyInput, awsiam.GetAccountPasswordPolicyOutput]{}, s.getAccountPasswordPolicy)
	add(r, api.Op[awsiam.UpdateAccountPasswordPolicyInput, awsiam.UpdateAccountPasswordPolicyOutput]{}, s.updateAccountPasswordPolicy)
	add(r, api.Op[awsiam.DeleteAccountPasswordPolicyInput, awsiam.DeleteAccountPasswordPolicyOutput]{}, s.deleteAccountPasswordPolicy)
}

func (s *Service) getAccountPasswordPolicy(ctx context.Context, account string, _ *awsiam.GetAccountPasswordPolicyInput) (*awsiam.GetAccountPasswordPolicyOutput, error) {
	p, err := s.Logins.AccountPasswordPolicy(ctx, account)
	if err != nil {
		return nil, err
	}
	return &awsiam.GetAccountPasswordPolicyOutput{PasswordPolicy: &types.PasswordPolicy{
		MinimumPasswordLength: aws.Int32(int32(p.MinimumLength)), RequireSymbols: p.Symbols, RequireNumbers: p.Numbers, RequireUppercaseCharacters: p.Uppercase,
		RequireLowercaseCharacters: p.Lowercase, AllowUsersToChangePassword: p.UsersMayChange, ExpirePasswords: p.MaxAgeDays > 0,
		MaxPasswordAge: positive(p.MaxAgeDays), PasswordReusePrevention: positive(p.ReusePrevention), HardExpiry: aws.Bool(p.HardExpiry),
	}}, nil
}

// positive leaves out a number that was not set.
func positive(n int) *int32 {
	if n == 0 {
		return nil
	}
	return aws.Int32(int32(n))
}

// updateAccountPasswordPolicy sets all of it: what is left out is as if there had been no policy.
func (s *Service) updateAccountPasswordPolicy(ctx context.Context, account string, in *awsiam.UpdateAccountPasswordPolicyInput) (*awsiam.UpdateAccountPasswordPolicyOutput, error) {
	p := iam.PasswordPolicy{
		MinimumLength: leastLength, Symbols: in.RequireSymbols, Numbers: in.RequireNumbers, Uppercase: in.RequireUppercaseCharacters, Lowercase: in.RequireLowercaseCharacters,
		UsersMayChange: in.AllowUsersToChangePassword, MaxAgeDays: int(aws.ToInt32(in.MaxPasswordAge)), ReusePrevention: int(aws.ToInt32(in.PasswordReusePrevention)),
		HardExpiry: aws.ToBool(in.HardExpiry),
	}
	if in.MinimumPasswordLength != nil {
		p.MinimumLength = int(*in.MinimumPasswordLength)
	}
	return &awsiam.UpdateAccountPasswordPolicyOutput{}, s.Logins.SetPasswordPolicy(ctx, account, p)
}

func (s *Service) deleteAccountPasswordPolicy(ctx context.Context, account string, _ *awsiam.DeleteAccountPasswordPolicyInput) (*awsiam.DeleteAccountPasswordPolicyOutput, error) {
	return &awsiam.DeleteAccountPasswordPolicyOutput{}, s.Logins.DeletePasswordPolicy(ctx, account)
}
