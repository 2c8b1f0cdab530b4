package identity_test

import (
	"fmt"
	"strings"
	"testing"

	"gatehouse/internal/identity"
)

func TestPropertiesOfAnAccount(t *testing.T) {
	each(t, func(k *kit) {
		k.ok(k.SetProperties(ctx, account, map[string]string{"RoleManager/a": "true", "RoleManager/b": "1"}))
		k.ok(k.SetProperties(ctx, account, map[string]string{"RoleManager/a": "false"}))
		k.ok(k.SetTokenVersion(ctx, account, 2)) // is none of them
		if got, err := k.Properties(ctx, account); err != nil || fmt.Sprint(got) != "map[RoleManager/a:false RoleManager/b:1]" {
			k.Error(got, err)
		}
		if got, err := k.Properties(ctx, stranger); err != nil || len(got) != 0 {
			k.Error(got, err)
		}
		for _, bad := range []map[string]string{nil, {"a": "b"}, {"/a": "b"}, {"a/": "b"}, {"a/b/c": "d"}, {"a/b": "c", "b/b": "c"}, {"a/b": strings.Repeat("x", 257)}, {"a/" + strings.Repeat("x", 256): "b"}, {"a b/c": "d"}} {
			k.wants(k.SetProperties(ctx, account, bad), identity.ErrInvalid, "")
		}
		many := map[string]string{}
		for i := range 98 {
			many[fmt.Sprint("x/", i)] = "y"
		}
		k.ok(k.SetProperties(ctx, account, many))
		k.wants(k.SetProperties(ctx, account, map[string]string{"x/more": "y"}), identity.ErrInvalid, "100")
		if v, err := k.TokenVersion(ctx, account); err != nil || v != 2 {
			k.Error(v, err)
		}
		if v, err := k.TokenVersion(ctx, stranger); err != nil || v != 1 {
			k.Error(v, err)
		}
	})
}
