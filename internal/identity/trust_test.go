package identity_test

import (
	"strings"
	"testing"

	"gatehouse/internal/identity"
	"gatehouse/internal/policy"
)

const annARN = "arn:aws:iam::111122223333:user/team/ann"

func TestTrustPolicyFollowsWhomItNames(t *testing.T) {
	each(t, func(k *kit) {
		ann := k.make(identity.New{Kind: identity.User, Name: "ann", Path: "/team/"})
		k.make(identity.New{Kind: identity.Role, Name: "r", TrustPolicy: trust(annARN)})
		shown := func() string {
			r, err := k.ByName(ctx, account, identity.Role, "r")
			k.ok(err)
			s, err := k.ShownTrust(ctx, r)
			k.ok(err)
			if r.TrustPolicy != trust(ann.ID) {
				k.Error("kept as", r.TrustPolicy)
			}
			return s
		}
		if got := shown(); got != trust(annARN) {
			k.Error(got)
		}
		k.ok(k.Move(ctx, account, identity.User, "ann", "anna", "/"))
		if got := shown(); got != trust("arn:aws:iam::111122223333:user/anna") {
			k.Error(got)
		}
		k.ok(k.Delete(ctx, account, identity.User, "anna"))
		if got := shown(); got != trust(ann.ID) {
			k.Error("of one who was deleted the id stays:", got)
		}
	})
}

// Attack: get what a deleted user was trusted with by taking the name.
func TestAttackNameOfADeletedUserInATrustPolicy(t *testing.T) {
	each(t, func(k *kit) {
		k.make(identity.New{Kind: identity.User, Name: "ann", Path: "/team/"})
		k.make(identity.New{Kind: identity.Role, Name: "r", TrustPolicy: trust(annARN)})
		k.ok(k.Delete(ctx, account, identity.User, "ann"))
		eve := k.make(identity.New{Kind: identity.User, Name: "ann", Path: "/team/"})
		r, err := k.ByName(ctx, account, identity.Role, "r")
		k.ok(err)
		d, problems := policy.Parse(r.TrustPolicy)
		k.ok(problems.Err())
		set, err := policy.Compile(policy.Trust, policy.Policy{Name: "trust", Document: d})
		k.ok(err)
		q := &policy.Request{Principal: policy.Principal{Kind: policy.User, Account: account, ARN: eve.ARN(), ID: eve.ID}, Action: "sts:AssumeRole", Resource: r.ARN()}
		if set.Decide(q).Allowed {
			k.Error("the new user of the old name is trusted")
		}
	})
}

func TestTrustPolicyNamesOnlyWhoIsThere(t *testing.T) {
	each(t, func(k *kit) {
		k.make(identity.New{Kind: identity.User, Name: "ann", Path: "/team/"})
		k.make(identity.New{Kind: identity.Role, Name: "r"})
		for _, nobody := range []string{"arn:aws:iam::111122223333:user/ann", "arn:aws:iam::111122223333:user/team/Ann", "arn:aws:iam::111122223333:role/none", "arn:aws:iam::111122223333:role/ann"} {
			words := `Invalid principal in policy: "AWS":"` + nobody + `"`
			k.wants(k.SetTrust(ctx, account, "r", trust(nobody)), policy.ErrMalformed, words)
			_, err := k.Create(ctx, account, identity.New{Kind: identity.Role, Name: "s", TrustPolicy: trust(nobody)})
			k.wants(err, policy.ErrMalformed, words)
		}
		for _, somebody := range []string{annARN, "arn:aws:iam::111122223333:role/r", account, stranger, "arn:aws:iam::999922223333:user/who", "*"} {
			k.ok(k.SetTrust(ctx, account, "r", trust(somebody)))
		}
		federated := func(provider string) string { return strings.Replace(trust(provider), `"AWS"`, `"Federated"`, 1) }
		okta := "arn:aws:iam::111122223333:saml-provider/Okta"
		k.wants(k.SetTrust(ctx, account, "r", federated(okta)), policy.ErrMalformed, `Invalid principal in policy: "Federated":"`+okta+`"`)
		k.ok(k.store.InsertSAMLProvider(ctx, identity.SAMLProvider{AccountID: account, Name: "Okta", CreatedAt: k.now}, ""))
		for _, somebody := range []string{okta, "arn:aws:iam::999922223333:saml-provider/Okta", "accounts.google.com"} {
			k.ok(k.SetTrust(ctx, account, "r", federated(somebody)))
		}
		k.wants(k.SetTrust(ctx, account, "r", allowAll), policy.ErrMalformed, "")
		long := strings.Replace(trust(account), `"Effect"`, `"Sid":"`+strings.Repeat("x", 2048)+`","Effect"`, 1)
		k.wants(k.SetTrust(ctx, account, "r", long), policy.ErrQuota, "Cannot exceed quota for ACLSizePerRole: 2048")
	})
}

// Attack: the same by a name of another account that is here.
func TestAttackNameOfADeletedUserOfAnotherAccount(t *testing.T) {
	each(t, func(k *kit) {
		k.otherAccount("222233334444")
		bob, err := k.Create(ctx, "222233334444", identity.New{Kind: identity.User, Name: "bob"})
		k.ok(err)
		k.make(identity.New{Kind: identity.Role, Name: "r", TrustPolicy: trust(bob.ARN())})
		r, err := k.ByName(ctx, account, identity.Role, "r")
		k.ok(err)
		shown, err := k.ShownTrust(ctx, r)
		k.ok(err)
		if r.TrustPolicy != trust(bob.ID) || shown != trust(bob.ARN()) {
			k.Error("kept as", r.TrustPolicy, "shown as", shown)
		}
		nobody := "arn:aws:iam::222233334444:user/alice"
		k.wants(k.SetTrust(ctx, account, "r", trust(nobody)), policy.ErrMalformed, `Invalid principal in policy: "AWS":"`+nobody+`"`)
	})
}
