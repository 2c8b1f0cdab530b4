package directory

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"time"
)

const (
	tokenPurpose  = "directory-page"
	tokenLifetime = time.Hour // of a PaginationToken, as Cognito's guide has it
)

// place is where a page ended; it is sealed, so that it opens for the same list only.
type place struct {
	After   string
	Expires int64 // unix ms
}

// page reads one page of a keyset list by fetching one entry more than asked for. limit 0 is the most.
func page[T any](s *Service, list, token string, limit int, fetch func(after string, limit int) ([]T, error), key func(T) string) ([]T, string, error) {
	if limit <= 0 || limit > maxPageSize {
		limit = maxPageSize
	}
	after, err := s.openPlace(list, token)
	if err != nil {
		return nil, "", err
	}
	out, err := fetch(after, limit+1)
	if err != nil || len(out) <= limit {
		return out, "", err
	}
	out = out[:limit]
	next, err := s.sealPlace(list, key(out[limit-1]))
	return out, next, err
}

func (s *Service) sealPlace(list, after string) (string, error) {
	plain, err := json.Marshal(place{after, s.now().Add(tokenLifetime).UnixMilli()})
	if err != nil {
		return "", fmt.Errorf("encode page token: %w", err)
	}
	sealed, err := s.Keys.Seal(tokenPurpose, []byte(list), plain)
	if err != nil {
		return "", fmt.Errorf("seal page token: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(sealed), nil
}

func (s *Service) openPlace(list, token string) (string, error) {
	if token == "" {
		return "", nil
	}
	bad := ErrInvalid.With("Invalid pagination token.")
	sealed, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		return "", bad
	}
	plain, err := s.Keys.Open(tokenPurpose, []byte(list), sealed)
	var p place
	if err != nil || json.Unmarshal(plain, &p) != nil || s.now().UnixMilli() >= p.Expires {
		return "", bad
	}
	return p.After, nil
}
