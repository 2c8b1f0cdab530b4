package gatehouse_test

import (
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

func TestListMessagesShowsTheOwnPoolsWithoutCodes(t *testing.T) {
	db, ring := storetest.Open(t), seal.TestKeyring(t)
	pools := &userpool.Service{Pools: store.NewUserPools(db), Clients: store.NewUserPoolClients(db), Domains: store.NewUserPoolDomains(db),
		Servers: store.NewResourceServers(db), Tx: db, Seal: ring, Clock: time.Now, Rand: rand.Reader, BaseHost: "localhost"}
	records := store.NewAudit(db)
	a := &api.API{Registry: api.NewRegistry(), Authorizer: apitest.RootOnly{}, Log: slog.New(slog.DiscardHandler),
		Audit: &audit.Recorder{Store: records, Clock: time.Now, NewID: func() string { return uuid.Must(uuid.NewV7()).String() }}}
	at := time.Now()
	outbox := &notify.Outbox{Store: store.NewOutbox(db), Ring: ring, Rand: rand.Reader, Mail: &notify.SMTP{},
		Clock: func() time.Time { at = at.Add(time.Millisecond); return at }}
	(&gatehouse.Service{Audit: records, Pools: pools, Outbox: outbox}).Register(a.Registry)
	p, err := pools.CreatePool(t.Context(), account, region, "people", userpool.DefaultSettings())
	if err != nil {
		t.Fatal(err)
	}
	for i := range 5 {
		if err := outbox.Enqueue(t.Context(), notify.Message{Key: fmt.Sprint(i), PoolID: p.ID, Kind: notify.SignUp, Channel: notify.Email, To: "ann@example.org", Code: "424242"}); err != nil {
			t.Fatal(err)
		}
	}
	ctx := api.WithRequest(t.Context(), api.Request{Region: region})
	call := func(who api.Principal, in gatehouse.ListMessagesInput) (*gatehouse.ListMessagesOutput, error) {
		return api.Call[gatehouse.ListMessagesOutput](ctx, a, who, &in)
	}
	three, seen, token := int32(3), 0, (*string)(nil)
	for range 2 {
		out, err := call(root(account), gatehouse.ListMessagesInput{UserPoolId: &p.ID, MaxResults: &three, NextToken: token})
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range out.Messages {
			seen++
			if *m.Destination != "a***@e***" || strings.Contains(*m.Text, "424242") || !strings.Contains(*m.Text, "******") || *m.Status != "queued" {
				t.Errorf("%s %s %s", *m.Destination, *m.Text, *m.Status)
			}
		}
		token = out.NextToken
	}
	if seen != 5 || token != nil {
		t.Errorf("%d messages in two pages, then %v", seen, token)
	}
	log, err := list(a, root(account), &gatehouse.ListAuditRecordsInput{})
	if err != nil || *log.Records[0].Operation != "gatehouse:ListMessages" && *log.Records[1].Operation != "gatehouse:ListMessages" {
		t.Error("reading messages leaves no record", err)
	}
	if _, err := call(root("999922223333"), gatehouse.ListMessagesInput{UserPoolId: &p.ID}); !errors.Is(err, userpool.ErrNotFound) {
		t.Error("another account's pool:", err)
	}
	if _, err := call(api.Principal{AccountID: account, Kind: api.IAMUser, ARN: "arn:aws:iam::" + account + ":user/bob"}, gatehouse.ListMessagesInput{UserPoolId: &p.ID}); !errors.Is(err, api.ErrAccessDenied) {
		t.Error(err)
	}
	for _, bad := range []string{"x", "12", "12.", "-1.a"} {
		if _, err := call(root(account), gatehouse.ListMessagesInput{UserPoolId: &p.ID, NextToken: &bad}); err == nil {
			t.Errorf("token %q was taken", bad)
		}
	}
}
