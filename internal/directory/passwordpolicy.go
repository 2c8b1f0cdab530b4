package directory

import (
	"crypto/rand"
	"fmt"
	"io"
	"math/big"
	"regexp"
	"strings"
	"unicode/utf8"

	"gatehouse/internal/seal"
	"gatehouse/internal/userpool"
)

const (
	maxPassword = 256
	// symbols are the characters that count as symbols; a space inside does too.
	symbols = "^$*.[]{}()?\"!@#%&/\\,><':;|_~`=+- "
	// plainSymbols need no escaping in a mail.
	plainSymbols = "^$*.[]{}()?!@#%/,:;|_~=+-"

	uppers = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	lowers = "abcdefghijklmnopqrstuvwxyz"
	digits = "0123456789"
)

var passwordForm = regexp.MustCompile(`^\S.*\S$`)

// Cognito opens the refusal in two ways.
const (
	didNotConform  = "Password did not conform with policy: "
	doesNotConform = "Password does not conform to policy: "
)

// checkPolicy answers ErrInvalidPassword with the first reason.
func checkPolicy(p userpool.PasswordPolicy, password seal.Secret, opening string) error {
	s := password.Reveal()
	reason := ""
	switch {
	case utf8.RuneCountInString(s) < max(p.MinimumLength, 1):
		reason = "Password not long enough"
	case utf8.RuneCountInString(s) > maxPassword:
		reason = "Password is too long"
	case p.RequireUppercase && !strings.ContainsAny(s, uppers):
		reason = "Password must have uppercase characters"
	case p.RequireLowercase && !strings.ContainsAny(s, lowers):
		reason = "Password must have lowercase characters"
	case p.RequireNumbers && !strings.ContainsAny(s, digits):
		reason = "Password must have numeric characters"
	case p.RequireSymbols && !strings.ContainsAny(s, symbols):
		reason = "Password must have symbol characters"
	case !passwordForm.MatchString(s):
		reason = `Password must satisfy regular expression pattern: ^\S.*\S$`
	}
	if reason == "" {
		return nil
	}
	return ErrInvalidPassword.With("%s%s", opening, reason)
}

// temporaryPassword makes a password that the policy takes, with at least 12 characters of all four kinds.
func temporaryPassword(random io.Reader, p userpool.PasswordPolicy) (seal.Secret, error) {
	kinds := []string{uppers, lowers, digits, plainSymbols}
	n := max(p.MinimumLength, 12)
	out := make([]byte, 0, n)
	for len(out) < n {
		alphabet := uppers + lowers + digits + plainSymbols
		if len(out) < len(kinds) {
			alphabet = kinds[len(out)]
		}
		i, err := below(random, len(alphabet))
		if err != nil {
			return "", err
		}
		out = append(out, alphabet[i])
	}
	for i := len(out) - 1; i > 0; i-- { // so that the kinds have no fixed place
		j, err := below(random, i+1)
		if err != nil {
			return "", err
		}
		out[i], out[j] = out[j], out[i]
	}
	return seal.Secret(out), nil
}

// below draws a number in [0, n), each as likely as any other.
func below(random io.Reader, n int) (int, error) {
	i, err := rand.Int(random, big.NewInt(int64(n)))
	if err != nil {
		return 0, fmt.Errorf("read randomness: %w", err)
	}
	return int(i.Int64()), nil
}
