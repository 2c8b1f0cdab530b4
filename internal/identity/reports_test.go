package identity_test

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/authn/passkey"
	"gatehouse/internal/iam"
	"gatehouse/internal/identity"
)

func TestCredentialReportTellsWhatUsersHave(t *testing.T) {
	each(t, func(k *kit) {
		_, err := k.CredentialReport(ctx, account)
		k.wants(err, identity.ErrReportNotPresent, "")
		u := k.make(identity.New{Kind: identity.User, Name: "ann,x", Path: "/a/"})
		k.user("bob")
		key, _, err := k.CreateAccessKey(ctx, account, u.ID)
		k.ok(err)
		at := k.now.Format("2006-01-02T15:04:05+00:00")
		k.now = k.now.Add(time.Minute)
		later := k.now.Format("2006-01-02T15:04:05+00:00")
		_, _, err = k.CreateAccessKey(ctx, account, u.ID)
		k.ok(err)
		k.ok(k.UseAccessKey(ctx, account, key.ID, "iam", "eu-west-1", time.Time{}))
		k.ok(k.SetAccessKeyStatus(ctx, account, u.ID, key.ID, iam.Inactive))
		_, body, _ := k.certificate(authority{}, "ann", k.now)
		_, err = k.UploadSigningCertificate(ctx, account, u.ID, body)
		k.ok(err)
		bob, err := k.ByName(ctx, account, identity.User, "bob")
		k.ok(err)
		for _, owner := range []string{account, bob.ID} {
			k.ok(k.store.InsertPasskey(ctx, iam.Passkey{AccountID: account, OwnerID: owner, Serial: "arn:aws:iam::" + account + ":u2f/" + owner, Credential: passkey.Credential{ID: []byte(owner)}, EnabledAt: k.now}))
		}
		k.ok(k.store.NotePasswordUse(ctx, account, account, k.now))
		made, err := k.GenerateCredentialReport(ctx, account)
		if err != nil || !made {
			k.Fatal(made, err)
		}
		r, err := k.CredentialReport(ctx, account)
		k.ok(err)
		rows, err := csv.NewReader(strings.NewReader(r.Content)).ReadAll()
		k.ok(err)
		if len(rows) != 4 || len(rows[0]) != 22 || rows[0][0] != "user" || rows[0][21] != "cert_2_last_rotated" {
			k.Fatal(rows)
		}
		if root := fmt.Sprint(rows[1][0], rows[1][3:]); root != "<root_account>[not_supported "+later+" not_supported not_supported true false N/A N/A N/A N/A false N/A N/A N/A N/A false N/A false N/A]" {
			k.Error(root)
		}
		for i, want := range []string{
			"[ann,x arn:aws:iam::111122223333:user/a/ann,x " + at + " false N/A N/A N/A false false " + at + " " + later + " eu-west-1 iam true " + later + " N/A N/A N/A true " + later + " false N/A]",
			"[bob arn:aws:iam::111122223333:user/bob " + at + " false N/A N/A N/A true false N/A N/A N/A N/A false N/A N/A N/A N/A false N/A false N/A]",
		} {
			if got := fmt.Sprint(rows[i+2]); got != want {
				k.Errorf("got  %s\nwant %s", got, want)
			}
		}
		if c, err := k.Count(ctx, account); err != nil || c.MFADevices != 2 || c.MFADevicesInUse != 2 || !c.RootMFA {
			k.Errorf("%+v %v", c, err)
		}
		k.user("cleo")
		if made, err = k.GenerateCredentialReport(ctx, account); err != nil || made {
			k.Error("made again within four hours", err)
		}
		_, err = k.CredentialReport(ctx, stranger)
		k.wants(err, identity.ErrReportNotPresent, "")
		k.now = k.now.Add(4 * time.Hour)
		_, err = k.CredentialReport(ctx, account)
		k.wants(err, identity.ErrReportExpired, "")
		if made, err = k.GenerateCredentialReport(ctx, account); err != nil || !made {
			k.Error(made, err)
		}
		if r, err = k.CredentialReport(ctx, account); err != nil || !strings.Contains(r.Content, "\ncleo,") {
			k.Error(r, err)
		}
	})
}

func TestLastUsesAreNotedOnceAMinute(t *testing.T) {
	each(t, func(k *kit) {
		r := &identity.UseRecorder{Store: k.store, Clock: func() time.Time { return k.now }}
		k.ok(r.Flush(ctx))
		r.Note(account, "AIDAX", "iam", "us-east-1")
		k.ok(r.Flush(ctx))
		first := k.now
		k.now = k.now.Add(30 * time.Second)
		r.Note(account, "AIDAX", "iam", "eu-west-1") // known well enough
		r.Note(account, "AIDAX", "sts", "eu-west-1")
		k.ok(r.Flush(ctx))
		if u, err := k.ServiceUses.ServiceUses(ctx, account, []string{"AIDAX"}, time.Time{}); err != nil || len(u) != 2 || !u[0].At.Equal(first) || u[0].Region != "us-east-1" || u[1].Service != "sts" {
			k.Errorf("%+v %v", u, err)
		}
		if u, err := k.LastUse(ctx, account, "AIDAX"); err != nil || u.Service != "sts" {
			k.Errorf("%+v %v", u, err)
		}
		k.ok(k.ServiceUses.SaveServiceUses(ctx, []identity.ServiceUse{{AccountID: account, PrincipalID: "AIDAX", Service: "iam", At: first.Add(-time.Hour)}})) // of a node that was late
		if u, err := k.ServiceUses.ServiceUses(ctx, account, []string{"AIDAX"}, first.Add(-time.Second)); err != nil || len(u) != 2 {
			k.Errorf("%+v %v", u, err)
		}
		k.now = k.now.Add(401 * 24 * time.Hour)
		k.ok(r.Forget(ctx))
		if u, err := k.ServiceUses.ServiceUses(ctx, account, []string{"AIDAX"}, time.Time{}); err != nil || len(u) != 0 {
			k.Errorf("%+v %v", u, err)
		}
	})
}

type brokenUses struct {
	identity.ServiceUseStore
	broken bool
}

func (b *brokenUses) SaveServiceUses(ctx context.Context, uses []identity.ServiceUse) error {
	if b.broken {
		return errors.New("the database is away")
	}
	return b.ServiceUseStore.SaveServiceUses(ctx, uses)
}

func TestUsesThatCannotBeWrittenWait(t *testing.T) {
	each(t, func(k *kit) {
		b := &brokenUses{k.store, true}
		r := &identity.UseRecorder{Store: b, Clock: func() time.Time { return k.now }}
		r.Note(account, "AIDAX", "iam", "us-east-1")
		if r.Flush(ctx) == nil {
			k.Error("no error")
		}
		r.Note(account, "AIDAX", "sts", "us-east-1")
		b.broken = false
		k.ok(r.Flush(ctx))
		if u, err := k.ServiceUses.ServiceUses(ctx, account, []string{"AIDAX"}, time.Time{}); err != nil || len(u) != 2 {
			k.Errorf("%+v %v", u, err)
		}
	})
}

// Attack: principals without number fill no memory.
func TestAttackUsesWithoutNumber(t *testing.T) {
	r := &identity.UseRecorder{Clock: time.Now}
	for i := range 100_000 {
		r.Note(account, fmt.Sprint(i), "iam", "us-east-1")
	}
	var kept keeper
	r.Store = &kept
	if err := r.Flush(ctx); err != nil || kept.n == 0 || kept.n > 20_000 {
		t.Error(kept.n, err)
	}
}

type keeper struct {
	identity.ServiceUseStore
	n int
}

func (k *keeper) SaveServiceUses(_ context.Context, uses []identity.ServiceUse) error {
	k.n = len(uses)
	return nil
}

func TestLastAccessedOfUsersGroupsRolesAndPolicies(t *testing.T) {
	each(t, func(k *kit) {
		ann, bob := k.user("ann"), k.user("bob")
		k.make(identity.New{Kind: identity.Group, Name: "g"})
		role := k.make(identity.New{Kind: identity.Role, Name: "r"})
		for _, u := range []string{"ann", "bob"} {
			k.ok(k.AddToGroup(ctx, account, "g", u))
		}
		m, err := k.CreatePolicy(ctx, account, identity.NewPolicy{Name: "m", Document: doc("iam:*")})
		k.ok(err)
		k.ok(k.Attach(ctx, account, identity.Group, "g", m.ARN()))
		k.ok(k.Attach(ctx, account, identity.User, "ann", m.ARN()))
		k.ok(k.Attach(ctx, account, identity.Role, "r", m.ARN()))
		k.ok(k.PutInlinePolicy(ctx, account, identity.User, "ann", "own", doc("sts:*")))
		k.ok(k.PutInlinePolicy(ctx, account, identity.Role, "r", "own", doc("s3:*")))
		k.ok(k.ServiceUses.SaveServiceUses(ctx, []identity.ServiceUse{
			{AccountID: account, PrincipalID: role.ID, Service: "s3", Region: "us-east-1", At: k.now.Add(-time.Hour)}, // of others, and known for it was used
			{AccountID: account, PrincipalID: ann.ID, Service: "s3", Region: "us-east-1", At: k.now},
			{AccountID: account, PrincipalID: ann.ID, Service: "iam", Region: "us-east-1", At: k.now.Add(-time.Hour)},
			{AccountID: account, PrincipalID: bob.ID, Service: "iam", Region: "eu-west-1", At: k.now.Add(-time.Minute)},
			{AccountID: account, PrincipalID: role.ID, Service: "organizations", Region: "us-east-1", At: k.now}, // what it may not
		}))
		shown := func(of, service string) string {
			k.Helper()
			id, err := k.RequestAccessReport(ctx, account, of, "SERVICE_LEVEL")
			k.ok(err)
			r, err := k.AccessReport(ctx, account, id)
			k.ok(err)
			p, err := k.ServicesAccessed(ctx, r, identity.Place{})
			k.ok(err)
			out := ""
			for _, a := range p.Items {
				out += fmt.Sprint(a.Service, "=", a.Entity.Name, "/", a.Entities, " ")
			}
			e, err := k.EntitiesAccessed(ctx, r, service, identity.Place{})
			k.ok(err)
			for _, a := range e.Items {
				out += fmt.Sprint(a.Name, a.At.IsZero(), " ")
			}
			return out
		}
		for of, want := range map[string]string{
			ann.ARN():  "iam=ann/1 sts=/0 annfalse ",
			bob.ARN():  "iam=bob/1 bobfalse ",
			role.ARN(): "iam=/0 s3=r/1 rtrue ",
			identity.ARN(account, identity.Group, "/", "g"): "iam=bob/2 bobfalse annfalse ",
			m.ARN(): "iam=bob/2 bobfalse annfalse rtrue ",
		} {
			if got := shown(of, "iam"); got != want {
				k.Errorf("%s: %q, want %q", of, got, want)
			}
		}
		granting, err := k.PoliciesGranting(ctx, account, ann.ARN(), []string{"iam", "sts", "s3"})
		if err != nil || len(granting[0]) != 1 || granting[0][0].ARN != m.ARN() || len(granting[1]) != 1 || granting[1][0].Owner.Name != "ann" || len(granting[2]) != 0 {
			k.Errorf("%+v %v", granting, err)
		}
		id, err := k.RequestAccessReport(ctx, account, ann.ARN(), "SERVICE_LEVEL")
		k.ok(err)
		_, err = k.AccessReport(ctx, stranger, id)
		k.wants(err, identity.ErrNotFound, id)
		for of, reason := range map[string]string{
			"arn:aws:iam::999922223333:user/ann": "is not valid", "arn:aws:iam::111122223333:user/x/ann": "cannot be found", "arn:aws:iam::111122223333:user/nobody": "cannot be found",
			"arn:aws:iam::111122223333:policy/nothing": "was not found", "nothing": "is not valid", "arn:aws:iam::111122223333:user/": "cannot be found",
		} {
			if _, err := k.RequestAccessReport(ctx, account, of, "SERVICE_LEVEL"); err == nil || !strings.Contains(err.Error(), reason) {
				k.Error(of, err)
			}
		}
		k.now = k.now.Add(8 * 24 * time.Hour)
		_, err = k.AccessReport(ctx, account, id)
		k.wants(err, identity.ErrNotFound, id)
	})
}

func doc(action string) string {
	return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"` + action + `","Resource":"*"}]}`
}
