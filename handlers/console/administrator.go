package console

import (
	"net/http"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"

	"gatehouse/internal/api/gatehouse"
	"gatehouse/internal/audit"
	"gatehouse/internal/iam"
	"gatehouse/internal/seal"
	pages "gatehouse/templates/console"
	"gatehouse/templates/messages"
	"gatehouse/templates/ui"
	"gatehouse/web"
	"gatehouse/web/paths"
)

// administratorPolicy is what the user who administers daily has.
const administratorPolicy = "arn:aws:iam::aws:policy/AdministratorAccess"

func (h *Handlers) mountAdministrator(r web.Routes) {
	r.GET(paths.ConsoleAdministrator, h.fresh(h.first(h.showAdministrator)))
	r.POST(paths.ConsoleAdministrator, h.fresh(h.first(h.makeAdministrator)))
}

func (h *Handlers) showAdministrator(v *visit) error { return h.administratorPage(v, "", nil) }

func (h *Handlers) administratorPage(v *visit, name string, problems ui.Problems) error {
	return web.Render(v, http.StatusOK, pages.AdministratorPage{
		ConsoleFrame: h.outside(v.Context, v.t), Who: v.session.Name, Name: name,
		Form: v.form(paths.ConsoleAdministrator, problems), Out: v.form(paths.ConsoleSignOut, nil),
	}.Show())
}

// makeAdministrator makes a user with AdministratorAccess and a password, and signs the browser in as that user instead of
// root. One whose password is refused is not left behind.
func (h *Handlers) makeAdministrator(v *visit) error {
	name, password := v.typed("name"), v.posted("new")
	if _, err := call[awsiam.CreateUserOutput](h, v, &awsiam.CreateUserInput{UserName: &name}); err != nil {
		return h.administratorProblem(v, name, "name", err)
	}
	if _, err := call[awsiam.AttachUserPolicyOutput](h, v, &awsiam.AttachUserPolicyInput{UserName: &name, PolicyArn: aws.String(administratorPolicy)}); err != nil {
		return err
	}
	if _, err := call[awsiam.CreateLoginProfileOutput](h, v, &awsiam.CreateLoginProfileInput{UserName: &name, Password: &password}); err != nil {
		if gone := h.unmakeAdministrator(v, name); gone != nil {
			return gone
		}
		return h.administratorProblem(v, name, "new", err)
	}
	cookie, s, err := h.IAM.SignInUser(v.Request().Context(), v.session.AccountID, name, seal.Secret(password), h.browser(v.Context))
	if err != nil {
		return err
	}
	h.Cookies.Set(v.Response(), sessionCookie, cookie, s.Expires)
	return v.done(paths.Console, "administrator_made")
}

func (h *Handlers) unmakeAdministrator(v *visit, name string) error {
	if _, err := call[awsiam.DetachUserPolicyOutput](h, v, &awsiam.DetachUserPolicyInput{UserName: &name, PolicyArn: aws.String(administratorPolicy)}); err != nil {
		return err
	}
	_, err := call[awsiam.DeleteUserOutput](h, v, &awsiam.DeleteUserInput{UserName: &name})
	return err
}

func (h *Handlers) administratorProblem(v *visit, name, field string, err error) error {
	if problems, ok := v.refused(err, field); ok {
		return h.administratorPage(v, name, problems)
	}
	return err
}

// rootSeen is how long Home tells that root was used.
const rootSeen = 7 * 24 * time.Hour

// rootChecks tell whoever may know that root's password alone would let it in, and that root was used lately.
func (h *Handlers) rootChecks(v *visit, add func(when bool, tone, title, text, link, href string)) error {
	t := v.t
	sum, err := callIfAllowed[awsiam.GetAccountSummaryOutput](h, v, &awsiam.GetAccountSummaryInput{})
	if code, _, _ := reason(err); err != nil && !denied(code) {
		return err
	}
	if err == nil {
		add(sum.SummaryMap["AccountPasswordPresent"] > sum.SummaryMap["AccountMFAEnabled"], "bad", t.T("console.home.mfa"), t.T("console.home.mfa.text"), "", "")
	}
	root := iam.Root{AccountID: v.session.AccountID}.ARN()
	for _, use := range []struct{ operation, text string }{{iam.ConsoleLogin, t.T("console.home.root.console")}, {iam.RootKeyUse, t.T("console.home.root.key")}} {
		out, err := callIfAllowed[gatehouse.ListAuditRecordsOutput](h, v, &gatehouse.ListAuditRecordsInput{
			PrincipalArn: &root, Operation: &use.operation, Outcome: aws.String(string(audit.Succeeded)), MaxResults: aws.Int32(1), StartTime: aws.Time(h.Clock().Add(-rootSeen)),
		})
		if code, _, _ := reason(err); denied(code) {
			return nil
		}
		if err != nil {
			return err
		}
		for _, r := range out.Records {
			add(true, "warn", t.T("console.home.root"), rootUse(t, use.text, r), t.T("console.home.look"), paths.Link(paths.ConsoleAudit, "looks", "yes", "principal", root))
		}
	}
	return nil
}

// Failed sign-ins to the console that Home tells of, and from how many on they are a warning: more than somebody who mistypes makes.
const (
	failedSeen = 24 * time.Hour
	failedMany = 10
)

// failedCheck tells whoever may know how many sign-ins to the console failed lately.
func (h *Handlers) failedCheck(v *visit, add func(when bool, tone, title, text, link, href string)) error {
	failed, since := string(audit.Failed), h.Clock().UTC().Add(-failedSeen)
	out, err := callIfAllowed[gatehouse.ListAuditRecordsOutput](h, v, &gatehouse.ListAuditRecordsInput{
		Operation: aws.String(iam.ConsoleLogin), Outcome: &failed, MaxResults: aws.Int32(audit.MaxLimit), StartTime: &since,
	})
	if code, _, _ := reason(err); denied(code) {
		return nil
	}
	if err != nil {
		return err
	}
	n, tone, t := len(out.Records), "info", v.t
	title := t.N("console.home.refused", n)
	many := out.NextToken != nil || slices.ContainsFunc(out.Records, func(r gatehouse.AuditRecord) bool { // not each has a record
		return aws.ToString(r.ErrorCode) == iam.ErrTooManyAttempts.Code
	})
	if many {
		title = t.T("console.home.refused.more", "Count", n)
	}
	if many || n >= failedMany {
		tone = "warn"
	}
	add(n > 0, tone, title, t.T("console.home.refused.text"), t.T("console.home.look"),
		paths.Link(paths.ConsoleAudit, "operation", iam.ConsoleLogin, "outcome", failed, "from", since.Format("2006-01-02T15:04")))
	return nil
}

// rootUse says when root was used, and from where.
func rootUse(t messages.Printer, text string, r gatehouse.AuditRecord) string {
	return text + " " + t.T("console.home.root.text", "When", aws.ToTime(r.Time).UTC().Format("2006-01-02 15:04"), "IP", aws.ToString(r.SourceIp))
}
