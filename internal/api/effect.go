package api

import "strings"

// Effect is what an operation does, as to the audit log.
type Effect uint8

// Effects. The zero value derives one from the operation's name.
const (
	byName        Effect = iota
	Change               // audited, in the transaction of the change
	SensitiveRead        // shows secrets or people: audited
	Read                 // not audited
)

// sensitiveReads are the reads that show secrets, people or what people did. They are audited whatever
// their declaration leaves out; declaring one as Read panics at start.
var sensitiveReads = set(`cognito-idp:AdminGetDevice cognito-idp:AdminGetUser cognito-idp:AdminGetUserAuthFactors
	cognito-idp:AdminListDevices cognito-idp:AdminListGroupsForUser cognito-idp:AdminListUserAuthEvents
	cognito-idp:AdminListUserSessions cognito-idp:DescribeIdentityProvider cognito-idp:DescribeUserPoolClient
	cognito-idp:GetIdentityProviderByIdentifier cognito-idp:ListUserPoolClientSecrets cognito-idp:ListUsers
	cognito-idp:ListUsersInGroup
	cognito-identity:DescribeIdentity cognito-identity:ListIdentities cognito-identity:LookupDeveloperIdentity
	iam:GetAccountAuthorizationDetails iam:GetCredentialReport
	identitystore:DescribeUser identitystore:GetUserId identitystore:ListUsers
	gatehouse:ExportUserData gatehouse:FindInAccount gatehouse:GetAuthEvent gatehouse:ListAuthEvents
	organizations:ListAccounts organizations:DescribeAccount`)

// effectOf guesses on the safe side: only what is named like a read is one.
func effectOf(service, name string) Effect {
	if sensitiveReads[service+":"+name] {
		return SensitiveRead
	}
	for _, p := range []string{"Describe", "Get", "List"} {
		if strings.HasPrefix(name, p) {
			return Read
		}
	}
	return Change
}
