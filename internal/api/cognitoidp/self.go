package cognitoidp

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"gatehouse/internal/api"
	"gatehouse/internal/directory"
	"gatehouse/internal/seal"
)

// registerSelf adds the operations on one's own account, by access token.
func (s *Service) registerSelf(r *api.Registry) {
	api.Add(r, name, api.Op[idp.GetUserInput, idp.GetUserOutput]{
		Access: api.UserToken(func(in *idp.GetUserInput) *string { return in.AccessToken }), Run: s.getUser,
	})
	api.Add(r, name, api.Op[idp.ChangePasswordInput, idp.ChangePasswordOutput]{
		Access: api.UserToken(func(in *idp.ChangePasswordInput) *string { return in.AccessToken }), Run: s.changePassword,
	})
	api.Add(r, name, api.Op[idp.DeleteUserInput, idp.DeleteUserOutput]{
		Access: api.UserToken(func(in *idp.DeleteUserInput) *string { return in.AccessToken }), Run: s.deleteUser,
	})
}

func (s *Service) getUser(ctx context.Context, _ *idp.GetUserInput) (*idp.GetUserOutput, error) {
	me := verified(ctx)
	return &idp.GetUserOutput{
		Username:            &me.User.Username,
		UserAttributes:      showAttributes(me.User, func(name string) bool { return directory.Readable(me.Client, name) }),
		PreferredMfaSetting: unlessZero(me.User.MFA.Preferred), UserMFASettingList: factorsOf(me.User),
	}, nil
}

func (s *Service) changePassword(ctx context.Context, in *idp.ChangePasswordInput) (*idp.ChangePasswordOutput, error) {
	me := verified(ctx)
	err := s.People.ChangePassword(ctx, me.Pool, me.Client, me.User.Sub, seal.Secret(aws.ToString(in.PreviousPassword)), seal.Secret(aws.ToString(in.ProposedPassword)), person(ctx))
	return &idp.ChangePasswordOutput{}, err
}

func (s *Service) deleteUser(ctx context.Context, _ *idp.DeleteUserInput) (*idp.DeleteUserOutput, error) {
	me := verified(ctx)
	return &idp.DeleteUserOutput{}, s.People.DeleteOwn(ctx, me.Pool, me.Client, me.User.Sub, person(ctx))
}
