package userpool

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
)

const tokenPurpose = "page-token"

// sealToken hides where a page ended; the token opens only for the same list.
func (s *Service) sealToken(list string, place any) (string, error) {
	plain, err := json.Marshal(place)
	if err != nil {
		return "", fmt.Errorf("encode page token: %w", err)
	}
	sealed, err := s.Seal.Seal(tokenPurpose, []byte(list), plain)
	if err != nil {
		return "", fmt.Errorf("seal page token: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(sealed), nil
}

// openToken reads a page token into place, which stays as it is for "".
func (s *Service) openToken(list, token string, place any) error {
	if token == "" {
		return nil
	}
	bad := ErrInvalid.With("Invalid pagination token.")
	sealed, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		return bad
	}
	plain, err := s.Seal.Open(tokenPurpose, []byte(list), sealed)
	if err != nil || json.Unmarshal(plain, place) != nil {
		return bad
	}
	return nil
}
