package gatehouse

import (
	"context"
	"errors"
	"strings"
	"time"

	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"gatehouse/internal/api"
	"gatehouse/internal/bulk"
	"gatehouse/internal/directory"
	"gatehouse/internal/iam"
	"gatehouse/internal/sts"
)

// Acts of jobs.
const (
	actEnable          = "Enable"
	actDisable         = "Disable"
	actConfirm         = "Confirm"
	actResetPassword   = "ResetPassword"
	actSignOut         = "SignOut"
	actAddToGroup      = "AddToGroup"
	actRemoveFromGroup = "RemoveFromGroup"
	actDelete          = "Delete"
)

var userActs = []string{actEnable, actDisable, actConfirm, actResetPassword, actSignOut, actAddToGroup, actRemoveFromGroup, actDelete}

// UserActs does the acts of jobs: each is Cognito's own operation, called as whoever started the job, so that it is
// authorised as things are when it happens, but for the address, agent and transport of the request that started or
// confirmed the job, and leaves its own audit record.
type UserActs struct {
	API    *api.API
	People interface {
		User(ctx context.Context, poolID, sub string) (*directory.User, error)
	}
	// Credentials is *iam.Service: what the job was started or confirmed with must be good when it acts.
	Credentials interface {
		StillStands(ctx context.Context, accountID, userID, accessKeyID string, since time.Time) (arn string, err error)
	}
}

// Act is bulk.Service.Act.
func (a UserActs) Act(ctx context.Context, j bulk.Job, u bulk.User, again bool) error {
	who, err := starterOf(j.Who)
	if err != nil {
		return err
	}
	if who.ARN, err = a.standing(ctx, who); err != nil {
		return err
	}
	region, _, _ := strings.Cut(j.PoolID, "_")
	ctx = api.WithRequest(ctx, api.Request{ID: j.RequestID, Region: region, ClientIP: who.ClientIP, UserAgent: who.UserAgent, Secure: who.Secure})
	user, err := a.People.User(ctx, j.PoolID, u.Sub) // the operations find users by names too
	switch {
	case again && j.Act == actDelete && isNotFound(err) && u.Username != "": // whoever never was of the pool has no name here
		return nil
	case err != nil:
		return err
	case again && reached(j.Act, user.Status):
		return nil
	}
	return a.call(ctx, who.Principal, j, u)
}

// standing is the ARN of who started a job, while that counts: temporary credentials, and sessions of roles in the console, count until they expire.
func (a UserActs) standing(ctx context.Context, who starter) (string, error) {
	if v := who.Session; v != nil && (who.AccessKeyID != "" || v.Kind == sts.Role) {
		if !a.API.Audit.Clock().Before(v.Expires) {
			return "", iam.ErrCredentialOver
		}
		return v.ARN(), nil
	}
	return a.Credentials.StillStands(ctx, who.AccountID, who.UserID, who.AccessKeyID, who.At)
}

func (a UserActs) call(ctx context.Context, who api.Principal, j bulk.Job, u bulk.User) (err error) {
	pool, user := &j.PoolID, &u.Sub
	switch j.Act {
	case actEnable:
		_, err = api.Call[idp.AdminEnableUserOutput](ctx, a.API, who, &idp.AdminEnableUserInput{UserPoolId: pool, Username: user})
	case actDisable:
		_, err = api.Call[idp.AdminDisableUserOutput](ctx, a.API, who, &idp.AdminDisableUserInput{UserPoolId: pool, Username: user})
	case actConfirm:
		_, err = api.Call[idp.AdminConfirmSignUpOutput](ctx, a.API, who, &idp.AdminConfirmSignUpInput{UserPoolId: pool, Username: user})
	case actResetPassword:
		_, err = api.Call[idp.AdminResetUserPasswordOutput](ctx, a.API, who, &idp.AdminResetUserPasswordInput{UserPoolId: pool, Username: user})
	case actSignOut:
		_, err = api.Call[idp.AdminUserGlobalSignOutOutput](ctx, a.API, who, &idp.AdminUserGlobalSignOutInput{UserPoolId: pool, Username: user})
	case actAddToGroup:
		_, err = api.Call[idp.AdminAddUserToGroupOutput](ctx, a.API, who, &idp.AdminAddUserToGroupInput{UserPoolId: pool, Username: user, GroupName: &j.Group})
	case actRemoveFromGroup:
		_, err = api.Call[idp.AdminRemoveUserFromGroupOutput](ctx, a.API, who, &idp.AdminRemoveUserFromGroupInput{UserPoolId: pool, Username: user, GroupName: &j.Group})
	case actDelete:
		_, err = api.Call[idp.AdminDeleteUserOutput](ctx, a.API, who, &idp.AdminDeleteUserInput{UserPoolId: pool, Username: user})
	default:
		err = errValidation.With("Unknown act %s.", j.Act)
	}
	return err
}

// reached tells whether an act that may have been done was: a second confirmation would fail, a second reset would send
// a second code. The other acts may be done twice.
func reached(act string, status directory.Status) bool {
	return act == actConfirm && status == directory.Confirmed || act == actResetPassword && status == directory.ResetRequired
}

func isNotFound(err error) bool { return errors.Is(err, directory.ErrUserNotFound) }
