package organization_test

import (
	"testing"

	"gatehouse/internal/organization"
)

const tagPolicy organization.PolicyType = "TAG_POLICY"

func (k *kit) tagPolicy(target, name, content string) {
	k.Helper()
	p, err := k.CreatePolicy(ctx, k.o, organization.Policy{Type: tagPolicy, Name: name, Content: content})
	k.ok(err)
	k.ok(k.Attach(ctx, k.o, p.ID, target))
}

func TestEffectivePolicyMergesFromTheRootDown(t *testing.T) {
	each(t, func(k *kit) {
		unit, dev := k.unit(k.o.RootID, "u"), k.account("dev")
		k.ok(k.Move(ctx, k.o, dev, k.o.RootID, unit))
		k.ok(k.EnablePolicyType(ctx, k.o, k.o.RootID, tagPolicy))
		_, err := k.EffectivePolicy(ctx, k.o, dev, tagPolicy)
		k.wants(err, organization.ErrNoEffectivePolicy, "")
		k.tagPolicy(k.o.RootID, "root", `{"tags":{"team":{"tag_key":{"@@assign":"Team","@@operators_allowed_for_child_policies":["@@none"]},"tag_value":{"@@assign":["a","b"]}}}}`)
		k.tagPolicy(unit, "unit", `{"tags":{"team":{"tag_key":{"@@assign":"TEAM"},"tag_value":{"@@append":["c","a"],"@@remove":["b"]}}}}`)
		k.tagPolicy(dev, "dev", `{"tags":{"cost":{"tag_key":{"@@assign":"Cost"}}}}`)
		e, err := k.EffectivePolicy(ctx, k.o, dev, tagPolicy)
		want := `{"tags":{"cost":{"tag_key":"Cost"},"team":{"tag_key":"Team","tag_value":["a","c"]}}}`
		if err != nil || e.Content != want || len(e.Problems) != 0 {
			k.Error(e, err)
		}
		if e, err := k.EffectivePolicy(ctx, k.o, management, tagPolicy); err != nil || e.Content != `{"tags":{"team":{"tag_key":"Team","tag_value":["a","b"]}}}` {
			k.Error(e, err)
		}
		if p, err := k.ListInvalid(ctx, k.o, tagPolicy, organization.Place{}); err != nil || len(p.Items) != 0 {
			k.Error(p, err)
		}
		k.tagPolicy(dev, "bad", `{"tags":{"team":{"tag_value":{"x":{"@@assign":"y"}}}}}`)
		if p, err := k.ListInvalid(ctx, k.o, tagPolicy, organization.Place{}); err != nil || len(p.Items) != 1 || p.Items[0].ID != dev {
			k.Error(p, err)
		}
		p, path, err := k.ListProblems(ctx, k.o, dev, tagPolicy, organization.Place{})
		if err != nil || len(p.Items) != 1 || p.Items[0].Path != "/tags/team/tag_value" || path != k.o.ID+"/"+k.o.RootID+"/"+unit+"/"+dev+"/" {
			k.Error(p, path, err)
		}
	})
}
