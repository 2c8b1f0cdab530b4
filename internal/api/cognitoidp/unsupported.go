package cognitoidp

import (
	"reflect"
	"slices"

	"gatehouse/internal/userpool"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// What the API knows and the product does not do is refused, never kept in silence: a pool must not claim
// a protection or a message that will not happen. Each case is in docs/DIVERGENCES.md.

func notSupported(member, why string) error {
	return userpool.ErrInvalid.With("%s is not supported: %s.", member, why)
}

func refusePoolFeatures(lambda *types.LambdaConfigType, device *types.DeviceConfigurationType, addOns *types.UserPoolAddOnsType,
	key *types.KeyConfigurationType, issuer *types.IssuerConfigurationType, email *types.EmailConfigurationType,
) error {
	switch {
	case lambda != nil && !reflect.ValueOf(*lambda).IsZero():
		return notSupported("LambdaConfig", "Lambda triggers are not called")
	case device != nil && (device.ChallengeRequiredOnNewDevice || device.DeviceOnlyRememberedOnUserPrompt):
		return notSupported("DeviceConfiguration", "devices are not remembered")
	case addOns != nil && addOns.AdvancedSecurityMode != types.AdvancedSecurityModeTypeOff:
		return notSupported("UserPoolAddOns", "threat protection does not run")
	case key != nil && key.KeyType == types.EncryptionKeyTypeCustomerManagedKey:
		return notSupported("KeyConfiguration", "data is sealed with the keys of the installation")
	case issuer != nil && issuer.Type == types.IssuerTypeUpdated:
		return notSupported("IssuerConfiguration", "a pool's issuer is {URL}/{UserPoolId}")
	case email != nil && email.ConfigurationSet != nil:
		return notSupported("EmailConfiguration.ConfigurationSet", "mails go by the mail server of the installation, not by Amazon SES")
	}
	return nil
}

func refuseFirstFactors(p *types.SignInPolicyType) error {
	if p == nil {
		return nil
	}
	if slices.ContainsFunc(p.AllowedFirstAuthFactors, func(f types.AuthFactorType) bool { return f != types.AuthFactorTypePassword }) {
		return notSupported("SignInPolicy.AllowedFirstAuthFactors", "users sign in with passwords only")
	}
	return nil
}

func refuseMFA(sms *types.SmsMfaConfigType, email *types.EmailMfaConfigType, webauthn *types.WebAuthnConfigurationType) error {
	switch {
	case sms != nil:
		return notSupported("SmsMfaConfiguration", "codes by SMS are no second factor")
	case email != nil:
		return notSupported("EmailMfaConfiguration", "codes by email are no second factor")
	case webauthn != nil:
		return notSupported("WebAuthnConfiguration", "passkeys are not registered")
	}
	return nil
}
