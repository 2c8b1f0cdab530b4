package authorizer

import (
	"maps"
	"slices"
	"testing"

	"gatehouse/internal/policy"
)

// What the mapping asks about can be chosen in the policy editor.
func TestEveryActionOfS3IsOffered(t *testing.T) {
	asked := []string{"s3:ListAllMyBuckets", "s3:PutBucketAcl", "s3:PutObjectAcl", "s3:BypassGovernanceRetention"}
	for _, table := range []map[string]string{objectActions, bucketActions} {
		asked = append(asked, slices.Collect(maps.Values(table))...)
	}
	for _, table := range []map[string]string{also, alsoOfBucket} {
		for _, a := range table {
			asked = append(asked, "s3:"+a)
		}
	}
	for _, a := range asked {
		if !slices.Contains(policy.PermissionOnly(), a) {
			t.Errorf("%s is not offered", a)
		}
	}
}
