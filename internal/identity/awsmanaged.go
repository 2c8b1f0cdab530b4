package identity

import (
	"crypto/sha256"
	"embed"
	"encoding/base32"
	"fmt"
	"strings"
	"time"
)

// documents are the policies of AWS, written for the services that are here: a file a version, NAME.v1.json. What was
// released is not edited; a change is a further version.
//
//go:embed awsmanaged/*.json
var documents embed.FS

// managedPolicy is one of AWS's.
type managedPolicy struct {
	Policy
	versions []Version
}

// managed are AWS's policies by ARN.
var managed = readManaged()

func readManaged() map[string]managedPolicy {
	released := time.Date(2026, time.December, 1, 0, 0, 0, 0, time.UTC)
	all := map[string]managedPolicy{}
	for _, of := range []struct {
		name, description string
		versions          int
	}{
		{"root-task/IAMAuditRootUserCredentials", "Scopes a session of AssumeRoot to looking at the credentials of the root user.", 1},
		{"root-task/IAMCreateRootUserPassword", "Scopes a session of AssumeRoot to giving the root user a password.", 1},
		{"root-task/IAMDeleteRootUserCredentials", "Scopes a session of AssumeRoot to taking the credentials of the root user away.", 1},
		{"root-task/S3UnlockBucketPolicy", "Scopes a session of AssumeRoot to deleting the policy of a bucket.", 1},
		{"root-task/SQSUnlockQueuePolicy", "Scopes a session of AssumeRoot to deleting the policy of a queue.", 1},
		{"AdministratorAccess", "Provides full access to all services and resources.", 1},
		{"AWSDenyAll", "Denies all access.", 1},
		{"PowerUserAccess", "Provides full access to services and resources, but not to users, groups and the organization.", 1},
		{"ReadOnlyAccess", "Provides read-only access to all services and resources.", 1},
		{"SecurityAudit", "Reads how things are configured, and not what they hold.", 1},
		{"IAMFullAccess", "Provides full access to IAM.", 1},
		{"IAMReadOnlyAccess", "Provides read-only access to IAM.", 1},
		{"IAMUserChangePassword", "Lets an IAM user change the own password.", 1},
		{"IAMUserSSHKeys", "Lets an IAM user manage the own SSH keys.", 1},
		{"AmazonCognitoPowerUser", "Provides administrative access to all of Cognito.", 1},
		{"AmazonCognitoReadOnly", "Provides read-only access to Cognito.", 1},
		{"AmazonCognitoDeveloperAuthenticatedIdentities", "Lets a backend vouch for the identities of its own users.", 1},
	} {
		path, name := "/", of.name
		if task, ok := strings.CutPrefix(of.name, "root-task/"); ok {
			path, name = "/root-task/", task
		}
		m := managedPolicy{Policy: Policy{
			AccountID: AWS, ID: managedID(of.name), Name: name, Path: path, Description: of.description,
			Default: of.versions, Last: of.versions, CreatedAt: released, UpdatedAt: released,
		}}
		for n := 1; n <= of.versions; n++ {
			b, err := documents.ReadFile(fmt.Sprintf("awsmanaged/%s.%s.json", name, VersionID(n)))
			if err != nil {
				panic("identity: " + err.Error())
			}
			m.versions = append(m.versions, Version{Number: n, Document: string(b), CreatedAt: released})
		}
		all[m.ARN()] = m
	}
	return all
}

// managedID is the same on every node and in every release.
func managedID(name string) string {
	sum := sha256.Sum256([]byte("policy of AWS: " + name))
	return "ANPA" + base32.StdEncoding.EncodeToString(sum[:11])[:17]
}

// DocumentOfAWS is the document that counts of one of AWS's policies.
func DocumentOfAWS(policyARN string) (document string, ok bool) {
	m, ok := managed[policyARN]
	if !ok {
		return "", false
	}
	return m.versions[m.Default-1].Document, true
}
