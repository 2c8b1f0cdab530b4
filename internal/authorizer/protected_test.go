package authorizer_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/authorizer"
	"gatehouse/internal/iam"
	"gatehouse/store"
	"gatehouse/store/storetest"
)

func TestProtectedServicesAreFoundByTheSecretOfTheirProxy(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := context.Background()
		const account, region = "111122223333", "eu-west-1"
		if err := store.NewIAM(db).CreateFirstAccount(ctx, iam.Account{ID: account}, iam.Root{AccountID: account, Email: "root@localhost"}); err != nil {
			t.Fatal(err)
		}
		g := &authorizer.Register{Store: store.NewProtectedServices(db), Clock: time.Now, Rand: rand.Reader}
		good := authorizer.Settings{Proxy: authorizer.Nginx, Hosts: []string{"Shop.example.com:8443"}, Mapping: authorizer.S3}
		p, secret, err := g.Create(ctx, account, region, "books", good)
		if err != nil {
			t.Fatal(err)
		}
		got, err := g.Find(ctx, p.ID, secret.Reveal())
		if err != nil || got.ARN() != p.ARN() || got.Hosts[0] != "shop.example.com:8443" || strings.Contains(fmt.Sprint(got), secret.Reveal()) {
			t.Errorf("%+v %v", got, err)
		}
		for name, try := range map[string][2]string{"an id of bytes that no text has": {"\x00\xff" + p.ID[2:], secret.Reveal()}, "a longer id": {p.ID + "a", secret.Reveal()}, "capitals": {strings.ToUpper(p.ID), secret.Reveal()}, "another secret": {p.ID, "x"}, "no secret": {p.ID, ""}, "another id": {"x", secret.Reveal()}, "nothing": {}} {
			if _, err := g.Find(ctx, try[0], try[1]); !errors.Is(err, authorizer.ErrNoProtected) {
				t.Error(name, err)
			}
		}
		if _, _, err := g.Create(ctx, account, region, "books", good); !errors.Is(err, authorizer.ErrProtectedExists) {
			t.Error("a taken name:", err)
		}
		for name, bad := range map[string]authorizer.Settings{
			"no host": {Proxy: authorizer.Nginx, Mapping: authorizer.S3}, "no such proxy": {Proxy: "apache", Hosts: good.Hosts, Mapping: authorizer.S3},
			"a host with a path": {Proxy: authorizer.Nginx, Hosts: []string{"a/b"}, Mapping: authorizer.S3}, "no such mapping": {Proxy: authorizer.Nginx, Hosts: good.Hosts, Mapping: "sqs"},
			"an API of two segments": {Proxy: authorizer.Nginx, Hosts: good.Hosts, APIID: "a/b"}, "a stage of all": {Proxy: authorizer.Nginx, Hosts: good.Hosts, Stage: "*"},
			"an API of S3": {Proxy: authorizer.Nginx, Hosts: good.Hosts, Mapping: authorizer.S3, APIID: "a"},
		} {
			if _, _, err := g.Create(ctx, account, region, "other", bad); !errors.Is(err, authorizer.ErrInvalid) {
				t.Error(name, err)
			}
		}
		if ok, err := g.Store.DeleteProtected(ctx, account, "eu-north-1", p.ID); ok || err != nil {
			t.Error("deleted in another region", err)
		}
		if ok, err := g.Store.DeleteProtected(ctx, account, region, p.ID); !ok || err != nil {
			t.Error(ok, err)
		}
		if _, err := g.Find(ctx, p.ID, secret.Reveal()); !errors.Is(err, authorizer.ErrNoProtected) {
			t.Error("a service that was deleted:", err)
		}
	})
}
