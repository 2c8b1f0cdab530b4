package console

import (
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"gatehouse/internal/api/gatehouse"
	pages "gatehouse/templates/console"
	"gatehouse/templates/layout"
	"gatehouse/templates/ui"
	"gatehouse/web"
	"gatehouse/web/paths"
)

// messagesAPage is how many messages a page lists.
const messagesAPage = 25

func (v *visit) outboxLink(f pages.OutboxFilter, after string) string {
	return paths.Link(paths.ConsoleOutbox, v.pool.ID, "status", f.Status, "kind", f.Kind, "medium", f.Medium, "from", f.From, "until", f.Until, "after", after)
}

func (v *visit) outboxCrumbs(more ...layout.Crumb) []layout.Crumb {
	return v.poolCrumbs(append([]layout.Crumb{{Label: v.t.T("console.nav.messages"), Href: paths.Link(paths.ConsoleMessages, v.pool.ID)}}, more...)...)
}

func (h *Handlers) showOutbox(v *visit, pool *types.UserPoolType) error {
	f := pages.OutboxFilter{Status: v.search("status"), Kind: v.search("kind"), Medium: v.search("medium"), From: v.search("from"), Until: v.search("until")}
	p := pages.OutboxPage{
		ConsoleFrame: h.frame(v, "messages", v.t.T("console.outbox.title"), v.outboxCrumbs()...), Filter: f,
		All: v.outboxLink(pages.OutboxFilter{}, ""), Texts: paths.Link(paths.ConsoleMessages, v.pool.ID),
	}
	in := &gatehouse.ListMessagesInput{UserPoolId: pool.Id, Status: some(f.Status), Kind: some(f.Kind), DeliveryMedium: some(f.Medium),
		MaxResults: aws.Int32(messagesAPage), NextToken: some(v.QueryParam("after"))}
	in.StartTime, p.Problems = v.moment(p.Problems, "from", f.From)
	in.EndTime, p.Problems = v.moment(p.Problems, "until", f.Until)
	if p.Problems == nil {
		out, err := call[gatehouse.ListMessagesOutput](h, v, in)
		switch p.Problems, _ = v.refused(err, ""); {
		case p.Problems != nil:
		case err != nil:
			return err
		default:
			for _, m := range out.Messages {
				p.Rows = append(p.Rows, v.outboxRow(m))
			}
			if out.NextToken != nil {
				p.Next = v.outboxLink(f, *out.NextToken)
			}
		}
	}
	if v.QueryParam("after") != "" {
		p.First = v.outboxLink(f, "")
	}
	return web.Render(v, http.StatusOK, p.Show())
}

// moment reads a moment of the filter; what is none is one problem more.
func (v *visit) moment(problems ui.Problems, field, text string) (*time.Time, ui.Problems) {
	at, ok := parseTime(text)
	if !ok {
		problems = append(problems, ui.Problem{Field: field, Text: v.t.T("console.audit.time.wrong")})
	}
	return at, problems
}

func (v *visit) outboxRow(m gatehouse.Message) pages.OutboxRow {
	return pages.OutboxRow{
		Href: paths.Link(paths.ConsoleOutboxMessage, v.pool.ID, aws.ToString(m.Id)), To: aws.ToString(m.Destination), Kind: aws.ToString(m.Kind),
		Medium: aws.ToString(m.DeliveryMedium), Status: aws.ToString(m.Status), Reason: aws.ToString(m.Reason), Attempts: int(aws.ToInt32(m.Attempts)), Created: aws.ToTime(m.CreationDate),
	}
}

func (h *Handlers) showOutboxMessage(v *visit, pool *types.UserPoolType) error {
	return h.outboxMessagePage(v, pool, nil)
}

func (h *Handlers) outboxMessagePage(v *visit, pool *types.UserPoolType, problems ui.Problems) error {
	out, err := call[gatehouse.GetMessageOutput](h, v, &gatehouse.GetMessageInput{UserPoolId: pool.Id, MessageId: aws.String(v.Param("message"))})
	if err != nil {
		return err
	}
	m := out.Message
	row := v.outboxRow(*m)
	return web.Render(v, http.StatusOK, pages.OutboxMessagePage{
		ConsoleFrame: h.frame(v, "messages", row.To, v.outboxCrumbs(layout.Crumb{Label: v.t.T("console.outbox.title"), Href: v.outboxLink(pages.OutboxFilter{}, "")})...),
		Form:         v.form(paths.Link(paths.ConsoleOutboxRetry, v.pool.ID, aws.ToString(m.Id)), problems), Row: row, ID: aws.ToString(m.Id),
		Subject: aws.ToString(m.Subject), Text: aws.ToString(m.Text), Expires: aws.ToTime(m.ExpirationDate), Completed: aws.ToTime(m.CompletionDate),
		Retryable: aws.ToBool(m.Retryable), Whole: aws.ToBool(m.Whole),
	}.Show())
}

func (h *Handlers) retryMessage(v *visit, pool *types.UserPoolType) error {
	id := v.Param("message")
	_, err := call[gatehouse.RetryMessageOutput](h, v, &gatehouse.RetryMessageInput{UserPoolId: pool.Id, MessageId: &id})
	if code, _, _ := reason(err); code != "ResourceNotFoundException" {
		if problems, ok := v.refused(err, ""); ok {
			return h.outboxMessagePage(v, pool, problems)
		}
	}
	if err != nil {
		return err
	}
	return v.done(paths.Link(paths.ConsoleOutboxMessage, v.pool.ID, id), "message_queued")
}
