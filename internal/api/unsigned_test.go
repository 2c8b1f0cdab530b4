package api

import (
	"encoding/json"
	"os"
	"slices"
	"testing"
)

// TestUnsignedOperationsAreThoseOfTheSDK compares the list with what the SDK modules themselves send without
// a signature. A name too many would let an operation of AWS's signed ones be declared open.
func TestUnsignedOperationsAreThoseOfTheSDK(t *testing.T) {
	b, err := os.ReadFile("../../e2e/awswire/facts.json")
	if err != nil {
		t.Fatal(err)
	}
	var facts map[string]struct{ NoAuth []string }
	if err := json.Unmarshal(b, &facts); err != nil {
		t.Fatal(err)
	}
	newer := map[string][]string{"cognito-idp": {"ListUserSessions", "RevokeUserSession"}} // newer than the pinned module
	for module, service := range map[string]string{"cognitoidentityprovider": "cognito-idp", "cognitoidentity": "cognito-identity",
		"sts": "sts", "iam": "iam", "sso": "sso", "ssooidc": "sso-oidc", "ssoadmin": "sso-admin", "identitystore": "identitystore", "organizations": "organizations"} {
		want := append(facts[module].NoAuth, newer[service]...)
		slices.Sort(want)
		var got []string
		for n := range unsigned[service] {
			got = append(got, n)
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s:\n got %v\nwant %v", service, got, want)
		}
	}
	for key := range publicOperations {
		if !listed(key) {
			t.Errorf("%s is public, but SDKs sign it", key)
		}
	}
}

func listed(key string) bool {
	for service, names := range unsigned {
		for n := range names {
			if service+":"+n == key {
				return true
			}
		}
	}
	return false
}
