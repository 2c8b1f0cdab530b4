package seal

import "crypto/rand"

// TestKeyring is a keyring of one fresh key, for tests.
func TestKeyring(tb interface{ Fatal(...any) }) *Keyring {
	k, err := NewKey(rand.Reader)
	if err != nil {
		tb.Fatal(err)
	}
	root := make([]byte, keyBytes)
	rand.Read(root)
	r, err := NewKeyring([]Key{k}, root)
	if err != nil {
		tb.Fatal(err)
	}
	return r
}
