package gatehouse

import (
	"context"
	"regexp"
	"strings"

	"gatehouse/internal/api"
	"gatehouse/internal/fault"
	"gatehouse/internal/iam"
)

// Passkeys is *iam.Service.
type Passkeys interface {
	EnablePasskey(ctx context.Context, u iam.User, session, name string, answer []byte) (iam.Passkey, error)
}

// EnablePasskeyInput registers a passkey of whoever is signed in to the console. To policies it is iam:EnableMFADevice.
type EnablePasskeyInput struct {
	Name     *string // 1 to 64 letters, digits and _+=,.@-; part of the serial
	Response *string // what the browser answered, as PublicKeyCredential.toJSON has it
}

// EnablePasskeyOutput names it.
type EnablePasskeyOutput struct{ SerialNumber *string }

func (s *Service) registerPasskeys(r *api.Registry) {
	api.Add(r, name, api.Op[EnablePasskeyInput, EnablePasskeyOutput]{
		Access: api.Signed("iam:EnableMFADevice"), Effect: api.Change, Run: s.enablePasskey,
		Resource: func(ctx context.Context, _ *EnablePasskeyInput) (api.Resource, error) {
			return api.Resource{ARN: api.PrincipalFrom(ctx).ARN}, nil
		},
	})
}

// passkeyName is what the names of MFA devices look like, and short.
var passkeyName = regexp.MustCompile(`^[\w+=,.@-]{1,64}$`)

// errNoBrowser: a passkey is begun by a browser that is signed in.
var errNoBrowser = fault.New("InvalidInput", "A passkey is registered at the console, by whom it is of.")

func (s *Service) enablePasskey(ctx context.Context, in *EnablePasskeyInput) (*EnablePasskeyOutput, error) {
	p := api.PrincipalFrom(ctx)
	if p.SessionID == "" || p.Kind != api.Root && p.Kind != api.IAMUser {
		return nil, errNoBrowser
	}
	if in.Name == nil || in.Response == nil || !passkeyName.MatchString(*in.Name) {
		return nil, fault.New("ValidationError", "A passkey has a name of 1 to 64 letters, digits and _+=,.@-")
	}
	u := iam.User{AccountID: p.AccountID, ID: p.UserID, Name: p.ARN[strings.LastIndexByte(p.ARN, '/')+1:]}
	k, err := s.Passkeys.EnablePasskey(ctx, u, p.SessionID, *in.Name, []byte(*in.Response))
	return &EnablePasskeyOutput{SerialNumber: &k.Serial}, err
}
