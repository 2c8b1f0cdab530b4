package aws

// protocol is how a service is spoken to.
type protocol uint8

const (
	json11 protocol = iota
	query
	restJSON
)

// service is one AWS API at our address.
type service struct {
	name        string // the endpoint name, as api.Operation.Service
	signingName string // in credential scopes
	protocol    protocol
	target      string // json11: X-Amz-Target before the dot
	version     string // query: the form's Version
	namespace   string // query: xmlns of an answer
	internal    string // the code of an internal error
	maxBody     int64
	status      map[string]int // by error code, where neither 400 nor 500
}

const (
	kilobyte = 1 << 10
	megabyte = 1 << 20
	// An unsigned call carries names, codes and tokens; a signed one may carry pictures and documents.
	maxUnsignedBody = 256 * kilobyte
	maxSignedBody   = 6 * megabyte
	maxIAMBody      = 32 * megabyte // SAML metadata is up to 10,000,000 characters, which a form escapes
)

func services() []*service {
	return []*service{
		{name: "cognito-idp", protocol: json11, target: "AWSCognitoIdentityProviderService", internal: "InternalErrorException"},
		{name: "cognito-identity", protocol: json11, target: "AWSCognitoIdentityService", internal: "InternalErrorException"},
		{name: "sts", protocol: query, version: "2011-06-15", namespace: "https://sts.amazonaws.com/doc/2011-06-15/", internal: "InternalFailure", maxBody: megabyte,
			status: statuses(403, "IDPRejectedClaim", "OutboundWebIdentityFederationDisabledException", "RegionDisabledException", "SessionDurationEscalationException")},
		{name: "iam", protocol: query, version: "2010-05-08", namespace: "https://iam.amazonaws.com/doc/2010-05-08/", internal: "ServiceFailure", maxBody: maxIAMBody,
			status: iamStatuses()},
		{name: "sso-admin", signingName: "sso", protocol: json11, target: "SWBExternalService", internal: "InternalServerException"},
		{name: "identitystore", protocol: json11, target: "AWSIdentityStore", internal: "InternalServerException"},
		{name: "organizations", protocol: json11, target: "AWSOrganizationsV20161128", internal: "ServiceException"},
		{name: "gatehouse", protocol: json11, target: "Gatehouse", internal: "InternalServerException"},
		{name: "rolesanywhere", protocol: restJSON, internal: "InternalServerException"},
		{name: "sso", signingName: "awsssoportal", protocol: restJSON, internal: "InternalServerException"},
		{name: "sso-oidc", signingName: "sso-oauth", protocol: restJSON, internal: "InternalServerException"},
	}
}

// iamStatuses are as the service model gives them.
func iamStatuses() map[string]int {
	m := statuses(409, "ConcurrentModification", "DeleteConflict", "DuplicateCertificate", "EntityAlreadyExists", "EntityTemporarilyUnmodifiable",
		"FeatureEnabled", "LimitExceeded", "NameConflict", "ReportGenerationLimitExceeded", "RoleModified")
	for status, codes := range map[int][]string{
		403: {"InvalidAuthenticationCode"},
		404: {"FeatureDisabled", "NoSuchEntity", "NotSupportedService", "ReportInProgress"},
		410: {"ReportExpired", "ReportNotPresent"},
	} {
		for _, c := range codes {
			m[c] = status
		}
	}
	return m
}

func statuses(status int, codes ...string) map[string]int {
	m := map[string]int{}
	for _, c := range codes {
		m[c] = status
	}
	return m
}

// signing is the name that credential scopes use.
func (s *service) signing() string {
	if s.signingName != "" {
		return s.signingName
	}
	return s.name
}
