package authorizer

import (
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"gatehouse/internal/policy"
)

// Actions of S3 by method and subresources, as the S3 API Reference has them. What is in no table is refused: a request that
// is not understood must not pass as a simpler one.
var (
	objectActions = actions(`GET GetObject
		GET partNumber GetObject
		GET versionId GetObjectVersion
		GET partNumber+versionId GetObjectVersion
		GET acl GetObjectAcl
		GET acl+versionId GetObjectVersionAcl
		GET tagging GetObjectTagging
		GET tagging+versionId GetObjectVersionTagging
		GET retention GetObjectRetention
		GET legal-hold GetObjectLegalHold
		GET uploadId ListMultipartUploadParts
		HEAD GetObject
		HEAD partNumber GetObject
		HEAD versionId GetObjectVersion
		HEAD partNumber+versionId GetObjectVersion
		PUT PutObject
		PUT partNumber+uploadId PutObject
		PUT acl PutObjectAcl
		PUT acl+versionId PutObjectVersionAcl
		PUT tagging PutObjectTagging
		PUT tagging+versionId PutObjectVersionTagging
		PUT retention PutObjectRetention
		PUT legal-hold PutObjectLegalHold
		POST uploads PutObject
		POST uploadId PutObject
		DELETE DeleteObject
		DELETE versionId DeleteObjectVersion
		DELETE tagging DeleteObjectTagging
		DELETE tagging+versionId DeleteObjectVersionTagging
		DELETE uploadId AbortMultipartUpload`)
	bucketActions = actions(`GET ListBucket
		GET list-type ListBucket
		GET versions ListBucketVersions
		GET uploads ListBucketMultipartUploads
		GET location GetBucketLocation
		GET acl GetBucketAcl
		GET policy GetBucketPolicy
		GET policyStatus GetBucketPolicyStatus
		GET versioning GetBucketVersioning
		GET tagging GetBucketTagging
		GET cors GetBucketCORS
		GET lifecycle GetLifecycleConfiguration
		GET encryption GetEncryptionConfiguration
		GET object-lock GetBucketObjectLockConfiguration
		GET ownershipControls GetBucketOwnershipControls
		GET publicAccessBlock GetBucketPublicAccessBlock
		HEAD ListBucket
		PUT CreateBucket
		PUT acl PutBucketAcl
		PUT policy PutBucketPolicy
		PUT versioning PutBucketVersioning
		PUT tagging PutBucketTagging
		PUT cors PutBucketCORS
		PUT lifecycle PutLifecycleConfiguration
		PUT encryption PutEncryptionConfiguration
		PUT object-lock PutBucketObjectLockConfiguration
		PUT ownershipControls PutBucketOwnershipControls
		PUT publicAccessBlock PutBucketPublicAccessBlock
		DELETE DeleteBucket
		DELETE policy DeleteBucketPolicy
		DELETE tagging PutBucketTagging
		DELETE cors PutBucketCORS
		DELETE lifecycle PutLifecycleConfiguration
		DELETE encryption PutEncryptionConfiguration
		DELETE ownershipControls PutBucketOwnershipControls
		DELETE publicAccessBlock PutBucketPublicAccessBlock`)
)

// also are further actions that headers of a write ask for.
var also = map[string]string{
	"X-Amz-Tagging": "PutObjectTagging", "X-Amz-Object-Lock-Mode": "PutObjectRetention", "X-Amz-Object-Lock-Retain-Until-Date": "PutObjectRetention",
	"X-Amz-Object-Lock-Legal-Hold": "PutObjectLegalHold", "X-Amz-Bypass-Governance-Retention": "BypassGovernanceRetention",
}

// alsoOfBucket are those of making a bucket.
var alsoOfBucket = map[string]string{"X-Amz-Bucket-Object-Lock-Enabled": "PutBucketObjectLockConfiguration", "X-Amz-Object-Ownership": "PutBucketOwnershipControls"}

// vendors begin headers by which some servers do more than S3 does: unpack what is put, or delete all below a key.
var vendors = []string{"X-Minio-", "X-Rustfs-", "X-Amz-Meta-Minio-", "X-Amz-Meta-Rustfs-", "X-Amz-Meta-Snowball-", "X-Amz-Snowball-"}

// listing are parameters that say how much of a list is wanted, and naming those that change nothing.
var (
	listing = strings.Fields("prefix delimiter max-keys continuation-token start-after encoding-type fetch-owner marker key-marker version-id-marker upload-id-marker max-uploads max-parts part-number-marker")
	naming  = strings.Fields("x-id X-Amz-Algorithm X-Amz-Credential X-Amz-Date X-Amz-Expires X-Amz-SignedHeaders X-Amz-Signature X-Amz-Security-Token X-Amz-Content-Sha256")
)

func actions(table string) map[string]string {
	m := map[string]string{}
	for line := range strings.Lines(table) {
		f := strings.Fields(line)
		key := f[0] + " "
		if len(f) == 3 {
			key += f[1]
		}
		m[key] = "s3:" + f[len(f)-1]
	}
	return m
}

var bucketForm = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)

// s3Questions are what policies are asked about a path-style request to S3.
func s3Questions(r *http.Request) ([]Question, error) {
	if strings.Contains(r.URL.EscapedPath(), "+") { // a space to some
		return nil, ErrAmbiguous.With("The path has a plus sign that is not escaped.")
	}
	for name := range r.Header {
		if isOneOf(name, vendors) {
			return nil, ErrAmbiguous.With("The header %s is of one S3 server, and no action of S3 is known for it.", name)
		}
	}
	q := r.URL.Query()
	key := r.Method + " " + strings.Join(subresources(q), "+")
	bucket, object, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	if bucket == "" {
		if key != "GET " {
			return nil, unmapped(r)
		}
		return []Question{{Action: "s3:ListAllMyBuckets", Resource: "*", Context: s3Conditions(r, q, "")}}, nil
	}
	if !bucketForm.MatchString(bucket) {
		return nil, ErrAmbiguous.With("%q is not the name of a bucket.", bucket)
	}
	resource, table := "arn:aws:s3:::"+bucket, bucketActions
	if object != "" {
		resource, table = resource+"/"+object, objectActions
	}
	action := table[key]
	if action == "" {
		return nil, unmapped(r)
	}
	context := s3Conditions(r, q, action)
	list := []Question{{Action: action, Resource: resource, Context: context}}
	for _, further := range furtherActions(r.Header, action) {
		list = append(list, Question{Action: further, Resource: resource, Context: context})
	}
	return copied(list, r, q, action)
}

func unmapped(r *http.Request) error {
	return ErrAmbiguous.With("No action of S3 is known for %s with this path and these parameters.", r.Method)
}

// subresources are the parameters that decide which action it is, in order.
func subresources(q url.Values) []string {
	var subs []string
	for _, name := range slices.Sorted(maps.Keys(q)) {
		if !slices.Contains(listing, name) && !slices.Contains(naming, name) && !strings.HasPrefix(name, "response-") {
			subs = append(subs, name)
		}
	}
	return subs
}

func furtherActions(h http.Header, action string) (list []string) {
	add := func(table map[string]string, acl string) {
		for _, name := range slices.Sorted(maps.Keys(h)) {
			further := table[name]
			if name == "X-Amz-Acl" || strings.HasPrefix(name, "X-Amz-Grant-") {
				further = acl
			}
			if further != "" && !slices.Contains(list, "s3:"+further) {
				list = append(list, "s3:"+further)
			}
		}
	}
	switch {
	case action == "s3:CreateBucket":
		add(alsoOfBucket, "PutBucketAcl")
	case action == "s3:PutObject":
		add(also, "PutObjectAcl")
	case h.Get("X-Amz-Bypass-Governance-Retention") != "":
		list = append(list, "s3:BypassGovernanceRetention")
	}
	return list
}

// ofVersion is all that may follow the path of the source of a copy. Programs differ in where they take a path to end, and
// some take what they do not know after it for a part of the key.
var ofVersion = regexp.MustCompile(`^versionId=([A-Za-z0-9._-]+)$`)

// copied adds that the source of a copy is read.
func copied(list []Question, r *http.Request, q url.Values, action string) ([]Question, error) {
	source := r.Header.Get("X-Amz-Copy-Source")
	if source == "" {
		return list, nil
	}
	if action != "s3:PutObject" {
		return nil, unmapped(r)
	}
	path, query, has := strings.Cut(source, "?")
	version := ofVersion.FindStringSubmatch(query)
	if has && version == nil {
		return nil, ErrAmbiguous.With("The source of the copy has more than a versionId after its path.")
	}
	u, err := readURI("/" + strings.TrimPrefix(path, "/"))
	if err != nil {
		return nil, err
	}
	bucket, object, _ := strings.Cut(u.Path[1:], "/")
	if !bucketForm.MatchString(bucket) || object == "" || strings.Contains(path, "+") || strings.Contains(object, "?") {
		return nil, ErrAmbiguous.With("The source of the copy is not an object of a bucket.")
	}
	read := Question{Action: "s3:GetObject", Resource: "arn:aws:s3:::" + bucket + "/" + object, Context: s3Conditions(r, q, "")}
	if has {
		read.Action = "s3:GetObjectVersion"
		read.Context.Set("s3:VersionId", version[1])
	}
	return append(list, read), nil
}

// s3Conditions are the condition keys of S3 that a request for an action gives: of its headers x-amz-…, and what only lists
// have: elsewhere a parameter that changes nothing could meet a condition.
func s3Conditions(r *http.Request, q url.Values, action string) policy.Context {
	var c policy.Context
	for name, values := range r.Header {
		if low := strings.ToLower(name); strings.HasPrefix(low, "x-amz-") && low != "x-amz-security-token" && low != "x-amz-date" {
			c.Set("s3:"+low, values[0])
		}
	}
	if action == "s3:ListBucket" || action == "s3:ListBucketVersions" {
		for _, parameter := range []string{"prefix", "delimiter", "max-keys"} {
			if q.Has(parameter) {
				c.Set("s3:"+parameter, q.Get(parameter))
			}
		}
	}
	if q.Has("versionId") {
		c.Set("s3:VersionId", q.Get("versionId"))
	}
	if q.Has("X-Amz-Signature") {
		c.Set("s3:authType", "REST-QUERY-STRING")
	} else {
		c.Set("s3:authType", "REST-HEADER")
	}
	return c
}
