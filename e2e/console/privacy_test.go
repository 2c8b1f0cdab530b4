package console_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"gatehouse/e2e/server"
	"gatehouse/e2e/visitor"
	"gatehouse/web/paths"
)

// erasable makes somebody in the demo's pool, who signs in with the address.
func erasable(t *testing.T, s *server.Server) (pool, sub string) {
	t.Helper()
	ctx := context.Background()
	c := cognito.New(cognito.Options{Region: "us-east-1", BaseEndpoint: aws.String(s.URL), Credentials: credentials.NewStaticCredentialsProvider(s.RootAccessKeyID, s.RootSecretAccessKey, "")})
	pools, err := c.ListUserPools(ctx, &cognito.ListUserPoolsInput{MaxResults: aws.Int32(1)})
	if err != nil {
		t.Fatal(err)
	}
	pool = *pools.UserPools[0].Id
	u, err := c.AdminCreateUser(ctx, &cognito.AdminCreateUserInput{UserPoolId: &pool, Username: aws.String("wallaby@quokka.example"), MessageAction: "SUPPRESS",
		UserAttributes: []types.AttributeType{{Name: aws.String("name"), Value: aws.String(`<img src=x onerror=alert(1)>`)}}})
	if err != nil {
		t.Fatal(err)
	}
	return pool, *u.User.Username
}

func TestPrivacyInABrowser(t *testing.T) {
	everyView(t, func(t *testing.T, d *desk) {
		pool, sub := erasable(t, d.server)
		d.to(paths.Link(paths.ConsolePrivacy, pool, sub))
		d.on("Privacy")
		if got := d.Text(".page-head"); !strings.Contains(got, "wallaby@quokka.example") {
			t.Errorf("the page is of %q", got)
		}
		d.Press(`main a[href$="/erase"]`)
		d.on("Erase this person")
		d.Fill("confirm", "somebody")
		d.Press(`main form button[type=submit]`)
		d.on("Erase this person")
		d.refuses("This is not the name")
		d.Fill("confirm", "wallaby@quokka.example")
		d.Press(`main form button[type=submit]`)
		d.on("Erasures")
		d.says("The person is erased")
		d.opensUntil(paths.Link(paths.ConsoleErasures, pool), "tbody", "Done")
		d.on("Erasures")
		if got := d.Text("tbody"); !strings.Contains(got, "Done") || strings.Contains(got, "wallaby") {
			t.Errorf("erasures: %q", got)
		}
	})
}

func TestExportOfAPersonIsAFileAndAudited(t *testing.T) {
	s := server.Start(t, server.Options{})
	pool, sub := erasable(t, s)
	v := signedIn(t, s)
	p := v.Open(s.URL + paths.Link(paths.ConsolePrivacyExport, pool, sub))
	var x struct {
		User struct{ Attributes map[string]string }
	}
	if err := json.Unmarshal([]byte(p.Body), &x); err != nil || x.User.Attributes["email"] != "wallaby@quokka.example" {
		t.Errorf("%v %s", err, p.Body)
	}
	if !strings.HasPrefix(p.Header.Get("Content-Disposition"), "attachment") || p.Header.Get("X-Content-Type-Options") != "nosniff" || !strings.HasPrefix(p.Header.Get("Content-Type"), "application/json") {
		t.Errorf("the export opens in the browser: %v", p.Header)
	}
	if body := v.Open(s.URL + paths.Link(paths.ConsoleAudit, "operation", "gatehouse:ExportUserData")).Body; !strings.Contains(body, "ExportUserData</a>") {
		t.Error("the export is not in the audit log")
	}
}

func TestAttackPrivacyPages(t *testing.T) {
	s := server.Start(t, server.Options{})
	pool, sub := erasable(t, s)
	erase := s.URL + paths.Link(paths.ConsolePrivacyErase, pool, sub)
	v := signedIn(t, s)
	token := v.Open(s.URL + paths.ConsoleMe).Field("_csrf")
	if p := v.Post(erase, url.Values{"confirm": {"wallaby@quokka.example"}}); p.Status != http.StatusForbidden {
		t.Errorf("without the form's token: %d", p.Status)
	}
	if p := v.Post(erase, url.Values{"_csrf": {token}, "confirm": {sub}}); !strings.Contains(p.Body, "This is not the name") {
		t.Errorf("with the sub for a name: %d", p.Status)
	}
	nobody := visitor.New(t, nil, "")
	for _, pattern := range []string{paths.ConsolePrivacy, paths.ConsolePrivacyExport, paths.ConsolePrivacyErase} {
		if p := nobody.Open(s.URL + paths.Link(pattern, pool, sub)); p.URL.Path != paths.ConsoleSignIn || strings.Contains(p.Body, "wallaby") {
			t.Errorf("%s is open to everybody", pattern)
		}
		for _, other := range [][2]string{{"us-east-1_NOSUCHPL1", sub}, {pool, "3f2504e0-4f89-41d3-9a0c-0305e82c3301"}, {pool, "../x"}} {
			if p := v.Open(s.URL + paths.Link(pattern, other[0], other[1])); p.Status != http.StatusNotFound && p.Status != http.StatusBadRequest {
				t.Errorf("%s of %v: %d", pattern, other, p.Status)
			}
		}
	}
	if p := v.Open(s.URL + paths.Link(paths.ConsolePrivacy, pool, sub)); p.Status != http.StatusOK || !strings.Contains(p.Body, "wallaby@quokka.example") {
		t.Error("the person is gone")
	}
}
