package identity_test

import (
	"fmt"
	"strings"
	"testing"

	"gatehouse/internal/identity"
)

const thumbprint = "9e99a48a9960b14926bb7f3b02e22da2b0ab7280"

func TestOIDCProvidersAreFoundByARNAndIssuer(t *testing.T) {
	each(t, func(k *kit) {
		const issuer = "https://server.example.org:8443/Tenant/"
		p, err := k.CreateOIDCProvider(ctx, account, identity.OIDCProvider{Issuer: issuer, ClientIDs: []string{"b", "a", "b"}, Thumbprints: []string{thumbprint}, Tags: []identity.Tag{{"a", "b"}}})
		k.ok(err)
		if p.ARN() != "arn:aws:iam::111122223333:oidc-provider/server.example.org:8443/Tenant/" {
			k.Error(p.ARN())
		}
		_, err = k.CreateOIDCProvider(ctx, account, identity.OIDCProvider{Issuer: issuer})
		k.wants(err, identity.ErrExists, "Provider with url "+issuer+" already exists.")
		k.ok(k.AddClientID(ctx, account, p.ARN(), "c"))
		k.ok(k.AddClientID(ctx, account, p.ARN(), "c"))
		k.ok(k.RemoveClientID(ctx, account, p.ARN(), "a"))
		k.ok(k.RemoveClientID(ctx, account, p.ARN(), "nothing"))
		k.ok(k.SetThumbprints(ctx, account, p.ARN(), []string{thumbprint, strings.ToUpper(thumbprint)}))
		k.ok(k.TagOIDCProvider(ctx, account, p.ARN(), []identity.Tag{{"c", "d"}}))
		k.ok(k.UntagOIDCProvider(ctx, account, p.ARN(), []string{"A"}))
		for _, by := range []string{p.ARN(), issuer} {
			got, err := k.OIDCProvider(ctx, account, by)
			if err != nil || fmt.Sprint(got.ClientIDs, len(got.Thumbprints), got.Tags) != "[b c] 2 [{c d}]" || !got.CreatedAt.Equal(k.now) {
				k.Errorf("%s: %+v %v", by, got, err)
			}
			_, err = k.OIDCProvider(ctx, stranger, by)
			k.wants(err, identity.ErrNotFound, "not found")
		}
		k.ok(k.DeleteOIDCProvider(ctx, stranger, p.ARN()))
		if all, err := k.ListOIDCProviders(ctx, account); err != nil || len(all) != 1 {
			k.Error(all, err)
		}
		k.ok(k.DeleteOIDCProvider(ctx, account, p.ARN()))
		k.ok(k.DeleteOIDCProvider(ctx, account, p.ARN()))
		k.wants(k.AddClientID(ctx, account, p.ARN(), "c"), identity.ErrNotFound, "OpenIDConnect Provider not found for arn "+p.ARN())
	})
}

// Attack: a token's issuer that differs from the provider's in anything is another one's.
func TestAttackIssuerThatLooksLikeAnother(t *testing.T) {
	each(t, func(k *kit) {
		_, err := k.CreateOIDCProvider(ctx, account, identity.OIDCProvider{Issuer: "https://localhost/a"})
		k.ok(err)
		for _, issuer := range []string{"http://localhost/a", "https://localhost/a/", "https://localhost/A", "https://LOCALHOST/a", "https://localhost", "x://y://localhost/a", "://localhost/a", ""} {
			if p, err := k.OIDCProvider(ctx, account, issuer); err == nil {
				k.Error(issuer, p)
			}
		}
	})
}

func TestOIDCProvidersAreRefused(t *testing.T) {
	each(t, func(k *kit) {
		for _, url := range []string{"server.example.org", "http://server.example.org", "https://", "https:///x", "https://u:p@server.example.org", "https://a.example/?q=1", "https://a.example?", "https://a.example/#f", "ftp://a.example", "https://a.example/%zz"} {
			_, err := k.CreateOIDCProvider(ctx, account, identity.OIDCProvider{Issuer: url})
			k.wants(err, identity.ErrValidation, "Invalid Open ID Connect Provider URL")
		}
		for _, prints := range [][]string{{strings.Repeat("g", 40)}, {"9e99"}, {thumbprint, thumbprint, thumbprint, thumbprint, thumbprint, thumbprint}} {
			_, err := k.CreateOIDCProvider(ctx, account, identity.OIDCProvider{Issuer: "https://a.example", Thumbprints: prints})
			k.wants(err, identity.ErrInvalid, "humbprint")
		}
		clients := make([]string, 100)
		for i := range clients {
			clients[i] = fmt.Sprint("client", i)
		}
		_, err := k.CreateOIDCProvider(ctx, account, identity.OIDCProvider{Issuer: "https://a.example", ClientIDs: append(clients, "more")})
		k.wants(err, identity.ErrLimit, "Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: 100")
		p, err := k.CreateOIDCProvider(ctx, account, identity.OIDCProvider{Issuer: "http://localhost:8080/pool", ClientIDs: clients})
		k.ok(err)
		k.wants(k.AddClientID(ctx, account, p.ARN(), "more"), identity.ErrLimit, "100")
		for i := range 99 {
			_, err := k.CreateOIDCProvider(ctx, account, identity.OIDCProvider{Issuer: fmt.Sprint("https://a.example/", i)})
			k.ok(err)
		}
		_, err = k.CreateOIDCProvider(ctx, account, identity.OIDCProvider{Issuer: "https://b.example"})
		k.wants(err, identity.ErrLimit, "OpenIdConnectProvidersPerAccount: 100")
	})
}
