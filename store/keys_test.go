package store_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gatehouse/internal/seal"
	"gatehouse/store"
	"gatehouse/store/storetest"
)

func newKey(t *testing.T) seal.Key {
	t.Helper()
	k, err := seal.NewKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func node(db *store.DB, name string, keys ...seal.Key) *seal.Rotation {
	return &seal.Rotation{Store: store.NewKeys(db), Clock: time.Now, Rand: rand.Reader, Log: slog.New(slog.DiscardHandler), Keys: keys, Name: name}
}

func start(t *testing.T, r *seal.Rotation) *seal.Keyring {
	t.Helper()
	ring, err := r.Open(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Beat(context.Background()); err != nil {
		t.Fatal(err)
	}
	return ring
}

func TestNodesThatStartAtOnceShareOneRoot(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		k := newKey(t)
		var wg sync.WaitGroup
		derived := make([][]byte, 4)
		for i := range derived {
			wg.Go(func() {
				ring, err := node(db, "n", k).Open(context.Background())
				if err != nil {
					t.Error(err)
					return
				}
				derived[i] = ring.Derive("x")
			})
		}
		wg.Wait()
		for _, d := range derived {
			if len(d) != 32 || !bytes.Equal(d, derived[0]) {
				t.Error("nodes derive different keys")
			}
		}
	})
}

func TestNodeWithoutTheActiveKeyDoesNotStart(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		k, other := newKey(t), newKey(t)
		start(t, node(db, "a", k))
		if _, err := node(db, "b", other).Open(context.Background()); err == nil || !strings.Contains(err.Error(), k.ID()) {
			t.Errorf("started with a foreign key: %v", err)
		}
		if stored, err := store.NewKeys(db).ListSealingKeys(context.Background()); err != nil || len(stored) != 1 {
			t.Errorf("a refused start left its key behind: %v %v", stored, err)
		}
		// The same id with other material.
		parts := strings.Split(other.Reveal(), ".")
		forged, err := seal.ParseKeys("gk1." + k.ID() + "." + parts[2])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := node(db, "c", forged...).Open(context.Background()); err == nil || !strings.Contains(err.Error(), "not the key") {
			t.Errorf("started with a forged key: %v", err)
		}
		// A further key in front does not seal before it is rotated to.
		ring, err := node(db, "d", other, k).Open(context.Background())
		if err != nil || ring.Active() != k.ID() {
			t.Errorf("new key first: %v, seals with %v", err, ring)
		}
	})
}

func TestRotateWaitsForEveryNodeAndLeavesNothingBehind(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := context.Background()
		old, fresh := newKey(t), newKey(t)
		keys := store.NewKeys(db)
		a := node(db, "a", old)
		ring := start(t, a)
		derived := ring.Derive("x")
		const secrets = 450 // more than two batches
		for i := range secrets {
			name := fmt.Sprintf("secret-%03d", i)
			sealed, err := ring.Seal(seal.InstallationSecret, []byte(name), []byte(name))
			if err != nil {
				t.Fatal(err)
			}
			if err := keys.CreateInstallationSecret(ctx, name, sealed); err != nil {
				t.Fatal(err)
			}
		}
		quiet := func(seal.Step) {}
		command := node(db, "operator", fresh, old)
		if err := command.Rotate(ctx, quiet); err == nil || !strings.Contains(err.Error(), "a (") {
			t.Fatalf("rotated although node a lacks the key: %v", err)
		}
		if status := keyStatus(t, command)[old.ID()]; !status.Active || status.Values != secrets+1 {
			t.Fatalf("a refused rotation changed something: %+v", status)
		}

		// Node a restarts with both keys, and follows the active key as it runs.
		if err := keys.DeleteNode(ctx, nodeID(t, keys)); err != nil {
			t.Fatal(err)
		}
		a = node(db, "a", fresh, old)
		ring = start(t, a)
		stop := make(chan struct{})
		var wg sync.WaitGroup
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				case <-time.After(20 * time.Millisecond):
					if err := a.Beat(ctx); err != nil {
						t.Error(err)
					}
				}
			}
		})
		err := node(db, "operator", fresh, old).Rotate(ctx, quiet)
		close(stop)
		wg.Wait()
		if err != nil {
			t.Fatal(err)
		}
		if ring.Active() != fresh.ID() {
			t.Error("the running node still seals with the old key")
		}
		status := keyStatus(t, command)
		if got := status[fresh.ID()]; !got.Active || got.Values != secrets+1 {
			t.Errorf("after rotation: %+v", got)
		}
		// A node with the new key alone opens everything and derives what it always did.
		alone, err := node(db, "b", fresh).Open(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(alone.Derive("x"), derived) {
			t.Error("a derived key changed")
		}
		sealed, _, err := keys.InstallationSecret(ctx, "secret-449")
		if err != nil {
			t.Fatal(err)
		}
		if plain, err := alone.Open(seal.InstallationSecret, []byte("secret-449"), sealed); err != nil || string(plain) != "secret-449" {
			t.Errorf("secret after rotation: %q %v", plain, err)
		}
	})
}

func TestKeyThatValuesStillNeedCannotBeLeftOut(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := context.Background()
		old, fresh := newKey(t), newKey(t)
		ring := start(t, node(db, "a", old))
		command := node(db, "operator", fresh, old)
		if _, err := command.Open(ctx); err != nil {
			t.Fatal(err)
		}
		if err := store.NewKeys(db).ActivateSealingKey(ctx, fresh.ID(), time.Now()); err != nil {
			t.Fatal(err)
		}
		if _, err := node(db, "b", fresh).Open(ctx); err == nil || !strings.Contains(err.Error(), old.ID()) {
			t.Errorf("started without a key that values need: %v", err)
		}
		// A value that no key opens is told and left alone.
		sealed, _ := ring.Seal("other purpose", nil, []byte("x"))
		if err := store.NewKeys(db).CreateInstallationSecret(ctx, "broken", sealed); err != nil {
			t.Fatal(err)
		}
		if err := store.NewKeys(db).DeleteNode(ctx, nodeID(t, store.NewKeys(db))); err != nil {
			t.Fatal(err)
		}
		if err := command.Rotate(ctx, func(seal.Step) {}); err == nil || !strings.Contains(err.Error(), "1 values do not open") {
			t.Errorf("broken value: %v", err)
		}
		if err := store.NewKeys(db).ActivateSealingKey(ctx, "none", time.Now()); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("activated an unknown key: %v", err)
		}
		if st := keyStatus(t, command)[fresh.ID()]; !st.Active {
			t.Error("a refused activation took effect")
		}
	})
}

// plainBytes are the BYTEA columns that hold nothing sealed by the keyring: hashes, MACs, salts, public keys.
var plainBytes = []string{
	"challenge.hash", "srp_claim.id", "lockout.key_hash", "grants.secret_hash", "sessions.id", "console_role.session_id", "protected_service.secret_hash", "console_session.id", "console_network.key_hash", "sign_in_attempts.id",
	"sign_in_attempts.browser", "sign_in_attempts.authn_session", // locked under the handle that the browser alone holds
	"refresh_tokens.hash", "signing_keys.public_key", "signing_key_reserve.public_key", "outbox_message.recipient_mac",
	"users.srp_salt", "users.find_username", "users.find_email", "users.find_phone_number", "users.find_name", "users.find_given_name",
	"users.find_family_name", "users.find_preferred_username", "users.find_status", "user_codes.mac", "user_codes.previous", "user_words.word", "theme_pictures.bytes", "iam_user_credential.secret_hash", "saml_assertion.id", "iam_passkey.credential_id",
	"iam_outbound_key.public_key",
}

func TestEverySealedColumnIsRotated(t *testing.T) {
	db := storetest.Open(t)
	known := append(store.SealedColumns(), plainBytes...)
	rows, err := db.Rows(context.Background(), `
		SELECT m.name || '.' || c.name
		FROM sqlite_master m, pragma_table_info(m.name) c
		WHERE m.type = 'table' AND lower(c.type) = 'bytea'`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var column string
		if err := rows.Scan(&column); err != nil {
			t.Fatal(err)
		}
		if !slices.Contains(known, column) {
			t.Errorf("%s: is it sealed? Then it belongs into sealedColumns (store/keys_reseal.go), or rotating keys leaves it behind; else into plainBytes here", column)
		}
	}
	// Every column of the list is one that the statements work on.
	if _, err := store.NewKeys(db).CountSealed(context.Background()); err != nil {
		t.Error(err)
	}
	reseal := func(string, []byte, []byte) ([]byte, bool, error) { return nil, false, nil }
	if _, _, err := store.NewKeys(db).Reseal(context.Background(), "00000000", reseal); err != nil {
		t.Error(err)
	}
}

func nodeID(t *testing.T, keys *store.Keys) string {
	t.Helper()
	nodes, err := keys.ListNodes(context.Background(), time.Now().Add(-time.Minute))
	if err != nil || len(nodes) != 1 {
		t.Fatalf("nodes %v, %v", nodes, err)
	}
	return nodes[0].ID
}

func keyStatus(t *testing.T, r *seal.Rotation) map[string]seal.KeyStatus {
	t.Helper()
	all, err := r.Status(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	by := map[string]seal.KeyStatus{}
	for _, s := range all {
		by[s.ID] = s
	}
	return by
}
