package userpool_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/seal"
	"gatehouse/internal/userpool"
	"gatehouse/store"
	"gatehouse/store/storetest"
)

func TestClientIsReadFreshAfterEveryWrite(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, s, other := context.Background(), service(t, db), service(t, db)
		other.Seal = s.Seal
		p := pool(t, s)
		c := client(t, s, p.ID, userpool.NewClient{GenerateSecret: true})
		_, first, err := other.Client(ctx, c.ID) // now cached by another node
		if err != nil || len(first.Secrets) != 1 || first.Secrets[0].Value != c.Secrets[0].Value {
			t.Fatal(first, err)
		}
		_, again, _ := other.Client(ctx, c.ID)
		if again != first {
			t.Error("an unchanged client was decoded again")
		}

		added, err := s.AddSecret(ctx, p.ID, c.ID, "")
		if err != nil {
			t.Fatal(err)
		}
		if _, now, _ := other.Client(ctx, c.ID); !other.CheckSecret(now, added.Value) || !other.CheckSecret(now, c.Secrets[0].Value) {
			t.Error("a new secret and the old one must both validate at once")
		}
		if err := s.DeleteSecret(ctx, p.ID, c.ID, c.Secrets[0].ID); err != nil {
			t.Fatal(err)
		}
		if _, now, _ := other.Client(ctx, c.ID); other.CheckSecret(now, c.Secrets[0].Value) || !other.CheckSecret(now, added.Value) {
			t.Error("a deleted secret must be refused at once")
		}

		settings := userpool.DefaultClientSettings()
		settings.AuthFlows = []string{"ALLOW_USER_PASSWORD_AUTH"}
		if _, err := s.UpdateClient(ctx, p.ID, c.ID, "renamed", settings); err != nil {
			t.Fatal(err)
		}
		if gotPool, now, _ := other.Client(ctx, c.ID); now.Name != "renamed" || now.Allows("ALLOW_USER_SRP_AUTH") || gotPool.AllowsSRP() {
			t.Error("an update must be seen at once", now, gotPool.SRPClients)
		}
		if err := s.DeleteClient(ctx, p.ID, c.ID); err != nil {
			t.Fatal(err)
		}
		_, _, err = other.Client(ctx, c.ID)
		wantErr(t, err, userpool.ErrNotFound, "User pool client "+c.ID+" does not exist.")
	})
}

func TestPoolKnowsWhetherAnyClientAllowsSRP(t *testing.T) {
	ctx, s := context.Background(), service(t, storetest.Open(t))
	p := pool(t, s)
	allows := func() bool {
		now, err := s.Pool(ctx, p.ID)
		if err != nil {
			t.Fatal(err)
		}
		return now.AllowsSRP()
	}
	if allows() {
		t.Error("a pool without clients")
	}
	plain := userpool.DefaultClientSettings()
	plain.AuthFlows = []string{"ALLOW_USER_PASSWORD_AUTH"}
	client(t, s, p.ID, userpool.NewClient{Settings: plain})
	if allows() {
		t.Error("a client without SRP")
	}
	srp := client(t, s, p.ID, userpool.NewClient{})
	if !allows() {
		t.Error("a client with SRP")
	}
	if _, err := s.UpdateClient(ctx, p.ID, srp.ID, "", plain); err != nil || allows() {
		t.Error("SRP switched off", err)
	}
	choice := plain
	choice.AuthFlows = []string{"ALLOW_USER_AUTH"}
	if _, err := s.UpdateClient(ctx, p.ID, srp.ID, "", choice); err != nil || !allows() {
		t.Error("ALLOW_USER_AUTH offers SRP", err)
	}
	if err := s.DeleteClient(ctx, p.ID, srp.ID); err != nil || allows() {
		t.Error("the SRP client is gone", err)
	}
}

// The attack: a client of one pool is used under the id of another.
func TestClientOfAnotherPoolIsNotFound(t *testing.T) {
	ctx, s := context.Background(), service(t, storetest.Open(t))
	mine, theirs := pool(t, s), pool(t, s)
	c := client(t, s, theirs.ID, userpool.NewClient{GenerateSecret: true})
	want := "User pool client " + c.ID + " does not exist."
	_, err := s.ClientOf(ctx, mine.ID, c.ID)
	wantErr(t, err, userpool.ErrNotFound, want)
	_, err = s.UpdateClient(ctx, mine.ID, c.ID, "taken", userpool.DefaultClientSettings())
	wantErr(t, err, userpool.ErrNotFound, want)
	_, err = s.AddSecret(ctx, mine.ID, c.ID, "")
	wantErr(t, err, userpool.ErrNotFound, want)
	wantErr(t, s.DeleteSecret(ctx, mine.ID, c.ID, c.Secrets[0].ID), userpool.ErrNotFound, want)
	wantErr(t, s.DeleteClient(ctx, mine.ID, c.ID), userpool.ErrNotFound, want)
	if _, err := s.ClientOf(ctx, theirs.ID, c.ID); err != nil {
		t.Error("it must still be there:", err)
	}
}

func TestClientSecretsAreTwoAtMostAndOneAtLeast(t *testing.T) {
	ctx, s := context.Background(), service(t, storetest.Open(t))
	p := pool(t, s)
	c := client(t, s, p.ID, userpool.NewClient{GenerateSecret: true})
	wantErr(t, s.DeleteSecret(ctx, p.ID, c.ID, c.Secrets[0].ID), userpool.ErrInvalid, "last secret")
	time.Sleep(2 * time.Millisecond)
	if _, err := s.AddSecret(ctx, p.ID, c.ID, "AbCdEfGhIjKlMnOpQrStUvWxYz_0"); err != nil {
		t.Fatal(err)
	}
	_, err := s.AddSecret(ctx, p.ID, c.ID, "")
	wantErr(t, err, userpool.ErrLimit, "at most 2")
	_, err = s.AddSecret(ctx, p.ID, c.ID, "too short")
	wantErr(t, err, userpool.ErrInvalid, "24 to 64")
	list, err := s.Secrets(ctx, p.ID, c.ID)
	if err != nil || len(list) != 2 || list[0].Value != "" || list[1].Value != "" {
		t.Error("a list of secrets must not show them", list, err)
	}
	wantErr(t, s.DeleteSecret(ctx, p.ID, c.ID, "nothing"), userpool.ErrNotFound, "does not exist")

	public := client(t, s, p.ID, userpool.NewClient{})
	_, err = s.AddSecret(ctx, p.ID, public.ID, "")
	wantErr(t, err, userpool.ErrInvalid, "public client")
}

// The attack: a copy of the database gives out client secrets.
func TestClientSecretsAreSealedAndBoundToTheirRow(t *testing.T) {
	ctx := context.Background()
	db := storetest.Open(t)
	s := service(t, db)
	p := pool(t, s)
	a := client(t, s, p.ID, userpool.NewClient{GenerateSecret: true})
	b := client(t, s, p.ID, userpool.NewClient{GenerateSecret: true})
	clients := store.NewUserPoolClients(db)
	state, err := clients.ClientState(ctx, a.ID)
	if err != nil || len(state.Secrets) != 1 {
		t.Fatal(state, err)
	}
	if strings.Contains(string(state.Secrets[0].Sealed), a.Secrets[0].Value) {
		t.Error("the secret lies open")
	}
	moved := state.Secrets[0]
	moved.ID += "1"
	if err := clients.InsertSecret(ctx, b.ID, moved); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.Client(ctx, b.ID); !errors.Is(err, seal.ErrOpen) {
		t.Error("a secret moved to another client's row must not open:", err)
	}
}

func TestSecretHashProvesTheClient(t *testing.T) {
	s := service(t, storetest.Open(t))
	c := &userpool.Client{ID: "client1", Secrets: []userpool.ClientSecret{{Value: "one"}, {Value: "two"}}}
	hash := func(secret, username string) string { return userpool.SecretHash(secret, username, "client1") }
	if got := hash("one", "ann"); got != "IKcgXreJnera0F+JPmIjBzBIG70K98vkY39NH7eCwKQ=" { // made by another program
		t.Error(got)
	}
	for _, secret := range []string{"one", "two"} {
		if err := s.ProveClient(c, "ann", hash(secret, "ann")); err != nil {
			t.Error(secret, err)
		}
	}
	wantErr(t, s.ProveClient(c, "ann", ""), userpool.ErrNotAuthorized, "Client client1 is configured with secret but SECRET_HASH was not received")
	for name, h := range map[string]string{
		"of another user": hash("one", "bob"), "of another secret": hash("three", "ann"), "the secret itself": "one", "empty secret": hash("", "ann"),
	} {
		if err := s.ProveClient(c, "ann", h); !errors.Is(err, userpool.ErrNotAuthorized) || !strings.Contains(err.Error(), "Unable to verify secret hash for client client1") {
			t.Error(name, err)
		}
	}
	public := &userpool.Client{ID: "client1"}
	if err := s.ProveClient(public, "ann", ""); err != nil {
		t.Error("a public client has nothing to prove", err)
	}
	// The attack: with no secret, the hash under an empty key must not pass for a proof.
	if s.ProveClient(public, "ann", hash("", "ann")) == nil || s.CheckSecret(public, "") {
		t.Error("a public client has no secret that is empty")
	}
}
