package identity_test

import (
	"strings"
	"testing"

	"gatehouse/internal/identity"
	"gatehouse/internal/policy"
)

func TestInlinePoliciesOfAnIdentityShareAQuota(t *testing.T) {
	each(t, func(k *kit) {
		doc := func(n int) string {
			return `{"Statement":[{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::` + strings.Repeat("x", n) + `"}]}`
		}
		base := policy.Size(doc(0))
		for kind, quota := range map[identity.Kind]int{identity.User: 2048, identity.Group: 5120, identity.Role: 10240} {
			k.make(identity.New{Kind: kind, Name: "ann"})
			put := func(name string, size int) error {
				return k.PutInlinePolicy(ctx, account, kind, "ann", name, "  \n"+doc(size-base))
			}
			k.ok(put("p", quota-1000))
			k.wants(put("q", 1001), identity.ErrLimit, "Maximum policy size of")
			k.ok(put("q", 1000))
			k.ok(put("p", quota-1000)) // its own size does not count twice
			k.wants(put("p", quota-999), identity.ErrLimit, "exceeded for "+string(kind)+" ann")
		}
	})
}

func TestInlinePolicyMustBeValidForAnIdentity(t *testing.T) {
	each(t, func(k *kit) {
		k.user("ann")
		for _, doc := range []string{"", "{", `{"Version":"2024-06-17","Statement":[]}`, `{"Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}`} {
			k.wants(k.PutInlinePolicy(ctx, account, identity.User, "ann", "p", doc), policy.ErrMalformed, "")
		}
		k.wants(k.PutInlinePolicy(ctx, account, identity.User, "bob", "p", allowAll), identity.ErrNotFound, "The user with name bob cannot be found.")
		k.wants(k.DeleteInlinePolicy(ctx, account, identity.User, "ann", "p"), identity.ErrNotFound, "The user policy with name p cannot be found.")
	})
}
