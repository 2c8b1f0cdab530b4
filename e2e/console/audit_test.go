package console_test

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"gatehouse/e2e/browser"
	"gatehouse/e2e/server"
	"gatehouse/web/paths"
)

func TestAuditLogInABrowser(t *testing.T) {
	everyView(t, func(t *testing.T, d *desk) {
		made, err := d.idp().CreateUserPool(context.Background(), &cognito.CreateUserPoolInput{PoolName: aws.String("Audited")})
		if err != nil {
			t.Fatal(err)
		}
		d.idp().DeleteUserPool(context.Background(), &cognito.DeleteUserPoolInput{UserPoolId: aws.String("us-east-1_nothere00")})
		d.to(paths.ConsoleAudit)
		d.on("Audit log")
		d.Fill("operation", "CreateUserPool") // as the list has it
		d.Fill("text", "audited")
		d.Press(".filters .btn-primary")
		d.on("Audit log")
		if !strings.Contains(d.URL(), "operation=CreateUserPool") {
			t.Errorf("filters are not in %s", d.URL())
		}
		if n := browser.Eval[int](d.Page, `document.querySelectorAll("tbody tr").length`); n != 1 {
			t.Errorf("%d records of the one call", n)
		}
		d.Press("tbody a")
		d.on("CreateUserPool")
		if got := d.Text(".code"); !strings.Contains(got, `"Audited"`) {
			t.Errorf("the input is %q", got)
		}
		d.to(paths.Link(paths.ConsoleAudit, "outcome", "Failed"))
		d.on("Audit log")
		if got := d.Text("tbody"); !strings.Contains(got, "ResourceNotFoundException") || strings.Contains(got, "CreateUserPool") {
			t.Errorf("failed calls: %q", got)
		}
		d.to(paths.Link(paths.ConsoleAudit, "text", aws.ToString(made.UserPool.Id), "outcome", "Failed", "operation", "iam:CreateUser"))
		d.on("Audit log")
		if got := d.Text(".empty h2"); got != "No record matches" {
			t.Error(got)
		}
		d.to(paths.Link(paths.ConsoleAudit, "from", "yesterday"))
		d.refuses("This is not a date and time")
	})
}

// What somebody else wrote into a record stays text: on the pages, and in a spreadsheet.
func TestAttackAuditLogScriptsAndFormulas(t *testing.T) {
	d := oneView(t)
	const script, formula = `<script>document.title="owned"</script><img src=x onerror=alert(1)>`, `=HYPERLINK("http://evil.example","x")`
	named := func(agent string) {
		c := d.idp()
		_, err := c.CreateUserPool(context.Background(), &cognito.CreateUserPoolInput{PoolName: aws.String("X"), UserPoolTags: map[string]string{"t": "v"}}, func(o *cognito.Options) {
			o.HTTPClient = agentClient(agent)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	named(script)
	named(formula)
	d.to(paths.Link(paths.ConsoleAudit, "text", "onerror"))
	d.on("Audit log")
	d.Press("tbody a")
	d.on("CreateUserPool")
	if n := browser.Eval[int](d.Page, `document.querySelectorAll("main script, main img").length`); n != 0 || !strings.Contains(d.Text("main"), "onerror") {
		t.Errorf("%d elements of the user agent are in the page", n)
	}

	v := signedIn(t, d.server)
	p := v.Open(d.server.URL + paths.Link(paths.ConsoleAuditExport, "form", "csv", "operation", "cognito-idp:CreateUserPool"))
	if !strings.HasPrefix(p.Header.Get("Content-Disposition"), "attachment") || p.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("the export opens in the browser: %v", p.Header)
	}
	rows, err := csv.NewReader(strings.NewReader(p.Body)).ReadAll()
	if err != nil || len(rows) < 3 {
		t.Fatal(len(rows), err)
	}
	found := false
	for _, row := range rows {
		for _, cell := range row {
			found = found || strings.Contains(cell, "HYPERLINK")
			if strings.HasPrefix(cell, "=") {
				t.Errorf("a cell begins like a formula: %s", cell)
			}
		}
	}
	if !found {
		t.Error("the formula is not in the export at all")
	}
}

// agentClient sends a user agent that the SDK would not.
type agentClient string

func (a agentClient) Do(r *http.Request) (*http.Response, error) {
	r.Header.Set("User-Agent", string(a))
	return http.DefaultClient.Do(r)
}

func TestAuditExportIsWholeAndStable(t *testing.T) {
	s := server.Start(t, server.Options{})
	v := signedIn(t, s)
	for range 3 {
		v.Open(s.URL + paths.ConsoleAudit)
	}
	if p := v.Open(s.URL + paths.Link(paths.ConsoleAuditExport, "form", "jsonl")); strings.Contains(p.Body, ":ListAuditRecords") || strings.Contains(p.Body, ":Describe") {
		t.Errorf("reads that nobody asked for: %s", p.Body)
	}
	p := v.Open(s.URL + paths.Link(paths.ConsoleAuditExport, "form", "jsonl", "looks", "yes"))
	lines := strings.Split(strings.TrimSpace(p.Body), "\n")
	if p.Status != http.StatusOK || len(lines) < 3 {
		t.Fatal(p.Status, len(lines))
	}
	for _, line := range lines {
		var r struct {
			ID, Time, Operation, Outcome, Resource string
			Principal                              struct{ Type, ARN, SessionID string }
			Input                                  map[string]any
		}
		if err := json.Unmarshal([]byte(line), &r); err != nil || r.ID == "" || len(r.Time) != 24 || r.Outcome != "succeeded" || r.Principal.Type == "" {
			t.Errorf("%s: %v", line, err)
		}
	}
	if p := v.Open(s.URL + paths.Link(paths.ConsoleAuditExport, "form", "jsonl", "text", "nowhere-at-all")); strings.TrimSpace(p.Body) != "" {
		t.Errorf("the export does not honour the filter: %s", p.Body)
	}
}
