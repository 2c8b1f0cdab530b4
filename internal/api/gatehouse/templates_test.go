package gatehouse_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"gatehouse/internal/api"
	"gatehouse/internal/api/apitest"
	"gatehouse/internal/api/gatehouse"
	"gatehouse/internal/audit"
	"gatehouse/internal/notify"
	"gatehouse/internal/seal"
	"gatehouse/internal/userpool"
	"gatehouse/store"
	"gatehouse/store/storetest"
)

// desk is a pool with texts of its own, and the operations on its messages.
type desk struct {
	*api.API
	ctx    context.Context
	pool   *userpool.Pool
	outbox *notify.Outbox
	worker *notify.Worker
	mail   *post
}

// post keeps what it carries, or refuses it.
type post struct {
	err   error
	mails []notify.Envelope
}

func (p *post) Send(_ context.Context, e notify.Envelope) error {
	if p.err == nil {
		p.mails = append(p.mails, e)
	}
	return p.err
}

func newDesk(t *testing.T, texts userpool.Messages) *desk {
	t.Helper()
	db, ring := storetest.Open(t), seal.TestKeyring(t)
	pools := &userpool.Service{Pools: store.NewUserPools(db), Clients: store.NewUserPoolClients(db), Domains: store.NewUserPoolDomains(db),
		Servers: store.NewResourceServers(db), Tx: db, Seal: ring, Clock: time.Now, Rand: rand.Reader, BaseHost: "localhost"}
	records, d := store.NewAudit(db), &desk{mail: &post{}}
	d.API = &api.API{Registry: api.NewRegistry(), Authorizer: apitest.RootOnly{}, Log: slog.New(slog.DiscardHandler),
		Audit: &audit.Recorder{Store: records, Clock: time.Now, NewID: func() string { return uuid.Must(uuid.NewV7()).String() }}}
	d.outbox = &notify.Outbox{Store: store.NewOutbox(db), Ring: ring, Rand: rand.Reader, Mail: d.mail, From: "no-reply@example.com", Clock: time.Now}
	d.worker = &notify.Worker{Outbox: d.outbox, Log: slog.New(slog.DiscardHandler)}
	link := func(_ context.Context, p *userpool.Pool, c *userpool.Client, username, code string) (string, error) {
		return "https://" + p.ID + "/" + c.ID + "/" + username + "/" + code, nil
	}
	(&gatehouse.Service{Audit: records, Pools: pools, Outbox: d.outbox, ConfirmURL: link, Tx: db, Clock: time.Now}).Register(d.Registry)
	settings := userpool.DefaultSettings()
	settings.Messages = texts
	var err error
	if d.pool, err = pools.CreatePool(t.Context(), account, region, "people", settings); err != nil {
		t.Fatal(err)
	}
	d.ctx = api.WithRequest(t.Context(), api.Request{Region: region})
	return d
}

func ask[Out, In any](d *desk, in *In) (*Out, error) {
	return api.Call[Out](d.ctx, d.API, root(account), in)
}

func ptr(s string) *string { return &s }

func TestPreviewMessageShowsTheTextsOfThePool(t *testing.T) {
	d := newDesk(t, userpool.Messages{EmailSubject: "Code", EmailBody: "<p>{username}: {####}</p>", EmailOption: userpool.ConfirmWithLink,
		EmailBodyByLink: "<p>{##Go##}</p>", InviteSMS: "{username} {####}", From: "Shop <shop@example.com>"})
	for _, c := range []struct{ kind, medium, option, subject, text string }{
		{"SignUp", "EMAIL", "", "Your verification link", "Go: https://" + d.pool.ID + "/sample/jane.doe/123456"},
		{"SignUp", "EMAIL", "CONFIRM_WITH_CODE", "Code", "jane.doe: 123456"},
		{"ForgotPassword", "EMAIL", "CONFIRM_WITH_LINK", "Code", "jane.doe: 123456"}, // no link recovers a password
		{"AdminCreateUser", "EMAIL", "", "Your temporary password", "Your username for " + d.pool.Name + " is jane.doe and your temporary password is:\n\nSample-Password-1\n\nYou choose one of your own when you sign in. "},
		{"AdminCreateUser", "SMS", "", "", "jane.doe Sample-Password-1"},
		{"SignUp", "SMS", "", "", "Your verification code is 123456. "},
	} {
		in := &gatehouse.PreviewMessageInput{UserPoolId: &d.pool.ID, Kind: &c.kind, DeliveryMedium: &c.medium}
		if c.option != "" {
			in.EmailOption = &c.option
		}
		out, err := ask[gatehouse.PreviewMessageOutput](d, in)
		if err != nil {
			t.Errorf("%+v: %v", c, err)
			continue
		}
		if got := fmt.Sprint(deref(out.Subject), "|", *out.Text); got != c.subject+"|"+c.text {
			t.Errorf("%+v: %s", c, got)
		}
		if mail := c.medium == "EMAIL"; mail != (out.Html != nil) || mail && *out.From != "Shop <shop@example.com>" {
			t.Errorf("%+v: %+v", c, out)
		}
	}
	out, err := ask[gatehouse.PreviewMessageOutput](d, &gatehouse.PreviewMessageInput{UserPoolId: &d.pool.ID, Kind: ptr("ForgotPassword"), DeliveryMedium: ptr("EMAIL"), Subject: ptr(""), Body: ptr("New {####}")})
	if err != nil || *out.Subject != "Your code to choose a new password" || *out.Text != "New 123456" {
		t.Errorf("a draft: %+v %v", out, err)
	}
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// The attack: previews and tests of other pools, of what is no message, to what is no address.
func TestAttackTemplatesRefuseOtherPoolsAndOtherInput(t *testing.T) {
	d := newDesk(t, userpool.Messages{})
	pool := d.pool.ID
	for name, in := range map[string]gatehouse.PreviewMessageInput{
		"no pool":          {Kind: ptr("SignUp"), DeliveryMedium: ptr("EMAIL")},
		"no kind":          {UserPoolId: &pool, DeliveryMedium: ptr("EMAIL")},
		"the kind of test": {UserPoolId: &pool, Kind: ptr("TestMessage"), DeliveryMedium: ptr("EMAIL")},
		"no medium":        {UserPoolId: &pool, Kind: ptr("SignUp")},
		"another medium":   {UserPoolId: &pool, Kind: ptr("SignUp"), DeliveryMedium: ptr("email")},
		"another option":   {UserPoolId: &pool, Kind: ptr("SignUp"), DeliveryMedium: ptr("EMAIL"), EmailOption: ptr("LINK")},
		"a long locale":    {UserPoolId: &pool, Kind: ptr("SignUp"), DeliveryMedium: ptr("EMAIL"), Locale: ptr(strings.Repeat("x", 65))},
		"two subjects":     {UserPoolId: &pool, Kind: ptr("SignUp"), DeliveryMedium: ptr("EMAIL"), Subject: ptr("x\r\nBcc: all@example.com")},
		"no code":          {UserPoolId: &pool, Kind: ptr("SignUp"), DeliveryMedium: ptr("EMAIL"), Body: ptr("no code here")},
		"an SMS's subject": {UserPoolId: &pool, Kind: ptr("SignUp"), DeliveryMedium: ptr("SMS"), Subject: ptr("x")},
	} {
		if out, err := ask[gatehouse.PreviewMessageOutput](d, &in); err == nil {
			t.Errorf("%s: %+v", name, out)
		}
	}
	for _, c := range [][2]string{
		{"EMAIL", ""}, {"EMAIL", "ann"}, {"EMAIL", "ann@example.org, bea@example.org"}, {"EMAIL", "Ann <ann@example.org>"}, {"EMAIL", "ann@example.org\r\nBcc: all@example.org"},
		{"EMAIL", "+15550100"}, {"SMS", "ann@example.org"}, {"SMS", "5550100"}, {"SMS", "+1555\n0100"}, {"EMAIL", strings.Repeat("a", 250) + "@example.org"},
	} {
		if _, err := ask[gatehouse.SendTestMessageOutput](d, &gatehouse.SendTestMessageInput{UserPoolId: &pool, Kind: ptr("SignUp"), DeliveryMedium: &c[0], Destination: &c[1]}); err == nil {
			t.Errorf("a test by %s to %q was sent", c[0], c[1])
		}
	}
	test := &gatehouse.SendTestMessageInput{UserPoolId: &pool, Kind: ptr("SignUp"), DeliveryMedium: ptr("EMAIL"), Destination: ptr("ann@example.org")}
	stranger := root("999922223333")
	for name, call := range map[string]func() error{
		"PreviewMessage": func() error {
			_, err := api.Call[gatehouse.PreviewMessageOutput](d.ctx, d.API, stranger, &gatehouse.PreviewMessageInput{UserPoolId: &pool, Kind: ptr("SignUp"), DeliveryMedium: ptr("EMAIL")})
			return err
		},
		"SendTestMessage": func() error {
			_, err := api.Call[gatehouse.SendTestMessageOutput](d.ctx, d.API, stranger, test)
			return err
		},
		"GetMessage": func() error {
			_, err := api.Call[gatehouse.GetMessageOutput](d.ctx, d.API, stranger, &gatehouse.GetMessageInput{UserPoolId: &pool, MessageId: ptr("x")})
			return err
		},
		"RetryMessage": func() error {
			_, err := api.Call[gatehouse.RetryMessageOutput](d.ctx, d.API, stranger, &gatehouse.RetryMessageInput{UserPoolId: &pool, MessageId: ptr("x")})
			return err
		},
	} {
		if err := call(); !errors.Is(err, userpool.ErrNotFound) {
			t.Errorf("%s by another account: %v", name, err)
		}
	}
	bob := api.Principal{AccountID: account, Kind: api.IAMUser, ARN: "arn:aws:iam::" + account + ":user/bob"}
	if _, err := api.Call[gatehouse.SendTestMessageOutput](d.ctx, d.API, bob, test); !errors.Is(err, api.ErrAccessDenied) {
		t.Error(err)
	}
	if d.worker.SendDue(t.Context()); len(d.mail.mails) != 0 {
		t.Errorf("sent %+v", d.mail.mails)
	}
}

func TestTestMessageGoesThroughTheOutboxAndIsRetried(t *testing.T) {
	d := newDesk(t, userpool.Messages{EmailBody: "Hi {username}, {####}", EmailSubject: "Code", ReplyTo: "help@example.com"})
	d.mail.err = fmt.Errorf("%w: mailbox full", notify.ErrRefused)
	if _, err := ask[gatehouse.SendTestMessageOutput](d, &gatehouse.SendTestMessageInput{UserPoolId: &d.pool.ID, Kind: ptr("ForgotPassword"), DeliveryMedium: ptr("EMAIL"), Destination: ptr("ann@example.org")}); err != nil {
		t.Fatal(err)
	}
	log, err := list(d.API, root(account), &gatehouse.ListAuditRecordsInput{Operation: ptr("gatehouse:SendTestMessage")})
	if err != nil || len(log.Records) != 1 {
		t.Error("a test leaves no record", err)
	}
	if _, err := d.worker.SendDue(t.Context()); err != nil {
		t.Fatal(err)
	}
	failed, kind := "failed", "TestMessage"
	out, err := ask[gatehouse.ListMessagesOutput](d, &gatehouse.ListMessagesInput{UserPoolId: &d.pool.ID, Status: &failed, Kind: &kind})
	if err != nil || len(out.Messages) != 1 || !*out.Messages[0].Retryable || !strings.Contains(*out.Messages[0].Reason, "mailbox full") || out.NextToken != nil {
		t.Fatalf("%+v %v", out, err)
	}
	id := out.Messages[0].Id
	one, err := ask[gatehouse.GetMessageOutput](d, &gatehouse.GetMessageInput{UserPoolId: &d.pool.ID, MessageId: id})
	if err != nil || *one.Message.Text != "Hi jane.doe, ******" || *one.Message.Destination != "a***@e***" {
		t.Fatalf("%+v %v", one, err)
	}
	d.mail.err = nil
	again, err := ask[gatehouse.RetryMessageOutput](d, &gatehouse.RetryMessageInput{UserPoolId: &d.pool.ID, MessageId: id})
	if err != nil || *again.Message.Status != "queued" {
		t.Fatalf("%+v %v", again, err)
	}
	if d.worker.SendDue(t.Context()); len(d.mail.mails) != 1 || d.mail.mails[0].Text != "Hi jane.doe, 123456" || d.mail.mails[0].To != "ann@example.org" || d.mail.mails[0].ReplyTo != "help@example.com" {
		t.Errorf("%+v", d.mail.mails)
	}
	if _, err := ask[gatehouse.RetryMessageOutput](d, &gatehouse.RetryMessageInput{UserPoolId: &d.pool.ID, MessageId: id}); !errors.Is(err, notify.ErrNotRetryable) {
		t.Error(err)
	}
	if _, err := ask[gatehouse.GetMessageOutput](d, &gatehouse.GetMessageInput{UserPoolId: &d.pool.ID, MessageId: ptr("nobody's")}); !errors.Is(err, notify.ErrNoMessage) {
		t.Error(err)
	}
	for _, bad := range []gatehouse.ListMessagesInput{{Status: ptr("decoy")}, {Kind: ptr("x")}, {DeliveryMedium: ptr("PIGEON")}} {
		bad.UserPoolId = &d.pool.ID
		if _, err := ask[gatehouse.ListMessagesOutput](d, &bad); err == nil {
			t.Errorf("%+v was taken", bad)
		}
	}
}

// The attack: a flood of tests from a stolen session, many at once.
func TestAttackTestMessagesAreLimited(t *testing.T) {
	d := newDesk(t, userpool.Messages{})
	d.outbox.Limits.TestsPerPool = 5
	errs := make(chan error, 20)
	for i := range 20 {
		go func() {
			_, err := ask[gatehouse.SendTestMessageOutput](d, &gatehouse.SendTestMessageInput{UserPoolId: &d.pool.ID, Kind: ptr("SignUp"), DeliveryMedium: ptr("EMAIL"), Destination: ptr(fmt.Sprintf("a%d@example.org", i))})
			errs <- err
		}()
	}
	sent := 0
	for range 20 {
		if err := <-errs; err == nil {
			sent++
		} else if !errors.Is(err, notify.ErrTooMany) {
			t.Error(err)
		}
	}
	if sent != 5 {
		t.Errorf("%d tests were taken, want 5", sent)
	}
}
