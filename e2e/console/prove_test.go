package console_test

import (
	"context"
	"database/sql"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	_ "modernc.org/sqlite"

	"gatehouse/e2e/server"
	"gatehouse/e2e/visitor"
	"gatehouse/internal/federation/saml/samltest"
	"gatehouse/internal/iam"
	"gatehouse/web/paths"
)

// change does to the server's database what nobody can wait for.
func change(t testing.TB, s *server.Server, query string, args ...any) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(s.Data, "gatehouse.db")+"?_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(query, args...); err != nil {
		t.Fatal(err)
	}
}

// leave makes it long ago that the person at the desk proved who they are.
func (d *desk) leave() {
	d.t.Helper()
	leave(d.t, d.server)
}

// leave makes it long ago that those who are signed in proved who they are.
func leave(t testing.TB, s *server.Server) {
	t.Helper()
	change(t, s, `UPDATE console_session SET auth_time = auth_time - $1`, iam.ConsoleFresh.Milliseconds())
}

// A form that is too large to be carried over the question begins anew, and the question says so; a smaller one goes on.
func TestProofOfALargeForm(t *testing.T) {
	s := server.Start(t, server.Options{})
	v := signedIn(t, s)
	at := s.URL + paths.ConsoleIAMSAMLNew
	token := v.Open(at).Field("_csrf")
	good := samltest.New("https://idp.example.com", time.Now).Metadata()
	for _, c := range []struct {
		name, filler string
		kept         bool
	}{{"Small", strings.Repeat("x", 200_000), true}, {"Large", strings.Repeat("x", 300_000), false}, {"LargeWhenEncoded", strings.Repeat("<", 90_000), false}} {
		leave(t, s)
		asked := upload(t, v, at, url.Values{"_csrf": {token}, "name": {c.name}, "metadata": {good + "<!-- " + c.filler + " -->"}}, map[string]string{"file": ""})
		if said := strings.Contains(visitor.Text(asked.Find("main")), "is not kept"); asked.Heading() != "Is it you?" || said == c.kept {
			t.Fatalf("%s: %d %q, says that it is not kept: %v", c.name, asked.Status, asked.Heading(), said)
		}
		p := asked.Send("proof_password", server.RootPassword)
		if heading := p.Heading(); p.Status != http.StatusOK || c.kept && heading != c.name || !c.kept && (heading != "Add SAML provider" || p.Field("name") != "") {
			t.Errorf("%s: %d %q", c.name, p.Status, heading)
		}
	}
}

// A dangerous act asks who is there and then goes on with what was typed.
func TestProofInABrowser(t *testing.T) {
	everyView(t, func(t *testing.T, d *desk) {
		pool := d.newPool("Clinic")
		if _, err := d.idp().AdminCreateUser(context.Background(), &cognito.AdminCreateUserInput{UserPoolId: &pool, Username: aws.String("ann"), MessageAction: "SUPPRESS"}); err != nil {
			t.Fatal(err)
		}
		_, a := d.get(pool, "ann")
		d.to(paths.Link(paths.ConsoleUser, pool, a["sub"]))
		d.leave()
		d.Fill("name", "Ann & <Example>")
		d.Fill("email", "ann@example.org")
		d.Press(`#attributes .btn-primary`)
		d.on("Is it you?")
		d.Fill("proof_password", "not the password")
		d.Submit()
		d.refuses("password")
		d.Fill("proof_password", server.RootPassword)
		d.Submit()
		d.says("Saved")
		if _, a := d.get(pool, "ann"); a["email"] != "ann@example.org" || a["name"] != "Ann & <Example>" {
			t.Errorf("attributes: %v", a)
		}
	})
}
