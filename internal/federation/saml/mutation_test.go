package saml_test

import (
	"bytes"
	"encoding/base64"
	"math/rand/v2"
	"slices"
	"testing"

	"gatehouse/internal/federation/saml/samltest"
)

// TestNothingButWhatWasSignedIsBelieved changes responses at random, by bytes and by pieces moved and doubled: what is
// accepted all the same says what was signed.
func TestNothingButWhatWasSignedIsBelieved(t *testing.T) {
	const rounds = 1000
	k := newKit(t)
	k.want.Keys, k.want.AnyRequest = append(k.want.Keys, testKey), true
	pick := rand.New(rand.NewPCG(1, 2))
	for name, response := range map[string]string{
		"signed assertion": samltest.Encode(k.idp.Response(k.signed(), recipient)),
		"signed response":  samltest.Encode(k.idp.Sign(k.idp.Response(k.assertion().Element(), recipient))),
		"encrypted":        samltest.Encode(k.idp.Response(samltest.Encrypt(k.signed(), testKey), recipient)),
	} {
		document, _ := base64.StdEncoding.DecodeString(response)
		accepted := 0
		for range rounds {
			a, err := k.validate(base64.StdEncoding.EncodeToString(mutate(pick, document)))
			if err != nil {
				continue
			}
			accepted++
			if a.Subject != "ann" || a.Issuer != entity || a.Recipient != recipient || len(a.Attributes) != 2 || !slices.Equal(a.Attributes["role"], attributes["role"]) {
				t.Errorf("%s: %+v", name, a)
			}
		}
		t.Log(name, "accepted", accepted, "of", rounds)
	}
}

// mutate changes one thing or two.
func mutate(pick *rand.Rand, document []byte) []byte {
	out := slices.Clone(document)
	for range 1 + pick.IntN(2) {
		at := pick.IntN(len(out))
		switch pick.IntN(5) {
		case 0:
			out[at] = byte(pick.IntN(256))
		case 1:
			out = slices.Delete(out, at, min(at+1+pick.IntN(8), len(out)))
		case 2:
			out = slices.Insert(out, at, []byte(interesting[pick.IntN(len(interesting))])...)
		case 3: // an element of the document, somewhere else too
			out = slices.Insert(out, between(pick, out), piece(pick, out)...)
		case 4: // or in the place of another
			out = bytes.Replace(out, piece(pick, out), piece(pick, out), 1)
		}
	}
	return out
}

var interesting = []string{"<!-- x -->", "<![CDATA[x]]>", "<?x y?>", "&#65;", " ", "x", `ID="_x"`, `xmlns:ID="_x"`, "<Assertion/>", "<saml:NameID>root</saml:NameID>", "\x00", "\ufeff"}

// between is a place where an element ends.
func between(pick *rand.Rand, document []byte) int {
	at := pick.IntN(len(document))
	if i := bytes.IndexByte(document[at:], '>'); i >= 0 {
		return at + i + 1
	}
	return at
}

// piece is what stands from the beginning of a tag to the end of a later one.
func piece(pick *rand.Rand, document []byte) []byte {
	from := pick.IntN(len(document))
	i := bytes.IndexByte(document[from:], '<')
	if i < 0 {
		return nil
	}
	from += i
	to := min(from+pick.IntN(1500), len(document)-1)
	if j := bytes.IndexByte(document[to:], '>'); j >= 0 {
		to += j
	}
	return slices.Clone(document[from : to+1])
}
