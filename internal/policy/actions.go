package policy

import "strings"

// PermissionOnly are the actions that no operation is named for: other operations ask for them, and the proxies of protected
// services.
func PermissionOnly() []string {
	all := []string{"execute-api:Invoke", "iam:PassRole", "sts:SetSourceIdentity", "sts:TagGetWebIdentityToken", "sts:TagSession"}
	for _, a := range strings.Fields(s3Actions) {
		all = append(all, "s3:"+a)
	}
	return all
}

const s3Actions = `
	AbortMultipartUpload BypassGovernanceRetention CreateBucket DeleteBucket DeleteBucketPolicy DeleteObject DeleteObjectTagging DeleteObjectVersion
	DeleteObjectVersionTagging GetBucketAcl GetBucketCORS GetBucketLocation GetBucketObjectLockConfiguration GetBucketOwnershipControls GetBucketPolicy
	GetBucketPolicyStatus GetBucketPublicAccessBlock GetBucketTagging GetBucketVersioning GetEncryptionConfiguration GetLifecycleConfiguration GetObject
	GetObjectAcl GetObjectLegalHold GetObjectRetention GetObjectTagging GetObjectVersion GetObjectVersionAcl GetObjectVersionTagging ListAllMyBuckets
	ListBucket ListBucketMultipartUploads ListBucketVersions ListMultipartUploadParts PutBucketAcl PutBucketCORS PutBucketObjectLockConfiguration
	PutBucketOwnershipControls PutBucketPolicy PutBucketPublicAccessBlock PutBucketTagging PutBucketVersioning PutEncryptionConfiguration
	PutLifecycleConfiguration PutObject PutObjectAcl PutObjectLegalHold PutObjectRetention PutObjectTagging PutObjectVersionAcl PutObjectVersionTagging
`
