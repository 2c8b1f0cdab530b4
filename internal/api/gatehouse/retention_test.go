package gatehouse_test

import (
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"gatehouse/internal/api"
	"gatehouse/internal/api/gatehouse"
	"gatehouse/internal/retention"
	"gatehouse/internal/userpool"
)

func TestPutUserPoolRetentionLeavesWhatIsNotGiven(t *testing.T) {
	k := newKit(t)
	put := func(in gatehouse.PutUserPoolRetentionInput) error {
		in.UserPoolId = &k.pool.ID
		_, err := api.Call[gatehouse.PutUserPoolRetentionOutput](k.ctx, k.api, root(account), &in)
		return err
	}
	if err := errors.Join(put(gatehouse.PutUserPoolRetentionInput{AuthEventDays: aws.Int32(90)}), put(gatehouse.PutUserPoolRetentionInput{MessageDays: aws.Int32(2)})); err != nil {
		t.Fatal(err)
	}
	out, err := api.Call[gatehouse.GetUserPoolRetentionOutput](k.ctx, k.api, root(account), &gatehouse.GetUserPoolRetentionInput{UserPoolId: &k.pool.ID})
	if r := out.Retention; err != nil || *r.AuthEventDays != 90 || *r.MessageDays != 2 || r.LastModifiedDate == nil {
		t.Errorf("%+v %v", out, err)
	}
	if err := put(gatehouse.PutUserPoolRetentionInput{MessageDays: aws.Int32(366)}); !errors.Is(err, retention.ErrOutOfBounds) {
		t.Error(err)
	}
	if ops := k.audited(); len(ops) != 3 || ops[0] != "gatehouse:PutUserPoolRetention" {
		t.Error("changes leave", ops)
	}
}

func TestPutAuditRetentionKeepsTheLogForMonths(t *testing.T) {
	k := newKit(t)
	for _, days := range []int32{0, 89} {
		if _, err := api.Call[gatehouse.PutAuditRetentionOutput](k.ctx, k.api, root(account), &gatehouse.PutAuditRetentionInput{Days: &days}); !errors.Is(err, retention.ErrOutOfBounds) {
			t.Error(days, err)
		}
	}
	if _, err := api.Call[gatehouse.PutAuditRetentionOutput](k.ctx, k.api, root(account), &gatehouse.PutAuditRetentionInput{Days: aws.Int32(365)}); err != nil {
		t.Fatal(err)
	}
	for who, want := range map[string]int32{account: 365, "999922223333": 3650} {
		out, err := api.Call[gatehouse.GetAuditRetentionOutput](k.ctx, k.api, root(who), &gatehouse.GetAuditRetentionInput{})
		if err != nil || *out.Retention.Days != want {
			t.Errorf("%s: %+v %v", who, out, err)
		}
	}
}

func TestAttackRetentionOfOthers(t *testing.T) {
	k := newKit(t)
	bob := api.Principal{AccountID: account, Kind: api.IAMUser, ARN: "arn:aws:iam::" + account + ":user/bob"}
	for want, who := range map[error]api.Principal{userpool.ErrNotFound: root("999922223333"), api.ErrAccessDenied: bob} {
		if _, err := api.Call[gatehouse.PutUserPoolRetentionOutput](k.ctx, k.api, who, &gatehouse.PutUserPoolRetentionInput{UserPoolId: &k.pool.ID, AuthEventDays: aws.Int32(1)}); !errors.Is(err, want) {
			t.Errorf("%s: %v", who.ARN, err)
		}
	}
	if _, err := api.Call[gatehouse.PutAuditRetentionOutput](k.ctx, k.api, bob, &gatehouse.PutAuditRetentionInput{Days: aws.Int32(90)}); !errors.Is(err, api.ErrAccessDenied) {
		t.Error("somebody without a policy shortens the audit log:", err)
	}
}
