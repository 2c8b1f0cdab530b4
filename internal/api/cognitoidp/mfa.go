package cognitoidp

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"gatehouse/internal/api"
	"gatehouse/internal/authn"
	"gatehouse/internal/token"
)

// registerMFA adds the operations on second factors.
func (s *Service) registerMFA(r *api.Registry) {
	api.Add(r, name, api.Op[idp.AssociateSoftwareTokenInput, idp.AssociateSoftwareTokenOutput]{
		Access: api.UserTokenOrSession(
			func(in *idp.AssociateSoftwareTokenInput) *string { return in.AccessToken },
			func(in *idp.AssociateSoftwareTokenInput) api.SessionProof {
				return api.SessionProof{Session: aws.ToString(in.Session)}
			}),
		Run: s.associateSoftwareToken,
	})
	api.Add(r, name, api.Op[idp.VerifySoftwareTokenInput, idp.VerifySoftwareTokenOutput]{
		Access: api.UserTokenOrSession(
			func(in *idp.VerifySoftwareTokenInput) *string { return in.AccessToken },
			func(in *idp.VerifySoftwareTokenInput) api.SessionProof {
				return api.SessionProof{Session: aws.ToString(in.Session)}
			}),
		Run: s.verifySoftwareToken,
	})
	api.Add(r, name, api.Op[idp.SetUserMFAPreferenceInput, idp.SetUserMFAPreferenceOutput]{
		Access: api.UserToken(func(in *idp.SetUserMFAPreferenceInput) *string { return in.AccessToken }),
		Run:    s.setUserMFAPreference,
	})
	api.Add(r, name, api.Op[idp.AdminSetUserMFAPreferenceInput, idp.AdminSetUserMFAPreferenceOutput]{
		Access:   api.Signed(),
		Resource: pool(s, func(in *idp.AdminSetUserMFAPreferenceInput) *string { return in.UserPoolId }),
		Run:      s.adminSetUserMFAPreference,
	})
	api.Add(r, name, api.Op[idp.GetUserAuthFactorsInput, idp.GetUserAuthFactorsOutput]{
		Access: api.UserToken(func(in *idp.GetUserAuthFactorsInput) *string { return in.AccessToken }),
		Run:    s.getUserAuthFactors,
	})
}

func (s *Service) associateSoftwareToken(ctx context.Context, in *idp.AssociateSoftwareTokenInput) (*idp.AssociateSoftwareTokenOutput, error) {
	var made authn.Associated
	var err error
	if api.HasUser(ctx) {
		me := verified(ctx)
		if made, err = s.SignIn.AssociateUserTOTP(ctx, me.Pool, me.User); err != nil {
			return nil, err
		}
	} else {
		p, c, err := s.Pools.Client(ctx, api.ClientFrom(ctx).ID)
		if err != nil {
			return nil, err
		}
		if made, err = s.SignIn.AssociateTOTP(ctx, p, c, aws.ToString(in.Session)); err != nil {
			return nil, err
		}
	}
	secret := made.Secret.Reveal()
	return &idp.AssociateSoftwareTokenOutput{SecretCode: &secret, Session: unlessZero(made.Session)}, nil
}

func (s *Service) verifySoftwareToken(ctx context.Context, in *idp.VerifySoftwareTokenInput) (*idp.VerifySoftwareTokenOutput, error) {
	out := &idp.VerifySoftwareTokenOutput{Status: types.VerifySoftwareTokenResponseTypeSuccess}
	if api.HasUser(ctx) {
		me := verified(ctx)
		return out, s.SignIn.VerifyUserTOTP(ctx, me.Pool, me.User, aws.ToString(in.UserCode), aws.ToString(in.FriendlyDeviceName))
	}
	p, c, err := s.Pools.Client(ctx, api.ClientFrom(ctx).ID)
	if err != nil {
		return nil, err
	}
	session, err := s.SignIn.VerifyTOTP(ctx, p, c, aws.ToString(in.Session), aws.ToString(in.UserCode), aws.ToString(in.FriendlyDeviceName))
	out.Session = unlessZero(session)
	return out, err
}

func (s *Service) setUserMFAPreference(ctx context.Context, in *idp.SetUserMFAPreferenceInput) (*idp.SetUserMFAPreferenceOutput, error) {
	me := verified(ctx)
	want := preferences(in.SoftwareTokenMfaSettings, in.SMSMfaSettings, in.EmailMfaSettings, in.WebAuthnMfaSettings)
	return &idp.SetUserMFAPreferenceOutput{}, s.SignIn.SetMFAPreference(ctx, me.Pool, me.User, want)
}

func (s *Service) adminSetUserMFAPreference(ctx context.Context, in *idp.AdminSetUserMFAPreferenceInput) (*idp.AdminSetUserMFAPreferenceOutput, error) {
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	u, err := s.People.Lookup(ctx, p, aws.ToString(in.Username))
	if err != nil {
		return nil, err
	}
	want := preferences(in.SoftwareTokenMfaSettings, in.SMSMfaSettings, in.EmailMfaSettings, in.WebAuthnMfaSettings)
	return &idp.AdminSetUserMFAPreferenceOutput{}, s.SignIn.SetMFAPreference(ctx, p, u, want)
}

func (s *Service) getUserAuthFactors(ctx context.Context, _ *idp.GetUserAuthFactorsInput) (*idp.GetUserAuthFactorsOutput, error) {
	me := verified(ctx)
	u := me.User
	c, err := s.People.Credential(ctx, u.PoolID, u.Sub)
	if err != nil {
		return nil, err
	}
	out := &idp.GetUserAuthFactorsOutput{Username: &u.Username, PreferredMfaSetting: unlessZero(u.MFA.Preferred)}
	if u.MFA.TOTP {
		out.UserMFASettingList = []string{"SOFTWARE_TOKEN_MFA"}
	}
	if c.Hash != "" || len(c.Verifier) > 0 {
		out.ConfiguredUserAuthFactors = []types.AuthFactorType{types.AuthFactorTypePassword}
	}
	return out, nil
}

func preferences(app *types.SoftwareTokenMfaSettingsType, sms *types.SMSMfaSettingsType, email *types.EmailMfaSettingsType, key *types.WebAuthnMfaSettingsType) (p authn.Preferences) {
	if app != nil {
		p.SoftwareToken = &authn.Preference{Enabled: app.Enabled, Preferred: app.PreferredMfa}
	}
	if sms != nil {
		p.SMS = &authn.Preference{Enabled: sms.Enabled, Preferred: sms.PreferredMfa}
	}
	if email != nil {
		p.Email = &authn.Preference{Enabled: email.Enabled, Preferred: email.PreferredMfa}
	}
	if key != nil {
		p.WebAuthn = &authn.Preference{Enabled: key.Enabled}
	}
	return p
}

// verified is what the gate read to verify the access token of the call.
func verified(ctx context.Context) *token.Access { return api.UserFrom(ctx).Verified.(*token.Access) }
