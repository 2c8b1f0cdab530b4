package workloads_test

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/rolesanywhere"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"gatehouse/internal/sigv4"
)

// anywhere is a role that certificates of an authority get.
type anywhere struct {
	*kit
	ca                    *pair
	role, anchor, profile string
}

const trustOfAnywhere = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"rolesanywhere.amazonaws.com"},
	"Action":["sts:AssumeRole","sts:TagSession","sts:SetSourceIdentity"],"Condition":{"StringEquals":{"aws:PrincipalTag/x509Subject/OU":"ci"},"ArnEquals":{"aws:SourceArn":"ANCHOR"}}}]}`

func startAnywhere(t *testing.T) *anywhere {
	t.Helper()
	ctx := context.Background()
	x := &anywhere{kit: start(t), ca: authority(t, "root")}
	x.anchor = x.newAnchor(t, x.ca)
	x.role = x.kit.role(t, "build", strings.Replace(trustOfAnywhere, "ANCHOR", x.anchor, 1))
	p := must(x.anywhere().CreateProfile(ctx, &rolesanywhere.CreateProfileInput{Name: aws.String("build"), RoleArns: []string{x.role, x.roleARN}, Enabled: aws.Bool(true), DurationSeconds: aws.Int32(3600)}))(t)
	x.profile = *p.Profile.ProfileArn
	return x
}

func (x *anywhere) newAnchor(t *testing.T, ca *pair) string {
	t.Helper()
	return *must(x.anywhere().CreateTrustAnchor(context.Background(), &rolesanywhere.CreateTrustAnchorInput{Name: aws.String("ca"), Source: bundle(ca.pem()), Enabled: aws.Bool(true)}))(t).TrustAnchor.TrustAnchorArn
}

// call is a request as it is to be sent, and how it is changed after it was signed.
type call struct {
	leaf    *pair
	chain   []*x509.Certificate
	body    map[string]any
	query   string
	at      time.Time
	service string
	change  func(*http.Request)
}

type session struct {
	CredentialSet []struct {
		AssumedRoleUser struct{ Arn string }
		Credentials     struct{ AccessKeyId, SecretAccessKey, SessionToken, Expiration string }
		SourceIdentity  string
	}
	Message string
}

func (x *anywhere) createSession(t *testing.T, change func(*call)) (int, session) {
	t.Helper()
	c := &call{leaf: nil, at: time.Now(), service: "rolesanywhere", body: map[string]any{"profileArn": x.profile, "roleArn": x.role, "trustAnchorArn": x.anchor}}
	change(c)
	if c.leaf == nil {
		c.leaf = x.ca.issue(t, "build-7")
	}
	body := must(json.Marshal(c.body))(t)
	r := must(http.NewRequest("POST", x.URL+"/sessions?"+c.query, bytes.NewReader(body)))(t)
	r.Header.Set("Content-Type", "application/json")
	if err := sigv4.SignX509(r, body, c.leaf.key, append([]*x509.Certificate{c.leaf.Certificate}, c.chain...), "eu-west-1", c.service, c.at); err != nil {
		t.Fatal(err)
	}
	if c.change != nil {
		c.change(r)
	}
	res := must(http.DefaultClient.Do(r))(t)
	defer res.Body.Close()
	var out session
	json.NewDecoder(res.Body).Decode(&out)
	return res.StatusCode, out
}

func TestCertificatesGetRoles(t *testing.T) {
	x := startAnywhere(t)
	between := x.ca.issue(t, "between", func(c *x509.Certificate) {
		c.IsCA, c.BasicConstraintsValid, c.KeyUsage, c.ExtKeyUsage = true, true, x509.KeyUsageCertSign, nil
	})
	for name, change := range map[string]func(*call){
		"ECDSA":           func(*call) {},
		"RSA":             func(c *call) { c.leaf = x.ca.issue(t, "build-7", withRSA) },
		"an intermediate": func(c *call) { c.leaf, c.chain = between.issue(t, "build-7"), []*x509.Certificate{between.Certificate} },
		"by the query, as AWS's helper does": func(c *call) {
			c.body, c.query = map[string]any{"durationSeconds": 900}, url.Values{"profileArn": {x.profile}, "roleArn": {x.role}, "trustAnchorArn": {x.anchor}}.Encode()
		},
		"no extended use": func(c *call) { c.leaf = x.ca.issue(t, "build-7", func(c *x509.Certificate) { c.ExtKeyUsage = nil }) },
	} {
		status, out := x.createSession(t, change)
		if status != 200 || out.CredentialSet[0].SourceIdentity != "build-7" || !strings.Contains(out.CredentialSet[0].AssumedRoleUser.Arn, ":assumed-role/build/") {
			t.Fatalf("%s: %d %+v", name, status, out.Message)
		}
		c := out.CredentialSet[0].Credentials
		who := must(sts.New(sts.Options{Region: "eu-west-1", BaseEndpoint: &x.URL, Credentials: credentials.NewStaticCredentialsProvider(c.AccessKeyId, c.SecretAccessKey, c.SessionToken)}).
			GetCallerIdentity(context.Background(), &sts.GetCallerIdentityInput{}))(t)
		if *who.Arn != out.CredentialSet[0].AssumedRoleUser.Arn {
			t.Errorf("%s: %s", name, *who.Arn)
		}
	}
	leaf := x.ca.issue(t, "build-8")
	certificate, key := leaf.files(t)
	flags := []string{"--role-arn", x.role, "--certificate", certificate, "--private-key", key, "--trust-anchor-arn", x.anchor, "--profile-arn", x.profile}
	session := fmt.Sprintf(":assumed-role/build/%x", leaf.SerialNumber)
	for name, way := range map[string]map[string]string{
		"gatehouse credentials": x.process(t, flags...),
		"gatehouse metadata":    {"AWS_EC2_METADATA_SERVICE_ENDPOINT": x.metadata(t, nil, flags...)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x.renews(t, pairs(way), session)
		})
	}
}

func TestAttackRolesAnywhere(t *testing.T) {
	x := startAnywhere(t)
	ctx := context.Background()
	other, issue := authority(t, "root"), func(change func(*x509.Certificate)) func(*call) {
		return func(c *call) { c.leaf = x.ca.issue(t, "build-7", change) }
	}
	fake := x.ca.issue(t, "fake") // an end entity that plays an authority
	set := func(name string, value any) func(*call) { return func(c *call) { c.body[name] = value } }
	header := func(name, value string) func(*call) {
		return func(c *call) { c.change = func(r *http.Request) { r.Header.Set(name, value) } }
	}
	second := x.newAnchor(t, other)
	off := x.newAnchor(t, x.ca)
	must(x.anywhere().DisableTrustAnchor(ctx, &rolesanywhere.DisableTrustAnchorInput{TrustAnchorId: aws.String(off[strings.LastIndex(off, "/")+1:])}))(t)
	for name, a := range map[string]struct {
		status int
		change func(*call)
		text   string
	}{
		"another authority of the same name": {403, func(c *call) { c.leaf = other.issue(t, "build-7") }, "Untrusted certificate"},
		"a self-signed certificate":          {403, func(c *call) { c.leaf = (*pair)(nil).issue(t, "build-7") }, "Untrusted certificate"},
		"the authority in the chain":         {403, func(c *call) { c.leaf, c.chain = other.issue(t, "build-7"), []*x509.Certificate{other.Certificate} }, "Untrusted certificate"},
		"an end entity as an authority":      {403, func(c *call) { c.leaf, c.chain = fake.issue(t, "build-7"), []*x509.Certificate{fake.Certificate} }, "Untrusted certificate"},
		"an expired certificate":             {403, issue(func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Minute) }), "Untrusted certificate"},
		"a certificate of tomorrow":          {403, issue(func(c *x509.Certificate) { c.NotBefore = time.Now().Add(time.Minute) }), "Untrusted certificate"},
		"a server's certificate":             {403, issue(func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth} }), "Untrusted certificate"},
		"a key that makes no signatures":     {403, issue(func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageKeyEncipherment }), "digitalSignature"},
		"the authority itself":               {403, func(c *call) { c.leaf = x.ca }, "certificate authority"},
		"another unit":                       {403, issue(func(c *x509.Certificate) { c.Subject.OrganizationalUnit = []string{"people"} }), "is not authorized to perform: sts:AssumeRole"},
		"two units":                          {403, issue(func(c *x509.Certificate) { c.Subject.OrganizationalUnit = []string{"ci", "x"} }), "is not authorized to perform: sts:AssumeRole"},
		"the key of another":                 {403, func(c *call) { c.leaf = &pair{x.ca.issue(t, "build-7").Certificate, newKey(t, "")} }, "not signed by the key"},
		"another's serial number": {403, func(c *call) {
			c.change = func(r *http.Request) {
				r.Header.Set("Authorization", strings.Replace(r.Header.Get("Authorization"), "Credential=", "Credential=1", 1))
			}
		}, "serial number"},
		"a signature of an hour ago":      {403, func(c *call) { c.at = time.Now().Add(-time.Hour) }, "Signature expired"},
		"a signature of tomorrow":         {403, func(c *call) { c.at = time.Now().Add(24 * time.Hour) }, "not yet current"},
		"a signature for another service": {403, func(c *call) { c.service = "sts" }, "correct service"},
		"another body": {403, func(c *call) {
			c.change = func(r *http.Request) {
				raw, _ := io.ReadAll(r.Body)
				raw = bytes.Replace(raw, []byte("build"), []byte("admin"), 1)
				r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(raw)), int64(len(raw))
			}
		}, "not signed by the key"},
		"more in the query":             {403, func(c *call) { c.change = func(r *http.Request) { r.URL.RawQuery = "durationSeconds=43200" } }, "not signed by the key"},
		"an unsigned header":            {403, header("X-Amz-Target", "x"), ""},
		"another certificate, unsigned": {403, header("X-Amz-X509", ""), ""},
		"no signature":                  {403, func(c *call) { c.change = func(r *http.Request) { r.Header.Del("Authorization") } }, "missing"},
		"the anchor of another":         {403, set("trustAnchorArn", second), "Untrusted certificate"},
		"a disabled anchor":             {403, set("trustAnchorArn", off), "disabled"},
		"an anchor of another account":  {403, set("trustAnchorArn", strings.Replace(x.anchor, x.AccountID, "999999999999", 1)), "Untrusted certificate"},
		"an anchor of another region":   {403, set("trustAnchorArn", strings.Replace(x.anchor, "eu-west-1", "us-east-1", 1)), "region"},
		"a profile of another account":  {403, set("profileArn", strings.Replace(x.profile, x.AccountID, "999999999999", 1)), "profile"},
		"a role that is not given":      {403, set("roleArn", x.role+"x"), "not for the role"},
		"a role that trusts another":    {403, set("roleArn", x.roleARN), "is not authorized to perform: sts:AssumeRole"},
		"longer than the profile":       {400, set("durationSeconds", 3601), "durationSeconds"},
		"a name that is not asked for":  {403, set("roleSessionName", "admin"), "roleSessionName"},
		"no role":                       {400, set("roleArn", nil), "roleArn is missing"},
	} {
		status, out := x.createSession(t, a.change)
		if status/100 == 2 || a.text != "" && (status != a.status || !strings.Contains(out.Message, a.text)) {
			t.Errorf("%s: %d %s", name, status, out.Message)
		}
	}
	t.Run("an anchor that a policy does not name", func(t *testing.T) {
		third := x.newAnchor(t, x.ca)
		if status, out := x.createSession(t, set("trustAnchorArn", third)); status != 403 || !strings.Contains(out.Message, "is not authorized to perform") {
			t.Error(status, out.Message)
		}
		must(x.root.UpdateAssumeRolePolicy(ctx, &iam.UpdateAssumeRolePolicyInput{RoleName: aws.String("build"), PolicyDocument: aws.String(strings.Replace(strings.Replace(trustOfAnywhere, "ANCHOR", third, 1), `,"sts:SetSourceIdentity"`, "", 1))}))(t)
		if status, out := x.createSession(t, set("trustAnchorArn", third)); status != 403 || !strings.Contains(out.Message, "sts:SetSourceIdentity") {
			t.Error("a trust policy without SetSourceIdentity:", status, out.Message)
		}
	})
}
