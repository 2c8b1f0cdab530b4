package aws

import (
	idpdoc "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/document"
	idptypes "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	isdoc "github.com/aws/aws-sdk-go-v2/service/identitystore/document"
	istypes "github.com/aws/aws-sdk-go-v2/service/identitystore/types"
	ratypes "github.com/aws/aws-sdk-go-v2/service/rolesanywhere/types"
	sadoc "github.com/aws/aws-sdk-go-v2/service/ssoadmin/document"
	satypes "github.com/aws/aws-sdk-go-v2/service/ssoadmin/types"
	ststypes "github.com/aws/aws-sdk-go-v2/service/sts/types"

	"gatehouse/handlers/aws/wire"
)

// NewCodec is the codec with all that cannot be read off the SDK's types.
func NewCodec() *wire.Codec {
	c := wire.New()
	wire.Document(c, func(v any) idpdoc.Interface { return idpdoc.NewLazyDocument(v) })
	wire.Document(c, func(v any) isdoc.Interface { return isdoc.NewLazyDocument(v) })
	wire.Document(c, func(v any) sadoc.Interface { return sadoc.NewLazyDocument(v) })

	wire.Union[iamtypes.PolicyIdentifier](c, &iamtypes.PolicyIdentifierMemberInlinePolicyIdentifier{},
		&iamtypes.PolicyIdentifierMemberPolicyArn{}, &iamtypes.PolicyIdentifierMemberPolicyType{})
	wire.Union[istypes.AlternateIdentifier](c, &istypes.AlternateIdentifierMemberExternalId{}, &istypes.AlternateIdentifierMemberUniqueAttribute{})
	wire.Union[istypes.MemberId](c, &istypes.MemberIdMemberUserId{})
	wire.Union[ratypes.SourceData](c, &ratypes.SourceDataMemberAcmPcaArn{}, &ratypes.SourceDataMemberX509CertificateData{})
	wire.Union[satypes.AuthenticationMethod](c, &satypes.AuthenticationMethodMemberIam{})
	wire.Union[satypes.Grant](c, &satypes.GrantMemberAuthorizationCode{}, &satypes.GrantMemberJwtBearer{},
		&satypes.GrantMemberRefreshToken{}, &satypes.GrantMemberTokenExchange{})
	wire.Union[satypes.TrustedTokenIssuerConfiguration](c, &satypes.TrustedTokenIssuerConfigurationMemberOidcJwtConfiguration{})
	wire.Union[satypes.TrustedTokenIssuerUpdateConfiguration](c, &satypes.TrustedTokenIssuerUpdateConfigurationMemberOidcJwtConfiguration{})

	// Every member whose wire name is not its Go name, in the services without schemas.
	wire.Rename[idptypes.HttpHeader](c, "HeaderName", "headerName", "HeaderValue", "headerValue")
	wire.Rename[idptypes.InvalidParameterException](c, "ReasonCode", "reasonCode")
	wire.Rename[ststypes.PolicyDescriptorType](c, "Arn", "arn")
	wire.Rename[ratypes.SourceDataMemberAcmPcaArn](c, "Value", "acmPcaArn")
	wire.Rename[ratypes.SourceDataMemberX509CertificateData](c, "Value", "x509CertificateData")
	wire.Rename[iam.ListDelegationRequestsOutput](c, "IsTruncated", "isTruncated")
	return c
}
