package cognitoidp

import (
	"context"
	"sort"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"gatehouse/internal/api"
	"gatehouse/internal/directory"
	"gatehouse/internal/seal"
)

// registerUsers adds the operations on users, by an administrator.
func (s *Service) registerUsers(r *api.Registry) {
	api.Add(r, name, api.Op[idp.AdminCreateUserInput, idp.AdminCreateUserOutput]{
		Access: api.Signed(), Resource: pool(s, func(in *idp.AdminCreateUserInput) *string { return in.UserPoolId }), Run: s.adminCreateUser,
	})
	api.Add(r, name, api.Op[idp.AdminGetUserInput, idp.AdminGetUserOutput]{
		Access: api.Signed(), Effect: api.SensitiveRead,
		Resource: pool(s, func(in *idp.AdminGetUserInput) *string { return in.UserPoolId }), Run: s.adminGetUser,
	})
	api.Add(r, name, api.Op[idp.ListUsersInput, idp.ListUsersOutput]{
		Access: api.Signed(), Effect: api.SensitiveRead,
		Resource: pool(s, func(in *idp.ListUsersInput) *string { return in.UserPoolId }), Run: s.listUsers,
	})
	api.Add(r, name, api.Op[idp.AdminUpdateUserAttributesInput, idp.AdminUpdateUserAttributesOutput]{
		Access: api.Signed(), Resource: pool(s, func(in *idp.AdminUpdateUserAttributesInput) *string { return in.UserPoolId }), Run: s.adminUpdateUserAttributes,
	})
	api.Add(r, name, api.Op[idp.AdminDeleteUserAttributesInput, idp.AdminDeleteUserAttributesOutput]{
		Access: api.Signed(), Resource: pool(s, func(in *idp.AdminDeleteUserAttributesInput) *string { return in.UserPoolId }), Run: s.adminDeleteUserAttributes,
	})
	api.Add(r, name, api.Op[idp.AdminEnableUserInput, idp.AdminEnableUserOutput]{
		Access: api.Signed(), Resource: pool(s, func(in *idp.AdminEnableUserInput) *string { return in.UserPoolId }), Run: s.adminEnableUser,
	})
	api.Add(r, name, api.Op[idp.AdminDisableUserInput, idp.AdminDisableUserOutput]{
		Access: api.Signed(), Resource: pool(s, func(in *idp.AdminDisableUserInput) *string { return in.UserPoolId }), Run: s.adminDisableUser,
	})
	api.Add(r, name, api.Op[idp.AdminSetUserPasswordInput, idp.AdminSetUserPasswordOutput]{
		Access: api.Signed(), Resource: pool(s, func(in *idp.AdminSetUserPasswordInput) *string { return in.UserPoolId }), Run: s.adminSetUserPassword,
	})
	api.Add(r, name, api.Op[idp.AdminResetUserPasswordInput, idp.AdminResetUserPasswordOutput]{
		Access: api.Signed(), Resource: pool(s, func(in *idp.AdminResetUserPasswordInput) *string { return in.UserPoolId }), Run: s.adminResetUserPassword,
	})
	api.Add(r, name, api.Op[idp.AdminConfirmSignUpInput, idp.AdminConfirmSignUpOutput]{
		Access: api.Signed(), Resource: pool(s, func(in *idp.AdminConfirmSignUpInput) *string { return in.UserPoolId }), Run: s.adminConfirmSignUp,
	})
	api.Add(r, name, api.Op[idp.AdminDeleteUserInput, idp.AdminDeleteUserOutput]{
		Access: api.Signed(), Resource: pool(s, func(in *idp.AdminDeleteUserInput) *string { return in.UserPoolId }), Run: s.adminDeleteUser,
	})
}

func (s *Service) adminCreateUser(ctx context.Context, in *idp.AdminCreateUserInput) (*idp.AdminCreateUserOutput, error) {
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	u, err := s.People.Create(ctx, p, directory.NewUser{
		Username: aws.ToString(in.Username), Password: seal.Secret(aws.ToString(in.TemporaryPassword)), Attributes: attributesOf(in.UserAttributes),
		Action: string(in.MessageAction), Mediums: texts(in.DesiredDeliveryMediums), ForceAlias: in.ForceAliasCreation,
	})
	if err != nil {
		return nil, err
	}
	shown := showUser(u)
	return &idp.AdminCreateUserOutput{User: &shown}, nil
}

func (s *Service) adminGetUser(ctx context.Context, in *idp.AdminGetUserInput) (*idp.AdminGetUserOutput, error) {
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	u, err := s.People.Lookup(ctx, p, aws.ToString(in.Username))
	if err != nil {
		return nil, err
	}
	return &idp.AdminGetUserOutput{
		Username: &u.Username, UserAttributes: showAttributes(u, everything), Enabled: u.Enabled, UserStatus: types.UserStatusType(u.Status),
		UserCreateDate: &u.Created, UserLastModifiedDate: &u.Modified, PreferredMfaSetting: unlessZero(u.MFA.Preferred), UserMFASettingList: factorsOf(u),
	}, nil
}

func (s *Service) listUsers(ctx context.Context, in *idp.ListUsersInput) (*idp.ListUsersOutput, error) {
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	for _, a := range in.AttributesToGet {
		if p.Attribute(a) == nil {
			return nil, directory.ErrInvalid.With("One or more requested attributes do not exist in user pool.")
		}
	}
	users, next, err := s.People.ListUsers(ctx, p, directory.UserQuery{Filter: aws.ToString(in.Filter), Token: aws.ToString(in.PaginationToken), Limit: limitOf(in.Limit, 0)})
	if err != nil {
		return nil, err
	}
	out := &idp.ListUsersOutput{Users: []types.UserType{}, PaginationToken: tokenOf(next)}
	for _, u := range users {
		shown := showUser(u)
		if in.AttributesToGet != nil {
			if shown.Attributes, err = onlyAttributes(u, in.AttributesToGet); err != nil {
				return nil, err
			}
		}
		out.Users = append(out.Users, shown)
	}
	return out, nil
}

func (s *Service) adminUpdateUserAttributes(ctx context.Context, in *idp.AdminUpdateUserAttributesInput) (*idp.AdminUpdateUserAttributesOutput, error) {
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	return &idp.AdminUpdateUserAttributesOutput{}, s.People.SetAttributes(ctx, p, aws.ToString(in.Username), attributesOf(in.UserAttributes))
}

func (s *Service) adminDeleteUserAttributes(ctx context.Context, in *idp.AdminDeleteUserAttributesInput) (*idp.AdminDeleteUserAttributesOutput, error) {
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	blank := map[string]string{}
	for _, a := range in.UserAttributeNames {
		blank[a] = ""
	}
	return &idp.AdminDeleteUserAttributesOutput{}, s.People.SetAttributes(ctx, p, aws.ToString(in.Username), blank)
}

func (s *Service) adminEnableUser(ctx context.Context, in *idp.AdminEnableUserInput) (*idp.AdminEnableUserOutput, error) {
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	return &idp.AdminEnableUserOutput{}, s.People.SetEnabled(ctx, p, aws.ToString(in.Username), true)
}

func (s *Service) adminDisableUser(ctx context.Context, in *idp.AdminDisableUserInput) (*idp.AdminDisableUserOutput, error) {
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	return &idp.AdminDisableUserOutput{}, s.People.SetEnabled(ctx, p, aws.ToString(in.Username), false)
}

func (s *Service) adminSetUserPassword(ctx context.Context, in *idp.AdminSetUserPasswordInput) (*idp.AdminSetUserPasswordOutput, error) {
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	return &idp.AdminSetUserPasswordOutput{}, s.People.SetPassword(ctx, p, aws.ToString(in.Username), seal.Secret(aws.ToString(in.Password)), in.Permanent)
}

func (s *Service) adminResetUserPassword(ctx context.Context, in *idp.AdminResetUserPasswordInput) (*idp.AdminResetUserPasswordOutput, error) {
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	return &idp.AdminResetUserPasswordOutput{}, s.People.ResetPassword(ctx, p, aws.ToString(in.Username))
}

func (s *Service) adminConfirmSignUp(ctx context.Context, in *idp.AdminConfirmSignUpInput) (*idp.AdminConfirmSignUpOutput, error) {
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	return &idp.AdminConfirmSignUpOutput{}, s.People.Confirm(ctx, p, aws.ToString(in.Username))
}

func (s *Service) adminDeleteUser(ctx context.Context, in *idp.AdminDeleteUserInput) (*idp.AdminDeleteUserOutput, error) {
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	return &idp.AdminDeleteUserOutput{}, s.People.Delete(ctx, p, aws.ToString(in.Username))
}

// showUser is a user as lists have it.
func showUser(u *directory.User) types.UserType {
	return types.UserType{
		Username: &u.Username, Attributes: showAttributes(u, everything), Enabled: u.Enabled,
		UserStatus: types.UserStatusType(u.Status), UserCreateDate: &u.Created, UserLastModifiedDate: &u.Modified,
	}
}

func everything(string) bool { return true }

// showAttributes lists a user's attributes that may be shown, sub included, in the order of names.
func showAttributes(u *directory.User, shown func(name string) bool) []types.AttributeType {
	names := []string{"sub"}
	for name := range u.Attributes {
		names = append(names, name)
	}
	sort.Strings(names)
	out := []types.AttributeType{}
	for _, name := range names {
		if shown(name) {
			value := u.Attribute(name)
			out = append(out, types.AttributeType{Name: &name, Value: &value})
		}
	}
	return out
}

// onlyAttributes are those of AttributesToGet. As with Cognito, a user without one of them fails the call.
func onlyAttributes(u *directory.User, names []string) ([]types.AttributeType, error) {
	wanted := map[string]bool{}
	for _, name := range names {
		if u.Attribute(name) == "" {
			return nil, directory.ErrInvalid.With("Attribute %s is not set for all users in the result.", name)
		}
		wanted[name] = true
	}
	return showAttributes(u, func(name string) bool { return wanted[name] }), nil
}

// attributesOf reads a list of attributes; of two with one name the later counts.
func attributesOf(in []types.AttributeType) map[string]string {
	out := map[string]string{}
	for _, a := range in {
		out[aws.ToString(a.Name)] = aws.ToString(a.Value)
	}
	return out
}

func factorsOf(u *directory.User) []string {
	if u.MFA.TOTP {
		return []string{"SOFTWARE_TOKEN_MFA"}
	}
	return nil
}
