package seal

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

func newKey(t *testing.T) Key {
	t.Helper()
	k, err := NewKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestSealedValueOpensForItsPurposeAndRowOnly(t *testing.T) {
	r := TestKeyring(t)
	sealed, err := r.Seal("client-secret", []byte("client/1"), []byte("hunter2"))
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(sealed, []byte("hunter2")) {
		t.Fatal("sealed value holds the plain text")
	}
	plain, err := r.Open("client-secret", []byte("client/1"), sealed)
	if err != nil || string(plain) != "hunter2" {
		t.Fatalf("Open = %q, %v", plain, err)
	}
	other, err := NewKeyring([]Key{newKey(t)}, make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	for name, open := range map[string]func() ([]byte, error){
		"moved to another row":    func() ([]byte, error) { return r.Open("client-secret", []byte("client/2"), sealed) },
		"used for another secret": func() ([]byte, error) { return r.Open("totp-seed", []byte("client/1"), sealed) },
		"foreign keyring":         func() ([]byte, error) { return other.Open("client-secret", []byte("client/1"), sealed) },
		"empty":                   func() ([]byte, error) { return r.Open("client-secret", []byte("client/1"), nil) },
	} {
		if _, err := open(); !errors.Is(err, ErrOpen) {
			t.Errorf("%s: %v, want ErrOpen", name, err)
		}
	}
	for i := range sealed {
		bent := bytes.Clone(sealed)
		bent[i] ^= 1
		if _, err := r.Open("client-secret", []byte("client/1"), bent); !errors.Is(err, ErrOpen) {
			t.Fatalf("byte %d altered: %v, want ErrOpen", i, err)
		}
	}
}

func TestEqualValuesSealDifferently(t *testing.T) {
	r := TestKeyring(t)
	a, _ := r.Seal("p", nil, []byte("same"))
	b, _ := r.Seal("p", nil, []byte("same"))
	if bytes.Equal(a, b) {
		t.Fatal("sealing is deterministic")
	}
}

func TestResealMovesAValueToTheActiveKeyAndNothingElse(t *testing.T) {
	old, fresh := newKey(t), newKey(t)
	root := bytes.Repeat([]byte{7}, 32)
	r, err := NewKeyring([]Key{old, fresh}, root)
	if err != nil {
		t.Fatal(err)
	}
	sealed, _ := r.Seal("p", []byte("row"), []byte("v"))
	derived := r.Derive("x")
	if _, changed, _ := r.Reseal("p", []byte("row"), sealed); changed {
		t.Fatal("a value under the active key was sealed again")
	}
	if err := r.Activate(fresh.ID()); err != nil {
		t.Fatal(err)
	}
	moved, changed, err := r.Reseal("p", []byte("row"), sealed)
	if err != nil || !changed || !bytes.HasPrefix(moved, Prefix(fresh.ID())) {
		t.Fatalf("Reseal = %v %v", changed, err)
	}
	alone, _ := NewKeyring([]Key{fresh}, root)
	if v, err := alone.Open("p", []byte("row"), moved); err != nil || string(v) != "v" {
		t.Fatalf("opened without the old key: %q %v", v, err)
	}
	if _, err := alone.Open("p", []byte("row"), sealed); !errors.Is(err, ErrOpen) {
		t.Fatalf("the old value opened without its key: %v", err)
	}
	if !bytes.Equal(alone.Derive("x"), derived) {
		t.Fatal("a derived key changed with the rotation")
	}
	if err := alone.Activate(old.ID()); err == nil {
		t.Fatal("activated a key that the ring does not hold")
	}
}

func TestMACFramesItsParts(t *testing.T) {
	r := TestKeyring(t)
	if bytes.Equal(r.MAC("p", []byte("a"), []byte("bc")), r.MAC("p", []byte("ab"), []byte("c"))) {
		t.Fatal("parts run together")
	}
	if bytes.Equal(r.MAC("p", []byte("a")), r.MAC("q", []byte("a"))) {
		t.Fatal("purposes share a key")
	}
}

func TestParseKeysRoundTripsAndRefusesDamage(t *testing.T) {
	a, b := newKey(t), newKey(t)
	keys, err := ParseKeys("# made today\n" + a.Reveal() + ",\n " + b.Reveal() + "\n")
	if err != nil || len(keys) != 2 || keys[0] != a || keys[1] != b {
		t.Fatalf("ParseKeys = %v, %v", keys, err)
	}
	for name, text := range map[string]string{
		"nothing":      " \n",
		"comment only": "# x",
		"no format":    "secret",
		"short":        "gk1." + a.ID() + ".AAAA",
		"zero":         "gk1." + a.ID() + "." + strings.Repeat("A", 43),
		"bad id":       "gk1.ZZ." + strings.Split(a.Reveal(), ".")[2],
		"twice":        a.Reveal() + " " + a.Reveal(),
	} {
		if _, err := ParseKeys(text); err == nil {
			t.Errorf("%s: accepted", name)
		} else if strings.Contains(err.Error(), strings.Split(a.Reveal(), ".")[2]) {
			t.Errorf("%s: the error shows the key", name)
		}
	}
	if a.Check() == b.Check() || a.Check() != keys[0].Check() {
		t.Error("the check value does not tell keys apart")
	}
}

func TestSecretsNeverPrint(t *testing.T) {
	k := newKey(t)
	material := strings.Split(k.Reveal(), ".")[2]
	s := Secret("hunter2")
	holder := struct {
		S Secret
		K Key
	}{s, k}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "s", s, "k", k, "h", holder)
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "s", s, "k", k, "h", holder)
	js, err := json.Marshal([]any{s, holder})
	if err != nil {
		t.Fatal(err)
	}
	out := log.String() + string(js) + fmt.Sprintf("%v %s %q %x %d %+v %#v", s, s, s, s, s, holder, holder) +
		fmt.Sprintf("%v %s %x %#v", k, k, k, k) + fmt.Sprint(fmt.Errorf("for %v: %s", s, k))
	for _, bad := range []string{"hunter2", "68756e74657232", material, fmt.Sprint(k.material)} {
		if strings.Contains(out, bad) {
			t.Errorf("%q printed in: %s", bad, out)
		}
	}
	if s.Reveal() != "hunter2" {
		t.Error("Reveal does not")
	}
}

func TestPrivateKeyBelongsToItsOwner(t *testing.T) {
	keys := SoftwareKeys{Ring: TestKeyring(t)}
	priv, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	kept, err := keys.Keep("pool-1/kid-1", priv)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := keys.Signer("pool-1/kid-1", kept)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte("m"))
	sig, err := signer.Sign(rand.Reader, sum[:], nil)
	if err != nil || !ecdsa.VerifyASN1(&priv.PublicKey, sum[:], sig) {
		t.Fatalf("sign: %v", err)
	}
	if _, err := keys.Signer("pool-2/kid-1", kept); !errors.Is(err, ErrOpen) {
		t.Fatalf("another pool opened it: %v", err)
	}
}

func BenchmarkSealOpen(b *testing.B) {
	r := TestKeyring(b)
	for b.Loop() {
		s, _ := r.Seal("p", []byte("row"), make([]byte, 400))
		r.Open("p", []byte("row"), s)
	}
}
