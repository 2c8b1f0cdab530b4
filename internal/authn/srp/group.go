// Package srp is the mathematics of USER_SRP_AUTH: SRP-6a over the 3072-bit group of RFC 3526 with
// SHA-256, spelled exactly as the Cognito clients spell it (padding, key derivation, signature, timestamp).
// It is pure: it keeps nothing, knows no users and decides nothing. authn calls it for sign-ins,
// directory for verifiers.
package srp

import (
	"crypto/sha256"
	"math/big"
)

// primeHex is the 3072-bit MODP prime of RFC 3526, section 4.
const primeHex = "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD" +
	"EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED" +
	"EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F" +
	"83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B" +
	"E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA0510" +
	"15728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7" +
	"ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200C" +
	"BBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF"

// The group, and the multiplier k = H(PAD(N) ‖ PAD(g)); read-only.
var (
	prime      = mustHex(primeHex)
	one        = big.NewInt(1)
	minusOne   = new(big.Int).Sub(prime, one)
	generator  = big.NewInt(2)
	multiplier = hashInt(Pad(prime), Pad(generator))
)

// N is the group's prime.
func N() *big.Int { return new(big.Int).Set(prime) }

// K is the multiplier k.
func K() *big.Int { return new(big.Int).Set(multiplier) }

// Pad is an integer as the clients hash it: big-endian without leading zeros, with one zero byte in front
// when the top bit is set (Java's BigInteger.toByteArray), never padded to the length of N.
func Pad(i *big.Int) []byte {
	n := i.BitLen()/8 + 1
	return i.FillBytes(make([]byte, n))
}

func hash(parts ...[]byte) []byte {
	h := sha256.New()
	for _, p := range parts {
		h.Write(p)
	}
	return h.Sum(nil)
}

func hashInt(parts ...[]byte) *big.Int { return new(big.Int).SetBytes(hash(parts...)) }

func mustHex(s string) *big.Int {
	i, ok := new(big.Int).SetString(s, 16)
	if !ok {
		panic("srp: bad constant")
	}
	return i
}
