package sts

import (
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// temporaryPrefix begins the ids of temporary access keys.
const temporaryPrefix = "ASIA"

// newKeyID makes the id of a temporary key: a bit, 40 bits of the account and 39 of chance. Like AWS's ids it tells the
// account that it is of, which is how GetAccessKeyInfo knows without a table; it proves nothing.
func newKeyID(rand io.Reader, accountID string) (string, error) {
	account, err := strconv.ParseUint(accountID, 10, 40)
	if err != nil {
		return "", fmt.Errorf("account id %q: %w", accountID, err)
	}
	var b [16]byte
	if _, err := io.ReadFull(rand, b[8:14]); err != nil {
		return "", fmt.Errorf("read randomness: %w", err)
	}
	chance := binary.BigEndian.Uint64(b[8:]) >> 25 // 39 bits
	binary.BigEndian.PutUint64(b[:], 1<<63|account<<23|chance>>16)
	binary.BigEndian.PutUint16(b[8:], uint16(chance))
	return temporaryPrefix + base32.StdEncoding.EncodeToString(b[:10]), nil
}

// AccountOfKey tells the account that the id of a temporary key is of.
func AccountOfKey(id string) (string, bool) {
	text, ok := strings.CutPrefix(id, temporaryPrefix)
	b, err := base32.StdEncoding.DecodeString(text)
	if !ok || err != nil || len(b) != 10 {
		return "", false
	}
	return fmt.Sprintf("%012d", binary.BigEndian.Uint64(b)<<1>>24), true
}
