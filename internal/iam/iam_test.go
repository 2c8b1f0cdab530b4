package iam_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gatehouse/internal/audit"
	"gatehouse/internal/iam"
	"gatehouse/internal/seal"
	"gatehouse/internal/sigv4"
	"gatehouse/store"
	"gatehouse/store/storetest"
)

// cheap is a cost for tests.
var cheap = seal.Cost{MemoryKiB: 64, Passes: 1, Lanes: 1}

type clock struct{ now time.Time }

func service(t *testing.T, db *store.DB) (*iam.Service, *clock) {
	c := &clock{time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)}
	return &iam.Service{
		Store: store.NewIAM(db), Console: store.NewConsole(db), Tokens: store.NewConsole(db), Attempts: store.NewLockouts(db), Networks: store.NewConsole(db), Profiles: store.NewIAM(db), Policies: store.NewIAM(db), MFA: store.NewIAM(db), Users: store.NewIAM(db), Passkeys: store.NewIAM(db), Audit: recorder(db, c), Tx: db, Keys: seal.TestKeyring(t), Hasher: seal.NewHasher(rand.Reader, cheap),
		Clock: func() time.Time { return c.now }, Rand: rand.Reader,
	}, c
}

// recorder gives records ids that sort by the clock's time, as UUIDv7 do, and by number within it.
func recorder(db *store.DB, c *clock) *audit.Recorder {
	var n atomic.Int64
	return &audit.Recorder{Store: store.NewAudit(db), Clock: func() time.Time { return c.now }, NewID: func() string {
		ms := c.now.UnixMilli()
		return fmt.Sprintf("%08x-%04x-7%03x", ms>>16, ms&0xffff, n.Add(1))
	}}
}

var ctx = context.Background()

func ensure(t *testing.T, s *iam.Service, in iam.RootSettings) iam.Bootstrap {
	t.Helper()
	b, err := s.EnsureRoot(ctx, in)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestFirstStartMakesWhatSettingsLeaveOut(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, _ := service(t, db)
		b := ensure(t, s, iam.RootSettings{})
		if !b.Created || len(b.AccountID) != 12 || b.AccountID[0] == '0' || b.Email != iam.DefaultRootEmail || len(b.MadePassword.Reveal()) < 20 {
			t.Fatalf("%+v", b)
		}
		if b.AccessKeyID != "" {
			t.Fatal("root has an access key that nobody asked for")
		}
		if _, err := s.AuthenticateRoot(ctx, " Root@LOCALHOST ", b.MadePassword, ""); err != nil {
			t.Fatal("the made password:", err)
		}
		again := ensure(t, s, iam.RootSettings{})
		if again.Created || again.MadePassword != "" || again.AccountID != b.AccountID {
			t.Fatalf("the second start: %+v", again)
		}
	})
}

func TestFirstStartImportsSettings(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, _ := service(t, db)
		in := iam.RootSettings{AccountID: "111122223333", Email: "Boss@Example.com", Password: "correct horse battery",
			AccessKeyID: "AKIAIOSFODNN7EXAMPLE", SecretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}
		b := ensure(t, s, in)
		if b.AccountID != in.AccountID || b.MadePassword != "" || b.MadeSecret != "" || b.AccessKeyID != in.AccessKeyID {
			t.Fatalf("%+v", b)
		}
		c, err := s.Credential(ctx, in.AccessKeyID)
		if err != nil || c.Secret != in.SecretAccessKey || !c.Root || c.ARN != "arn:aws:iam::111122223333:root" || c.UserID != "111122223333" {
			t.Fatalf("%+v %v", c, err)
		}
		ensure(t, s, in)
		for name, alter := range map[string]func(*iam.RootSettings){
			"account":    func(in *iam.RootSettings) { in.AccountID = "999900001111" },
			"email":      func(in *iam.RootSettings) { in.Email = "other@example.com" },
			"password":   func(in *iam.RootSettings) { in.Password = "another password" },
			"access key": func(in *iam.RootSettings) { in.AccessKeyID = "AKIAOTHEROTHEROTHER0" },
			"secret key": func(in *iam.RootSettings) { in.SecretAccessKey = "another secret of a key" },
		} {
			changed := in
			alter(&changed)
			_, err := s.EnsureRoot(ctx, changed)
			if err == nil {
				t.Errorf("a later difference of the %s is accepted", name)
			} else if name != "account" && !strings.Contains(err.Error(), "gatehouse root reset") {
				t.Errorf("%s: the refusal does not name the way out: %v", name, err)
			} else if strings.Contains(err.Error(), "another") {
				t.Errorf("%s: the refusal shows the secret: %v", name, err)
			}
		}
	})
}

func TestManyNodesThatStartAtOnceMakeOneAccount(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, _ := service(t, db)
		ids := make([]string, 8)
		made := make([]bool, 8)
		var wg sync.WaitGroup
		for i := range ids {
			wg.Go(func() {
				b, err := s.EnsureRoot(ctx, iam.RootSettings{})
				if err != nil {
					t.Error(err)
				}
				ids[i], made[i] = b.AccountID, b.Created
			})
		}
		wg.Wait()
		n := 0
		for i := range ids {
			if ids[i] != ids[0] {
				t.Fatal("two accounts:", ids)
			}
			if made[i] {
				n++
			}
		}
		if n != 1 {
			t.Fatal("made", n, "times")
		}
	})
}

func TestSecretOfAnAccessKeyIsSealedAtRest(t *testing.T) {
	db := storetest.Open(t)
	s, _ := service(t, db)
	b := ensure(t, s, iam.RootSettings{MakeAccessKey: true})
	if !strings.HasPrefix(b.AccessKeyID, "AKIA") || len(b.AccessKeyID) != 20 || len(b.MadeSecret.Reveal()) != 40 {
		t.Fatalf("%+v", b)
	}
	k, err := store.NewIAM(db).AccessKeyByID(ctx, b.AccessKeyID)
	if err != nil || strings.Contains(string(k.SealedSecret), b.MadeSecret.Reveal()) {
		t.Fatal(err, "the secret is in the database as it is")
	}
	if out := fmt.Sprintf("%v %+v", b, b); strings.Contains(out, b.MadeSecret.Reveal()) {
		t.Error("the secret prints")
	}
	// A sealed secret moved to another row must not open there.
	other := k
	other.ID = "AKIAMOVEDMOVEDMOVED0"
	if err := store.NewIAM(db).CreateAccessKey(ctx, other.AccessKey); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Credential(ctx, other.ID); !errors.Is(err, seal.ErrOpen) {
		t.Error("a moved secret opens:", err)
	}
}

func TestCredentialRefusesWhatIsNoLiveKey(t *testing.T) {
	db := storetest.Open(t)
	s, _ := service(t, db)
	b := ensure(t, s, iam.RootSettings{})
	off := iam.AccessKey{ID: "AKIAOFFOFFOFFOFFOFF0", AccountID: b.AccountID, OwnerID: b.AccountID, SealedSecret: []byte("x"), Status: iam.Inactive}
	if err := store.NewIAM(db).CreateAccessKey(ctx, off); err != nil {
		t.Fatal(err)
	}
	for name, id := range map[string]string{"unknown": "AKIAUNKNOWNUNKNOWN00", "inactive": off.ID, "malformed": "' OR 1=1 --------------", "empty": ""} {
		if _, err := s.Credential(ctx, id); !errors.Is(err, sigv4.ErrInvalidClientToken) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestResetRootReplacesAllCredentials(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, c := service(t, db)
		first := ensure(t, s, iam.RootSettings{MakeAccessKey: true})
		c.now = c.now.Add(time.Hour)
		b, err := s.ResetRoot(ctx, iam.RootSettings{Email: "new@example.com"})
		if err != nil || b.MadePassword == "" || b.MadePassword == first.MadePassword {
			t.Fatal(b, err)
		}
		if _, err := s.Credential(ctx, first.AccessKeyID); !errors.Is(err, sigv4.ErrInvalidClientToken) {
			t.Error("the old access key lives:", err)
		}
		if err := s.RootStands(ctx, first.AccountID, c.now.Add(-time.Minute)); !errors.Is(err, sigv4.ErrInvalidClientToken) {
			t.Error("a session of root from before goes on:", err)
		}
		if err := s.RootStands(ctx, first.AccountID, c.now); err != nil {
			t.Error("a session of root from after is refused:", err)
		}
		if _, err := s.AuthenticateRoot(ctx, first.Email, first.MadePassword, ""); !errors.Is(err, iam.ErrSignIn) {
			t.Error("the old address:", err)
		}
		if _, err := s.AuthenticateRoot(ctx, "new@example.com", first.MadePassword, ""); !errors.Is(err, iam.ErrSignIn) {
			t.Error("the old password:", err)
		}
		r, err := s.AuthenticateRoot(ctx, "new@example.com", b.MadePassword, "")
		if err != nil || !r.ChangedAt.Equal(c.now) {
			t.Error("the new one:", r, err)
		}
	})
}

func TestWrongRootPasswordsMakeTheNextAttemptWait(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, c := service(t, db)
		b := ensure(t, s, iam.RootSettings{})
		for i := range 5 {
			if _, err := s.AuthenticateRoot(ctx, b.Email, "wrong", ""); !errors.Is(err, iam.ErrSignIn) {
				t.Fatal(i, err)
			}
		}
		if _, err := s.AuthenticateRoot(ctx, b.Email, b.MadePassword, ""); !errors.Is(err, iam.ErrTooManyAttempts) {
			t.Fatal("the sixth attempt did not wait:", err)
		}
		c.now = c.now.Add(time.Second)
		if _, err := s.AuthenticateRoot(ctx, b.Email, "wrong", ""); !errors.Is(err, iam.ErrSignIn) {
			t.Fatal(err)
		}
		c.now = c.now.Add(time.Second)
		if _, err := s.AuthenticateRoot(ctx, b.Email, b.MadePassword, ""); !errors.Is(err, iam.ErrTooManyAttempts) {
			t.Fatal("the wait did not grow:", err)
		}
		c.now = c.now.Add(15 * time.Minute)
		if _, err := s.AuthenticateRoot(ctx, b.Email, b.MadePassword, ""); err != nil {
			t.Fatal("the right password after the wait:", err)
		}
		for i := range 5 {
			if _, err := s.AuthenticateRoot(ctx, b.Email, "wrong", ""); !errors.Is(err, iam.ErrSignIn) {
				t.Fatal("failures outlive a sign-in:", i, err)
			}
		}
	})
}

func TestGuessingRootInParallelBuysNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, _ := service(t, db)
		b := ensure(t, s, iam.RootSettings{})
		var mu sync.Mutex
		looked := 0
		var wg sync.WaitGroup
		for range 40 {
			wg.Go(func() {
				_, err := s.AuthenticateRoot(ctx, b.Email, "wrong", "")
				mu.Lock()
				defer mu.Unlock()
				if errors.Is(err, iam.ErrSignIn) {
					looked++
				} else if !errors.Is(err, iam.ErrTooManyAttempts) {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if looked > 5 {
			t.Fatal("passwords looked at:", looked)
		}
	})
}

func TestUnknownAddressAndWrongPasswordAreOneAnswer(t *testing.T) {
	db := storetest.Open(t)
	s, _ := service(t, db)
	b := ensure(t, s, iam.RootSettings{})
	_, known := s.AuthenticateRoot(ctx, b.Email, "wrong", "")
	_, unknown := s.AuthenticateRoot(ctx, "nobody@example.com", "wrong", "")
	if known == nil || known.Error() != unknown.Error() {
		t.Fatal(known, unknown)
	}
}
