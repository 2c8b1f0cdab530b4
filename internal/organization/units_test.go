package organization_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"gatehouse/internal/organization"
)

func TestUnits(t *testing.T) {
	each(t, func(k *kit) {
		u := k.unit(k.o.RootID, "Prod")
		if !strings.HasPrefix(u, "ou-"+strings.TrimPrefix(k.o.RootID, "r-")+"-") {
			k.Error(u, k.o.RootID)
		}
		_, err := k.CreateUnit(ctx, k.o, k.o.RootID, "Prod", nil)
		k.wants(err, organization.ErrDuplicateUnit, "")
		_, err = k.CreateUnit(ctx, k.o, "ou-none-12345678", "Prod", nil)
		k.wants(err, organization.ErrParentNotFound, "")
		other, name := k.unit(k.o.RootID, "Other"), "Prod"
		_, err = k.RenameUnit(ctx, k.o, other, &name)
		k.wants(err, organization.ErrDuplicateUnit, "")
		parent := u
		for i := range 4 {
			parent = k.unit(parent, fmt.Sprint(i))
		}
		_, err = k.CreateUnit(ctx, k.o, parent, "deep", nil)
		k.wants(err, organization.ErrConstraint, "OU_DEPTH_LIMIT_EXCEEDED")
		tree, err := k.Tree(ctx, k.o)
		k.ok(err)
		if above := tree.Above(parent); len(above) != 6 || above[0] != k.o.RootID || above[1] != u || above[5] != parent {
			k.Error(above)
		}
		if path := tree.Path(u, "1"); path != k.o.ID+"/"+k.o.RootID+"/"+u+"/1/" {
			k.Error(path)
		}
		list, err := k.ListUnits(ctx, k.o, k.o.RootID, organization.Place{})
		if err != nil || len(list.Items) != 2 {
			k.Error(list, err)
		}
	})
}

func TestTagsOfEverything(t *testing.T) {
	each(t, func(k *kit) {
		policy, err := k.PutResourcePolicy(ctx, k.o, `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"999922223333"},"Action":"organizations:List*","Resource":"*"}]}`, nil)
		k.ok(err)
		for _, id := range []string{k.o.RootID, k.unit(k.o.RootID, "u"), k.account("dev"), k.scp("p", denyIAM), policy.ID} {
			k.ok(k.Tag(ctx, k.o, id, []organization.Tag{{Key: "b", Value: "1"}, {Key: "a", Value: "2"}}))
			k.ok(k.Tag(ctx, k.o, id, []organization.Tag{{Key: "B", Value: "3"}}))
			p, err := k.ListTags(ctx, k.o, id, organization.Place{})
			if err != nil || !slices.Equal(p.Items, []organization.Tag{{Key: "a", Value: "2"}, {Key: "B", Value: "3"}}) {
				k.Error(id, p, err)
			}
			k.ok(k.Untag(ctx, k.o, id, []string{"a", "none"}))
			if p, err := k.ListTags(ctx, k.o, id, organization.Place{}); err != nil || len(p.Items) != 1 {
				k.Error(id, p, err)
			}
			k.wants(k.Tag(ctx, k.o, id, []organization.Tag{{Key: "aws:x"}}), organization.ErrInvalid, "INVALID_SYSTEM_TAGS_PARAMETER")
			k.wants(k.Tag(ctx, k.o, id, []organization.Tag{{Key: "x"}, {Key: "X"}}), organization.ErrInvalid, "DUPLICATE_TAG_KEY")
			var many []organization.Tag
			for i := range 51 {
				many = append(many, organization.Tag{Key: fmt.Sprint(i)})
			}
			k.wants(k.Tag(ctx, k.o, id, many), organization.ErrConstraint, "MAX_TAG_LIMIT_EXCEEDED")
		}
		k.wants(k.Tag(ctx, k.o, "p-12345678", nil), organization.ErrTargetNotFound, "")
		k.wants(k.Tag(ctx, k.o, organization.FullAccess, nil), organization.ErrInvalid, "IMMUTABLE_POLICY")
	})
}
