package gatehouse_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"gatehouse/internal/api"
	"gatehouse/internal/api/gatehouse"
	"gatehouse/internal/audit"
	"gatehouse/internal/directory"
	"gatehouse/internal/privacy"
	"gatehouse/internal/userpool"
)

func TestExportUserDataHoldsNoSecretAndIsAudited(t *testing.T) {
	k := newKit(t)
	u := k.user("wallaby", map[string]string{"email": "wallaby@quokka.example", "name": "W. Bandicoot"})
	if err := k.people.SetPassword(t.Context(), k.pool, "wallaby", "Correct-Horse-9-Battery", true); err != nil {
		t.Fatal(err)
	}
	name := "wallaby"
	out, err := api.Call[gatehouse.ExportUserDataOutput](k.ctx, k.api, root(account), &gatehouse.ExportUserDataInput{UserPoolId: &k.pool.ID, Username: &name})
	if err != nil {
		t.Fatal(err)
	}
	body, err := json.Marshal(out)
	if err != nil || !strings.Contains(string(body), "W. Bandicoot") || *out.User.Sub != u.Sub {
		t.Errorf("%s %v", body, err)
	}
	for _, secret := range []string{"argon2", "Correct-Horse", "$"} {
		if strings.Contains(string(body), secret) {
			t.Errorf("%q is exported: %s", secret, body)
		}
	}
	if ops := k.audited(); ops[0] != "gatehouse:ExportUserData" {
		t.Error("an export leaves", ops)
	}
}

func TestEraseUserLeavesTheActWithoutThePerson(t *testing.T) {
	k := newKit(t)
	u := k.user("wallaby", map[string]string{"email": "wallaby@quokka.example"})
	name := "wallaby"
	out, err := api.Call[gatehouse.EraseUserOutput](k.ctx, k.api, root(account), &gatehouse.EraseUserInput{UserPoolId: &k.pool.ID, Username: &name})
	if err != nil || *out.Erasure.State != privacy.Running {
		t.Fatal(out, err)
	}
	if err := k.service.Privacy.(*privacy.Service).CleanUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	listed, err := api.Call[gatehouse.ListErasuresOutput](k.ctx, k.api, root(account), &gatehouse.ListErasuresInput{UserPoolId: &k.pool.ID})
	if err != nil || len(listed.Erasures) != 1 || *listed.Erasures[0].State != privacy.Completed || *listed.Erasures[0].RewrittenRecords != 1 {
		t.Fatalf("%+v %v", listed, err)
	}
	page, err := k.records.ListAuditRecords(t.Context(), audit.Query{AccountID: account, Operation: "gatehouse:EraseUser"})
	if err != nil || len(page.Records) != 1 || page.Records[0].PrincipalARN != root(account).ARN {
		t.Fatalf("%+v %v", page, err)
	}
	if in := string(page.Records[0].Input); strings.Contains(in, "wallaby") || !strings.Contains(in, "erased-") || !strings.Contains(in, k.pool.ID) {
		t.Errorf("the record of the erasure says %s", in)
	}
	if _, err := k.people.Lookup(t.Context(), k.pool, u.Sub); !errors.Is(err, directory.ErrUserNotFound) {
		t.Error(err)
	}
}

func TestAttackPrivacyOfOthers(t *testing.T) {
	k := newKit(t)
	k.user("wallaby", nil)
	name, pool := "wallaby", &k.pool.ID
	bob := api.Principal{AccountID: account, Kind: api.IAMUser, ARN: "arn:aws:iam::" + account + ":user/bob"}
	for want, who := range map[error]api.Principal{userpool.ErrNotFound: root("999922223333"), api.ErrAccessDenied: bob, api.ErrMissingAuthentication: {}} {
		for what, err := range map[string]error{
			"export": fails(api.Call[gatehouse.ExportUserDataOutput](k.ctx, k.api, who, &gatehouse.ExportUserDataInput{UserPoolId: pool, Username: &name})),
			"erase":  fails(api.Call[gatehouse.EraseUserOutput](k.ctx, k.api, who, &gatehouse.EraseUserInput{UserPoolId: pool, Username: &name})),
			"list":   fails(api.Call[gatehouse.ListErasuresOutput](k.ctx, k.api, who, &gatehouse.ListErasuresInput{UserPoolId: pool})),
		} {
			if !errors.Is(err, want) {
				t.Errorf("%s as %s: %v", what, who.ARN, err)
			}
		}
	}
	other := k.newPool("other")
	if err := fails(api.Call[gatehouse.EraseUserOutput](k.ctx, k.api, root(account), &gatehouse.EraseUserInput{UserPoolId: &other.ID, Username: &name})); !errors.Is(err, directory.ErrUserNotFound) {
		t.Error("erased through another pool:", err)
	}
	if _, err := k.people.Lookup(t.Context(), k.pool, name); err != nil {
		t.Error("the person is gone:", err)
	}
}

// fails is the error of a call.
func fails[T any](_ *T, err error) error { return err }
