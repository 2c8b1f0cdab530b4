package metadata

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"io"
	"time"
)

// The lengths that a session with the metadata may have (EC2 User Guide, "How IMDSv2 works").
const (
	shortest = time.Second
	longest  = 6 * time.Hour
)

// tokens makes and knows the tokens of IMDSv2: when they end and something random, with a MAC of both by a key that this
// start of the server made. None is kept, so that nobody fills the memory by asking, and a restart ends them all.
type tokens struct{ key [32]byte }

const tokenSize = 8 + 16 + sha256.Size

func newTokens(rand io.Reader) (*tokens, error) {
	t := &tokens{}
	_, err := io.ReadFull(rand, t.key[:])
	return t, err
}

func (t *tokens) mac(p []byte) []byte {
	m := hmac.New(sha256.New, t.key[:])
	m.Write(p)
	return m.Sum(nil)
}

func (t *tokens) issue(rand io.Reader, ends time.Time) (string, error) {
	b := make([]byte, 24, tokenSize)
	binary.BigEndian.PutUint64(b, uint64(ends.UnixMilli()))
	if _, err := io.ReadFull(rand, b[8:]); err != nil {
		return "", err
	}
	return base64.URLEncoding.EncodeToString(append(b, t.mac(b)...)), nil
}

func (t *tokens) valid(text string, now time.Time) bool {
	b, err := base64.URLEncoding.Strict().DecodeString(text)
	if err != nil || len(b) != tokenSize || !hmac.Equal(b[24:], t.mac(b[:24])) {
		return false
	}
	return now.Before(time.UnixMilli(int64(binary.BigEndian.Uint64(b))))
}
