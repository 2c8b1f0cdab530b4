package srp_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"math/big"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/authn/srp"
	"gatehouse/internal/authn/srp/srptest"
)

const (
	poolName = "ABCdef123"
	userID   = "a1b2c3d4-0000-4000-8000-000000000001"
	password = "Passw0rd!x"
	stamp    = "Tue Mar 4 05:06:07 UTC 2025"
)

func four(s string) *big.Int {
	d := sha256.Sum256([]byte(s))
	return new(big.Int).SetBytes(bytes.Repeat(d[:], 4))
}

func salt() []byte {
	d := sha256.Sum256([]byte("salt"))
	return d[:16]
}

func TestGroupIsTheOneThatClientsUse(t *testing.T) {
	sum := sha256.Sum256([]byte(strings.ToUpper(srp.N().Text(16))))
	if hex.EncodeToString(sum[:]) != "2b2c15e1523695d748a2f56b3b81d59d23467b300f1879585be61f0addacdc45" {
		t.Fatal("N differs")
	}
	if srp.K().Text(16) != "538282c4354742d7cbbde2359fcf67f9f5b3a6b08791e5011b43b8a5b66d9ee6" {
		t.Fatalf("k = %x", srp.K())
	}
}

// The vector was made by the JavaScript client against a reference server.
func TestVectorOfTheJavaScriptClient(t *testing.T) {
	if got := hex.EncodeToString(salt()); got != "63479ad69a090b258277ec8fba6f9941" {
		t.Fatal(got)
	}
	x, _ := new(big.Int).SetString("4ac6fffb8df66bb3c48ddb0d503a19d8b427d7209c73b1528fbd34685a4853e7", 16)
	v := srp.Verifier(poolName, userID, password, salt())
	if new(big.Int).Exp(big.NewInt(2), x, srp.N()).Cmp(new(big.Int).SetBytes(v)) != 0 {
		t.Fatal("v is not g^x")
	}
	client := srptest.WithSecret("us-east-1_"+poolName, four("a"))
	half := srp.HalfOf(four("b"))
	B := half.Offer(v)
	u, ok := srp.Scramble(client.A, B)
	if !ok || u.Text(16) != "271fedb009c15462c0bbdae2b3aca2fa9f61b95b3caec807b35e07d4eb934219" {
		t.Fatalf("u = %x", u)
	}
	key := srp.Key(client.A, half.Secret(), u, v)
	if hex.EncodeToString(key) != "47388e5427bb81f1198c4f1ac4be8b59" {
		t.Fatalf("K = %x", key)
	}
	block, _ := base64.StdEncoding.DecodeString("c2VjcmV0LWJsb2NrLWJ5dGVz")
	const want = "Y9s5U2n1V6joyL8sDFiATUUtWm93zuymTaxBUKrNMmc="
	if ours := srp.Signature(key, poolName, userID, block, stamp); !srp.SignatureMatches(ours, want) {
		t.Fatalf("signature %s", base64.StdEncoding.EncodeToString(ours))
	}
}

func TestBothSidesAgreeOnlyOnTheRightPassword(t *testing.T) {
	for range 5 {
		v := srp.Verifier(poolName, userID, password, salt())
		half, err := srp.NewHalf(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		client := srptest.New("eu-west-1_" + poolName)
		a, err := srp.ParseA(client.SRPA())
		if err != nil {
			t.Fatal(err)
		}
		B := half.Offer(v)
		u, _ := srp.Scramble(a, B)
		key := srp.Key(a, half.Secret(), u, v)
		if !bytes.Equal(key, client.Key(srp.SaltHex(salt()), B.Text(16), userID, password)) {
			t.Fatal("the right password disagrees")
		}
		if bytes.Equal(key, client.Key(srp.SaltHex(salt()), B.Text(16), userID, password+"x")) {
			t.Fatal("a wrong password agrees")
		}
	}
}

func TestParseARefusesZeroModuloN(t *testing.T) {
	n := srp.N()
	for name, s := range map[string]string{
		"zero": "0", "long zero": strings.Repeat("0", 700), "N": n.Text(16), "2N": new(big.Int).Lsh(n, 1).Text(16),
		"above N": new(big.Int).Add(n, big.NewInt(1)).Text(16), "empty": "", "minus": "-5", "plus": "+5",
		"underscore": "1_0", "prefix": "0x12", "not hex": "zz", "huge": strings.Repeat("f", 5000),
	} {
		if _, err := srp.ParseA(s); !errors.Is(err, srp.ErrBadA) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, s := range []string{"2", "ABC", strings.Repeat("0", 10) + "f"} {
		if _, err := srp.ParseA(s); err != nil {
			t.Errorf("%s: %v", s, err)
		}
	}
}

func TestPadIsJavasToByteArray(t *testing.T) {
	for in, want := range map[int64]string{0: "00", 1: "01", 127: "7f", 128: "0080", 255: "00ff", 256: "0100", 32768: "008000"} {
		if got := hex.EncodeToString(srp.Pad(big.NewInt(in))); got != want {
			t.Errorf("%d: %s, want %s", in, got, want)
		}
	}
}

func TestTimestampAcceptsPaddedAndUnpaddedDay(t *testing.T) {
	want := time.Date(2025, 3, 4, 5, 6, 7, 0, time.UTC)
	for _, s := range []string{stamp, "Tue Mar 04 05:06:07 UTC 2025"} {
		if got, err := srp.ParseTimestamp(s); err != nil || !got.Equal(want) {
			t.Errorf("%s: %v %v", s, got, err)
		}
	}
	for _, s := range []string{"", "2025-03-04T05:06:07Z", "Tue Mar 4 05:06:07 CET 2025", "Die Mär 4 05:06:07 UTC 2025", stamp + " "} {
		if _, err := srp.ParseTimestamp(s); !errors.Is(err, srp.ErrBadTimestamp) {
			t.Errorf("%q: %v", s, err)
		}
	}
}

func TestHalvesAreMadeAheadAndNeverTwice(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	p := srp.NewHalves(rand.Reader, 4)
	done := make(chan struct{})
	go func() { p.Run(ctx); close(done) }()
	seen := map[string]bool{}
	for range 12 {
		h, err := p.Take()
		if err != nil {
			t.Fatal(err)
		}
		if s := h.Secret().Text(16); seen[s] {
			t.Fatal("a half came twice")
		} else {
			seen[s] = true
		}
	}
	stop()
	<-done
}

func BenchmarkServerSide(b *testing.B) {
	v := srp.Verifier(poolName, userID, password, salt())
	client := srptest.New("x_" + poolName)
	b.Run("first answer, half ready", func(b *testing.B) {
		half, _ := srp.NewHalf(rand.Reader)
		for b.Loop() {
			half.Offer(v)
		}
	})
	b.Run("whole", func(b *testing.B) {
		for b.Loop() {
			half, _ := srp.NewHalf(rand.Reader)
			u, _ := srp.Scramble(client.A, half.Offer(v))
			srp.Key(client.A, half.Secret(), u, v)
		}
	})
}
