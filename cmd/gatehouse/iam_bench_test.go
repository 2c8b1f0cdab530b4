package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"gatehouse/internal/identity"
	"gatehouse/internal/sts"
)

// caller is somebody whose signed calls are measured.
type caller struct {
	x     *target
	creds aws.Credentials
}

func (c *caller) form(b *testing.B, service, body string) func() {
	b.Helper()
	r := httptest.NewRequest(http.MethodPost, "http://localhost:8080/", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	sum := sha256.Sum256([]byte(body))
	if err := v4.NewSigner().SignHTTP(context.Background(), c.creds, r, hex.EncodeToString(sum[:]), service, "us-east-1", time.Now()); err != nil {
		b.Fatal(err)
	}
	return func() {
		again := r.Clone(r.Context())
		w := httptest.NewRecorder()
		again.Body, again.ContentLength = readCloser{bytes.NewReader([]byte(body))}, int64(len(body))
		if c.x.app.Web.ServeHTTP(w, again); w.Code != http.StatusOK {
			b.Fatal(w.Code, w.Body.String())
		}
	}
}

type readCloser struct{ *bytes.Reader }

func (readCloser) Close() error { return nil }

func must2[T any](v T, err error) func(*testing.B) T {
	return func(b *testing.B) T {
		b.Helper()
		if err != nil {
			b.Fatal(err)
		}
		return v
	}
}

// BenchmarkIAM is whole calls, from the request to the answer: signature, decoding, policies and, for AssumeRole, the
// record in the audit log of a database in memory. Calls are made one after the other, on one processor at most.
func BenchmarkIAM(b *testing.B) {
	x := openTarget(b)
	ctx, account, people := context.Background(), x.app.Root.AccountID, x.app.Identities
	ann := must2(people.Create(ctx, account, identity.New{Kind: identity.User, Name: "ann"}))(b)
	statements := []string{`{"Effect":"Allow","Action":["iam:Get*","sts:AssumeRole"],"Resource":"*"}`}
	for n := range 20 {
		statements = append(statements, fmt.Sprintf(`{"Effect":"Allow","Action":"s3:Get%d","Resource":"arn:aws:s3:::b%d/*"}`, n, n))
	}
	document := `{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + `]}`
	role := must2(people.Create(ctx, account, identity.New{Kind: identity.Role, Name: "deploy",
		TrustPolicy: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"` + ann.ARN() + `"},"Action":"sts:AssumeRole"}]}`}))(b)
	if err := people.PutInlinePolicy(ctx, account, identity.User, "ann", "own", document); err != nil {
		b.Fatal(err)
	}
	if err := people.PutInlinePolicy(ctx, account, identity.Role, "deploy", "own", document); err != nil {
		b.Fatal(err)
	}
	key, secret, err := people.CreateAccessKey(ctx, account, ann.ID)
	if err != nil {
		b.Fatal(err)
	}
	made := must2(x.app.STS.Issue(must2(x.app.STS.RoleSession(&role, nil, sts.Want{Name: "ci"}))(b), 0))(b)
	user := &caller{x, aws.Credentials{AccessKeyID: key.ID, SecretAccessKey: secret.Reveal()}}
	session := &caller{x, aws.Credentials{AccessKeyID: made.AccessKeyID, SecretAccessKey: made.Secret.Reveal(), SessionToken: made.Token}}
	root := &caller{x, aws.Credentials{AccessKeyID: hostileKey, SecretAccessKey: hostileSecret}}
	const getUser, assume = "Action=GetUser&Version=2010-05-08&UserName=ann", "Action=AssumeRole&Version=2011-06-15&RoleSessionName=ci&RoleArn="
	for _, c := range []struct {
		name string
		call func()
	}{
		{"SignedCallOfRoot", root.form(b, "iam", getUser)},
		{"SignedCallOfAUser", user.form(b, "iam", getUser)},
		{"SignedCallOfASession", session.form(b, "iam", getUser)},
		{"AssumeRole", user.form(b, "sts", assume+role.ARN())},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c.call()
			}
		})
	}
}
