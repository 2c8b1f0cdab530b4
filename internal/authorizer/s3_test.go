package authorizer

import (
	"errors"
	"net/http"
	"strings"
	"testing"
)

func TestS3RequestsAreMappedExactly(t *testing.T) {
	for request, want := range map[string]string{
		"GET /":      "s3:ListAllMyBuckets *",
		"GET /books": "s3:ListBucket arn:aws:s3:::books",
		"GET /books/?list-type=2&prefix=a%2F&x-id=y": "s3:ListBucket arn:aws:s3:::books",
		"HEAD /books":                                             "s3:ListBucket arn:aws:s3:::books",
		"GET /books?versions":                                     "s3:ListBucketVersions arn:aws:s3:::books",
		"PUT /books":                                              "s3:CreateBucket arn:aws:s3:::books",
		"PUT /books?policy":                                       "s3:PutBucketPolicy arn:aws:s3:::books",
		"DELETE /books":                                           "s3:DeleteBucket arn:aws:s3:::books",
		"GET /books/a/b%20c":                                      "s3:GetObject arn:aws:s3:::books/a/b c",
		"GET /books/a/":                                           "s3:GetObject arn:aws:s3:::books/a/",
		"GET /books/a?response-content-type=x":                    "s3:GetObject arn:aws:s3:::books/a",
		"HEAD /books/a":                                           "s3:GetObject arn:aws:s3:::books/a",
		"GET /books/a?versionId=1":                                "s3:GetObjectVersion arn:aws:s3:::books/a",
		"GET /books/a?acl":                                        "s3:GetObjectAcl arn:aws:s3:::books/a",
		"PUT /books/a":                                            "s3:PutObject arn:aws:s3:::books/a",
		"PUT /books/a?partNumber=1&uploadId=x":                    "s3:PutObject arn:aws:s3:::books/a",
		"POST /books/a?uploads":                                   "s3:PutObject arn:aws:s3:::books/a",
		"POST /books/a?uploadId=x":                                "s3:PutObject arn:aws:s3:::books/a",
		"DELETE /books/a":                                         "s3:DeleteObject arn:aws:s3:::books/a",
		"DELETE /books/a?uploadId=x":                              "s3:AbortMultipartUpload arn:aws:s3:::books/a",
		"DELETE /books/a?versionId=x":                             "s3:DeleteObjectVersion arn:aws:s3:::books/a",
		"PUT /books/a +X-Amz-Acl=public-read":                     "s3:PutObject arn:aws:s3:::books/a, s3:PutObjectAcl arn:aws:s3:::books/a",
		"PUT /books/a +X-Amz-Grant-Read=x":                        "s3:PutObject arn:aws:s3:::books/a, s3:PutObjectAcl arn:aws:s3:::books/a",
		"PUT /books/a +X-Amz-Tagging=x":                           "s3:PutObject arn:aws:s3:::books/a, s3:PutObjectTagging arn:aws:s3:::books/a",
		"PUT /books/a +X-Amz-Copy-Source=/old/x%20y":              "s3:PutObject arn:aws:s3:::books/a, s3:GetObject arn:aws:s3:::old/x y",
		"PUT /books/a +X-Amz-Copy-Source=old/x?versionId=1":       "s3:PutObject arn:aws:s3:::books/a, s3:GetObjectVersion arn:aws:s3:::old/x",
		"DELETE /books/a +X-Amz-Bypass-Governance-Retention=true": "s3:DeleteObject arn:aws:s3:::books/a, s3:BypassGovernanceRetention arn:aws:s3:::books/a",
	} {
		got, err := mapS3(request)
		if err != nil || got != want {
			t.Errorf("%s: %s %v", request, got, err)
		}
	}
}

// TestAttackS3RequestsThatAreNotUnderstood are refused, never taken for simpler ones.
func TestAttackS3RequestsThatAreNotUnderstood(t *testing.T) {
	for _, request := range []string{
		"POST /books?delete", "POST /books", "POST /books/a", "POST /books/a?select&select-type=2", "POST /books/a?restore", "GET /books/a?attributes", "GET /books/a?unknown",
		"PUT /books/a?x-amz-acl=public-read", "PUT /books/a?Acl", "PUT /books/a?renameObject", "GET /?unknown", "PUT /", "HEAD /", "PATCH /books/a", "OPTIONS /books/a",
		"GET /Books/a", "GET /b", "GET /bo*ks/a", "PUT /books?acl +X-Amz-Copy-Source=old/x", "DELETE /books/a +X-Amz-Copy-Source=old/x", "PUT /books/a +X-Amz-Copy-Source=old",
		"PUT /books/a +X-Amz-Copy-Source=arn:aws:s3:x", "PUT /books/a +X-Amz-Copy-Source=old/x?acl", "GET /books/a+b",
	} {
		if got, err := mapS3(request); !errors.Is(err, ErrAmbiguous) {
			t.Errorf("%s: %s %v", request, got, err)
		}
	}
}

// TestAttackCopySourcesThatServersReadDifferently: a server that takes the rest of a header for the key, and cleans it as a
// path, copies another object than the one that is decided on.
func TestAttackCopySourcesThatServersReadDifferently(t *testing.T) {
	for _, source := range []string{
		"books/public/a?x-id=/../../secret", "books/public/a?prefix=x", "books/public/a?", "books/public/a?versionId=", "books/public/a?versionId=/../../secret", "books/public/a?versionId=1&x-id=y",
		"books/public/a?versionId=1?x", "books/public/a?VersionId=1", "books/public/a?versionId=%31", "books/public/a%3FversionId=1", "books/public/a%3fx", "books/public/a%253Fx", "books/public/a+b",
		"books/public/../secret", "books/public/./a", "books/public//a", "//books/public/a", "books//a", "books/public/%2e%2e/secret", "books/public%2f..%2fsecret", "books%2Fsecret", "books/public/%252e%252e/secret",
		"books/public/a b", "books/public/a#b", "books/public\\a", "books/public/é", "books/public/%00", "books/", "books", "/", "Books/a", "https://s3.example.com/books/a", "arn:aws:s3:us-east-1:111122223333:accesspoint/x/object/a",
	} {
		if got, err := mapS3("PUT /books/public/b +X-Amz-Copy-Source=" + source); !errors.Is(err, ErrAmbiguous) {
			t.Errorf("%s: %s %v", source, got, err)
		}
	}
}

// TestAttackHeadersByWhichServersDoMore than the action that is decided on.
func TestAttackHeadersByWhichServersDoMore(t *testing.T) {
	for _, request := range []string{
		"PUT /books/a +X-Amz-Meta-Snowball-Auto-Extract=true", "PUT /books/a +X-Amz-Snowball-Auto-Extract=true", "PUT /books/a +X-Amz-Meta-Minio-Snowball-Prefix=secret", "DELETE /books +X-Minio-Force-Delete=true",
		"DELETE /books/a +X-Minio-Force-Delete=true", "DELETE /books/a +X-Rustfs-Force-Delete=true", "PUT /books/a +X-Minio-Source-Mtime=x", "PUT /books/a +X-Amz-Meta-Rustfs-Snowball-Prefix=secret",
	} {
		if got, err := mapS3(request); !errors.Is(err, ErrAmbiguous) {
			t.Errorf("%s: %s %v", request, got, err)
		}
	}
	if got, err := mapS3("PUT /books/a +X-Amz-Meta-Color=blue"); err != nil {
		t.Error(got, err)
	}
}

func mapS3(request string) (string, error) {
	line, header, has := strings.Cut(request, " +")
	method, uri, _ := strings.Cut(line, " ")
	u, err := readURI(uri)
	if err != nil {
		return "", err
	}
	r := &http.Request{Method: method, URL: u, Header: http.Header{}}
	if has {
		name, value, _ := strings.Cut(header, "=")
		r.Header.Set(name, value)
	}
	list, err := s3Questions(r)
	var all []string
	for _, q := range list {
		all = append(all, q.Action+" "+q.Resource)
	}
	return strings.Join(all, ", "), err
}

func TestConditionKeysOfS3AreTheRequests(t *testing.T) {
	u, err := readURI("/books?prefix=a/&max-keys=5&X-Amz-Signature=x")
	if err != nil {
		t.Fatal(err)
	}
	r := &http.Request{Method: "GET", URL: u, Header: http.Header{"X-Amz-Content-Sha256": {"UNSIGNED-PAYLOAD"}, "X-Amz-Security-Token": {"secret"}}}
	list, err := s3Questions(r)
	if err != nil {
		t.Fatal(err)
	}
	c := list[0].Context
	for key, want := range map[string]string{"s3:prefix": "a/", "s3:max-keys": "5", "s3:authType": "REST-QUERY-STRING", "s3:x-amz-content-sha256": "UNSIGNED-PAYLOAD", "s3:x-amz-security-token": ""} {
		if got := strings.Join(c.Values(key), ","); got != want {
			t.Errorf("%s: %q", key, got)
		}
	}
}

// TestAttackConditionKeysOfListsElsewhere: a policy lets somebody into a bucket below a prefix, which a parameter names that the
// action does not have.
func TestAttackConditionKeysOfListsElsewhere(t *testing.T) {
	for _, request := range []string{"PUT /books?policy&prefix=public/", "GET /books?acl&prefix=public/", "GET /books/a?prefix=public/", "GET /?prefix=public/"} {
		method, uri, _ := strings.Cut(request, " ")
		u, err := readURI(uri)
		if err != nil {
			t.Fatal(err)
		}
		list, err := s3Questions(&http.Request{Method: method, URL: u, Header: http.Header{}})
		if err != nil || list[0].Context.Values("s3:prefix") != nil {
			t.Error(request, list, err)
		}
	}
}

func TestTheSourceOfACopyHasItsOwnConditionKeys(t *testing.T) {
	u, _ := readURI("/books/a")
	list, err := s3Questions(&http.Request{Method: "PUT", URL: u, Header: http.Header{"X-Amz-Copy-Source": {"/old/x?versionId=3sL4k.q_tl-b"}, "X-Amz-Content-Sha256": {"UNSIGNED-PAYLOAD"}}})
	if err != nil || len(list) != 2 || list[0].Context.Values("s3:VersionId") != nil {
		t.Fatal(list, err)
	}
	c := list[1].Context
	for key, want := range map[string]string{"s3:VersionId": "3sL4k.q_tl-b", "s3:x-amz-content-sha256": "UNSIGNED-PAYLOAD", "s3:authType": "REST-HEADER"} {
		if got := strings.Join(c.Values(key), ","); got != want {
			t.Errorf("%s: %q", key, got)
		}
	}
}

// TestAttackPathsThatProgramsReadDifferently: each would reach another resource than the one that is decided on.
func TestAttackPathsThatProgramsReadDifferently(t *testing.T) {
	for _, uri := range []string{
		"", "books/a", "http://evil.example.com/books/a", "//evil.example.com/books", "/books//a", "/books/./a", "/books/../secret", "/books/public/..", "/books/%2e%2e/secret",
		"/books/.%2E/secret", "/books%2fsecret", "/books%2Fsecret", "/books/%5c..%5csecret", "/books/a\\b", "/books/%252e%252e/secret", "/books/%25252e/secret", "/books/a%00.txt", "/books/a%0d%0aX:%20y",
		"/books/a\r\nX-Gatehouse-Account: 1", "/books/a b", "/books/é", "/books/%ff", "/books/%zz", "/books/a#b", "/books/a?x=1&x=2", "/books/a?x=1;y=2", "/books/a?%zz", "/" + strings.Repeat("a", maxURI),
	} {
		if u, err := readURI(uri); !errors.Is(err, ErrAmbiguous) {
			t.Errorf("%q: %v %v", uri, u, err)
		}
	}
	for _, uri := range []string{"/", "/books/", "/books/100%25", "/books/a%20b", "/books/%C3%A9", "/a?x=%2F..%2F", "/a?x"} {
		if _, err := readURI(uri); err != nil {
			t.Errorf("%q: %v", uri, err)
		}
	}
}

// TestAttackWhatAClientSaysOfItself: none of it may reach the service, or be believed here.
func TestAttackWhatAClientSaysOfItself(t *testing.T) {
	p := &Protected{AccountID: "111122223333", Region: "us-east-1", Settings: Settings{Hosts: []string{"shop.example.com"}, Mapping: ExecuteAPI, APIID: "api", Stage: "prod"}}
	good := func() *Original {
		return &Original{Method: "GET", URI: "/a", Host: "shop.example.com", Header: http.Header{}}
	}
	for name, alter := range map[string]func(*Original){
		"another host":                  func(o *Original) { o.Host = "evil.example.com" },
		"a host with another port":      func(o *Original) { o.Host += ":8080" },
		"no host":                       func(o *Original) { o.Host = "" },
		"a method in lower case":        func(o *Original) { o.Method = "get" },
		"an unknown method":             func(o *Original) { o.Method = "PROPFIND" },
		"a tunnel":                      func(o *Original) { o.Method = "CONNECT" },
		"another method in a header":    func(o *Original) { o.Header.Set("X-HTTP-Method-Override", "DELETE") },
		"another path in a header":      func(o *Original) { o.Header.Set("X-Rewrite-URL", "/b") },
		"who it is, in a header":        func(o *Original) { o.Header.Set("X-Gatehouse-Principal-Arn", "arn:aws:iam::111122223333:root") },
		"the same with underscores":     func(o *Original) { o.Header.Set("X_Gatehouse_Account", "1") },
		"the same with dots":            func(o *Original) { o.Header.Set("X.Gatehouse.Principal.Arn", "1") },
		"a copy, with underscores":      func(o *Original) { o.Header.Set("X_Amz_Copy_Source", "books/secret") },
		"a copy, with tildes":           func(o *Original) { o.Header.Set("X~Amz-Copy~Source", "books/secret") },
		"another proof, with marks":     func(o *Original) { o.Header.Set("Author!zation", "x"); o.Header.Set("X_Forwarded.For", "1") },
		"another method, with dots":     func(o *Original) { o.Header.Set("X.HTTP.Method.Override", "DELETE") },
		"another path of the proxy's":   func(o *Original) { o.Header.Set("X_Original_URI", "/b") },
		"another URL in a header":       func(o *Original) { o.Header.Set("X-Override-URL", "/b") },
		"a vendor's, with underscores":  func(o *Original) { o.Header.Set("X_Minio_Force_Delete", "true") },
		"another method in the query":   func(o *Original) { o.URI += "?_method=DELETE" },
		"the same in capitals":          func(o *Original) { o.URI += "?_METHOD=DELETE" },
		"a method's header as a query":  func(o *Original) { o.URI += "?X-HTTP-Method-Override=DELETE" },
		"two proofs":                    func(o *Original) { o.Header["Authorization"] = []string{"Bearer a", "Bearer b"} },
		"two values of a signed header": func(o *Original) { o.Header["X-Amz-Acl"] = []string{"private", "public-read"} },
		"another scheme":                func(o *Original) { o.Scheme = "ftp" },
		"a length that is none":         func(o *Original) { o.Length = "5, 6" },
	} {
		o := good()
		alter(o)
		if _, err := o.request(p); !errors.Is(err, ErrAmbiguous) {
			t.Errorf("%s: %v", name, err)
		}
	}
	o := good()
	o.Header.Set("Color_Scheme", "dark") // nothing rests on it
	if r, err := o.request(p); err != nil || r.Host != "shop.example.com" {
		t.Error(err)
	}
	u, _ := readURI("/a;admin=1/b")
	if _, err := p.invoke(&http.Request{Method: "GET", URL: u}); !errors.Is(err, ErrAmbiguous) {
		t.Error("parameters of a path:", err)
	}
	u, _ = readURI("/a/b?x=1")
	if q, err := p.invoke(&http.Request{Method: "GET", URL: u}); err != nil || q[0].Resource != "arn:aws:execute-api:us-east-1:111122223333:api/prod/GET/a/b" {
		t.Error(q, err)
	}
}
