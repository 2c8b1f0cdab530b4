package userpool

import (
	"fmt"
	"io"
)

const (
	lowerAlnum = "abcdefghijklmnopqrstuvwxyz0123456789"
	mixedAlnum = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

	poolIDLength   = 9
	clientIDLength = 26
	secretLength   = 51
)

// randomText draws n letters of an alphabet, each as likely as any other.
func randomText(rand io.Reader, alphabet string, n int) (string, error) {
	limit := 256 - 256%len(alphabet) // bytes at or past it would favour the first letters
	out := make([]byte, 0, n)
	buf := make([]byte, n)
	for len(out) < n {
		if _, err := io.ReadFull(rand, buf); err != nil {
			return "", fmt.Errorf("read randomness: %w", err)
		}
		for _, b := range buf {
			if int(b) < limit && len(out) < n {
				out = append(out, alphabet[int(b)%len(alphabet)])
			}
		}
	}
	return string(out), nil
}
