package cognitoidp

import (
	"sort"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"gatehouse/internal/api"
	"gatehouse/internal/directory"
)

// registerUsers adds the operations on users, by an administrator.
func (s *Service) registerUsers(r *api.Registry) {}

// showUser is a user as lists have it.
func showUser(u *directory.User) types.UserType {
	return types.UserType{
		Username: &u.Username, Attributes: showAttributes(u, func(string) bool { return true }), Enabled: u.Enabled,
		UserStatus: types.UserStatusType(u.Status), UserCreateDate: &u.Created, UserLastModifiedDate: &u.Modified,
	}
}

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
