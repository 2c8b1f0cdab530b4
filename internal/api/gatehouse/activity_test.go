package gatehouse_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"

	"gatehouse/internal/api"
	"gatehouse/internal/api/gatehouse"
	"gatehouse/internal/directory"
	"gatehouse/internal/userpool"
)

func TestListAuthEventsTellsWhoDidWhat(t *testing.T) {
	k := newKit(t)
	ann := k.user("ann", map[string]string{"email": "ann@example.org"})
	for i, sub := range []string{ann.Sub, ann.Sub, "gone"} {
		e := directory.Event{PoolID: k.pool.ID, Sub: sub, ID: uuid.Must(uuid.NewV7()).String(), At: time.Now(), Kind: "SignIn", Passed: i > 0, IP: "203.0.113.7"}
		if i == 0 {
			e.Reason = "NotAuthorizedException"
		}
		if err := k.events.InsertEvent(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	find := func(in gatehouse.ListAuthEventsInput) []gatehouse.AuthEvent {
		t.Helper()
		in.UserPoolId = &k.pool.ID
		out, err := api.Call[gatehouse.ListAuthEventsOutput](k.ctx, k.api, root(account), &in)
		if err != nil {
			t.Fatal(err)
		}
		return out.Events
	}
	all := find(gatehouse.ListAuthEventsInput{})
	if len(all) != 3 || all[0].Username != nil || *all[0].Sub != "gone" || *all[1].Username != "ann" || *all[1].Email != "ann@example.org" {
		t.Fatalf("%+v", all)
	}
	failed, name, gone := "Failed", "ann", "gone"
	if got := find(gatehouse.ListAuthEventsInput{Result: &failed}); len(got) != 1 || *got[0].Reason != "NotAuthorizedException" {
		t.Errorf("failed: %+v", got)
	}
	if got := find(gatehouse.ListAuthEventsInput{Username: &name}); len(got) != 2 {
		t.Errorf("of ann: %+v", got)
	}
	if got := find(gatehouse.ListAuthEventsInput{Username: &gone}); len(got) != 1 {
		t.Errorf("of somebody gone: %+v", got)
	}
	out, err := api.Call[gatehouse.GetAuthEventOutput](k.ctx, k.api, root(account), &gatehouse.GetAuthEventInput{UserPoolId: &k.pool.ID, EventId: all[1].EventId})
	if err != nil || *out.Event.Username != "ann" {
		t.Errorf("%+v %v", out, err)
	}
	if ops := k.audited(); ops[0] != "gatehouse:GetAuthEvent" || ops[1] != "gatehouse:ListAuthEvents" {
		t.Errorf("looks at people leave %v", ops[:2])
	}
}

func TestAttackActivityOfOthers(t *testing.T) {
	k := newKit(t)
	e := directory.Event{PoolID: k.pool.ID, Sub: "s", ID: uuid.Must(uuid.NewV7()).String(), At: time.Now(), Kind: "SignIn"}
	if err := k.events.InsertEvent(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	bob := api.Principal{AccountID: account, Kind: api.IAMUser, ARN: "arn:aws:iam::" + account + ":user/bob"}
	for want, who := range map[error]api.Principal{userpool.ErrNotFound: root("999922223333"), api.ErrAccessDenied: bob, api.ErrMissingAuthentication: {}} {
		if _, err := api.Call[gatehouse.ListAuthEventsOutput](k.ctx, k.api, who, &gatehouse.ListAuthEventsInput{UserPoolId: &k.pool.ID}); !errors.Is(err, want) {
			t.Errorf("list as %s: %v", who.ARN, err)
		}
		if _, err := api.Call[gatehouse.GetAuthEventOutput](k.ctx, k.api, who, &gatehouse.GetAuthEventInput{UserPoolId: &k.pool.ID, EventId: &e.ID}); !errors.Is(err, want) {
			t.Errorf("get as %s: %v", who.ARN, err)
		}
	}
	other := k.newPool("other")
	if _, err := api.Call[gatehouse.GetAuthEventOutput](k.ctx, k.api, root(account), &gatehouse.GetAuthEventInput{UserPoolId: &other.ID, EventId: &e.ID}); !errors.Is(err, directory.ErrNoEvent) {
		t.Error("an event by another pool:", err)
	}
	for _, n := range []int32{0, 1001} {
		if _, err := api.Call[gatehouse.ListAuthEventsOutput](k.ctx, k.api, root(account), &gatehouse.ListAuthEventsInput{UserPoolId: &k.pool.ID, MaxResults: &n}); err == nil {
			t.Error(n, "results")
		}
	}
}
