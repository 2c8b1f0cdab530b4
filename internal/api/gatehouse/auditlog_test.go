package gatehouse_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"gatehouse/internal/api"
	"gatehouse/internal/api/apitest"
	"gatehouse/internal/api/gatehouse"
	"gatehouse/internal/audit"
	"gatehouse/store"
	"gatehouse/store/storetest"
)

func setUp(t *testing.T) (*api.API, *store.Audit) {
	s := store.NewAudit(storetest.Open(t))
	a := &api.API{Registry: api.NewRegistry(), Authorizer: apitest.RootOnly{}, Log: slog.New(slog.DiscardHandler),
		Audit: &audit.Recorder{Store: s, Clock: time.Now, NewID: func() string { return uuid.Must(uuid.NewV7()).String() }}}
	(&gatehouse.Service{Audit: s}).Register(a.Registry)
	if err := a.Validate(); err != nil {
		t.Fatal(err)
	}
	return a, s
}

func root(account string) api.Principal {
	return api.Principal{AccountID: account, Kind: api.Root, ARN: "arn:aws:iam::" + account + ":root", UserID: account}
}

func list(a *api.API, p api.Principal, in *gatehouse.ListAuditRecordsInput) (*gatehouse.ListAuditRecordsOutput, error) {
	return api.Call[gatehouse.ListAuditRecordsOutput](context.Background(), a, p, in)
}

func TestAuditLogShowsOnlyTheCallersAccount(t *testing.T) {
	a, s := setUp(t)
	ctx := context.Background()
	for _, account := range []string{"111122223333", "999900001111"} {
		r := audit.Record{ID: "0-" + account, AccountID: account, Operation: "iam:CreateUser", Time: time.Now(), Input: []byte(`{"userName":"bob"}`), ErrorCode: "AccessDenied"}
		if err := s.PutAuditRecord(ctx, r); err != nil {
			t.Fatal(err)
		}
	}
	op := "iam:CreateUser"
	out, err := list(a, root("111122223333"), &gatehouse.ListAuditRecordsInput{Operation: &op})
	if err != nil || len(out.Records) != 1 || *out.Records[0].Id != "0-111122223333" || *out.Records[0].Input != `{"userName":"bob"}` || *out.Records[0].ErrorCode != "AccessDenied" || out.NextToken != nil {
		t.Fatalf("%+v %v", out, err)
	}
}

func TestAuditLogTakesAnOperationWithoutItsService(t *testing.T) {
	a, s := setUp(t)
	for i, operation := range []string{"signin:ConsoleLogin", "gatehouse:GetAuditRecord", "gatehouse:ListAuditRecords"} {
		if err := s.PutAuditRecord(context.Background(), audit.Record{ID: "0-" + string(rune('a'+i)), AccountID: "111122223333", Operation: operation, Time: time.Now()}); err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range map[string]string{"ConsoleLogin": "signin:ConsoleLogin", "GetAuditRecord": "gatehouse:GetAuditRecord", "signin:ConsoleLogin": "signin:ConsoleLogin", "Nonsense": ""} {
		out, err := list(a, root("111122223333"), &gatehouse.ListAuditRecordsInput{Operation: &name})
		if err != nil || want == "" && len(out.Records) != 0 || want != "" && (len(out.Records) != 1 || *out.Records[0].Operation != want) {
			t.Errorf("%s: %+v %v", name, out, err)
		}
	}
}

func TestReadingTheAuditLogIsAudited(t *testing.T) {
	a, _ := setUp(t)
	if _, err := list(a, root("111122223333"), &gatehouse.ListAuditRecordsInput{}); err != nil {
		t.Fatal(err)
	}
	out, err := list(a, root("111122223333"), &gatehouse.ListAuditRecordsInput{})
	if err != nil || len(out.Records) != 1 || *out.Records[0].Operation != "gatehouse:ListAuditRecords" {
		t.Fatalf("%+v %v", out, err)
	}
}

func TestAuditLogIsClosedToOthersThanRoot(t *testing.T) {
	a, _ := setUp(t)
	user := api.Principal{AccountID: "111122223333", Kind: api.IAMUser, ARN: "arn:aws:iam::111122223333:user/bob"}
	if _, err := list(a, user, &gatehouse.ListAuditRecordsInput{}); !errors.Is(err, api.ErrAccessDenied) {
		t.Fatal(err)
	}
	if _, err := list(a, api.Principal{}, &gatehouse.ListAuditRecordsInput{}); !errors.Is(err, api.ErrMissingAuthentication) {
		t.Fatal(err)
	}
}

func TestAuditLogRefusesPageSizesOutOfRange(t *testing.T) {
	a, _ := setUp(t)
	for _, n := range []int32{0, -1, 1001} {
		if _, err := list(a, root("111122223333"), &gatehouse.ListAuditRecordsInput{MaxResults: &n}); err == nil {
			t.Error(n, "is accepted")
		}
	}
}

func TestAttackAuditRecordOfAnotherAccount(t *testing.T) {
	a, s := setUp(t)
	for _, account := range []string{"111122223333", "999900001111"} {
		if err := s.PutAuditRecord(t.Context(), audit.Record{ID: "0-" + account, AccountID: account, Operation: "iam:CreateUser", Time: time.Now(), Input: []byte(`{}`)}); err != nil {
			t.Fatal(err)
		}
	}
	get := func(id string) (*gatehouse.GetAuditRecordOutput, error) {
		return api.Call[gatehouse.GetAuditRecordOutput](t.Context(), a, root("111122223333"), &gatehouse.GetAuditRecordInput{Id: &id})
	}
	if out, err := get("0-111122223333"); err != nil || *out.Record.Operation != "iam:CreateUser" {
		t.Fatal(out, err)
	}
	for _, id := range []string{"0-999900001111", "", "nothing", "%"} {
		if out, err := get(id); err == nil || !strings.Contains(err.Error(), "no such audit record") {
			t.Errorf("%q: %+v %v", id, out, err)
		}
	}
}

func TestAuditLogRefusesFiltersThatMeanNothing(t *testing.T) {
	a, _ := setUp(t)
	outcome, long := "Maybe", strings.Repeat("x", 257)
	for _, in := range []gatehouse.ListAuditRecordsInput{{Outcome: &outcome}, {Text: &long}} {
		if _, err := list(a, root("111122223333"), &in); err == nil {
			t.Errorf("%+v is accepted", in)
		}
	}
}
