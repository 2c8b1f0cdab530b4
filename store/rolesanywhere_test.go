package store_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"gatehouse/internal/iam"
	"gatehouse/internal/identity"
	"gatehouse/internal/rolesanywhere"
	"gatehouse/store"
	"gatehouse/store/storetest"
)

func TestRolesAnywhereKeepsEntitiesApart(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, s := t.Context(), store.NewRolesAnywhere(db)
		if err := store.NewIAM(db).CreateFirstAccount(ctx, iam.Account{ID: "111122223333"}, iam.Root{AccountID: "111122223333", Email: "a@localhost"}); err != nil {
			t.Fatal(err)
		}
		at := time.UnixMilli(1_800_000_000_123).UTC()
		one := rolesanywhere.Kept{Entity: rolesanywhere.Entity{
			AccountID: "111122223333", Region: "eu-west-1", Kind: rolesanywhere.TrustAnchors, ID: "b", Name: "ci", Enabled: true, Tags: []identity.Tag{{Key: "k", Value: "v"}}, CreatedAt: at, UpdatedAt: at,
		}, Settings: []byte(`{"Bundle":"x"}`)}
		two := one
		two.ID = "a"
		for _, k := range []rolesanywhere.Kept{one, two} {
			if err := s.InsertEntity(ctx, k); err != nil {
				t.Fatal(err)
			}
		}
		got, err := s.EntityByID(ctx, one.AccountID, one.Region, one.Kind, one.ID)
		if err != nil || got.Name != "ci" || !got.Enabled || !got.CreatedAt.Equal(at) || string(got.Settings) != string(one.Settings) || !slices.Equal(got.Tags, one.Tags) {
			t.Errorf("%+v %v", got, err)
		}
		one.Name, one.Enabled = "builds", false
		if err := s.SaveEntity(ctx, one); err != nil {
			t.Error(err)
		}
		list, err := s.ListEntities(ctx, one.AccountID, one.Region, one.Kind, "a", 10)
		if err != nil || len(list) != 1 || list[0].Name != "builds" || list[0].Enabled {
			t.Errorf("%+v %v", list, err)
		}
		for _, other := range [][3]string{{"999999999999", "eu-west-1", "trust-anchor"}, {one.AccountID, "us-east-1", "trust-anchor"}, {one.AccountID, "eu-west-1", "profile"}} {
			if _, err := s.EntityByID(ctx, other[0], other[1], rolesanywhere.Kind(other[2]), "b"); !errors.Is(err, rolesanywhere.ErrNotFound) {
				t.Errorf("%v: %v", other, err)
			}
			if err := s.DeleteEntity(ctx, other[0], other[1], rolesanywhere.Kind(other[2]), "b"); !errors.Is(err, rolesanywhere.ErrNotFound) {
				t.Errorf("%v: %v", other, err)
			}
		}
		if err := s.DeleteEntity(ctx, one.AccountID, one.Region, one.Kind, "b"); err != nil {
			t.Error(err)
		}
		if err := s.SaveEntity(ctx, one); !errors.Is(err, rolesanywhere.ErrNotFound) {
			t.Error("saved what is gone:", err)
		}
	})
}
