package organization

import (
	"encoding/base64"
	"fmt"
)

const (
	tokenPurpose = "organizations-token"
	maxItems     = 20
)

// Place is where a page begins and how long it may be.
type Place struct {
	Token string // of the page before; empty for the first
	Items int    // 0 is 20
}

// Page is a part of a list. Token is empty on the last one.
type Page[T any] struct {
	Items []T
	Token string
}

// page reads one page of a keyset list by fetching one entry more than asked for. Its token opens for the same list only.
func page[T any](s *Service, list string, at Place, fetch func(after string, limit int) ([]T, error), key func(T) string) (Page[T], error) {
	limit := at.Items
	if limit <= 0 || limit > maxItems {
		limit = maxItems
	}
	after, err := s.openToken(list, at.Token)
	if err != nil {
		return Page[T]{}, err
	}
	items, err := fetch(after, limit+1)
	if err != nil || len(items) <= limit {
		return Page[T]{Items: items}, err
	}
	items = items[:limit]
	token, err := s.sealToken(list, key(items[limit-1]))
	return Page[T]{Items: items, Token: token}, err
}

// pageOf is a page of a short list that is at hand, in the order of its keys.
func pageOf[T any](s *Service, list string, at Place, all []T, key func(T) string) (Page[T], error) {
	return page(s, list, at, func(after string, limit int) ([]T, error) {
		for len(all) > 0 && after != "" && key(all[0]) <= after {
			all = all[1:]
		}
		return all[:min(limit, len(all))], nil
	}, key)
}

func (s *Service) sealToken(list, after string) (string, error) {
	sealed, err := s.Keys.Seal(tokenPurpose, []byte(list), []byte(after))
	if err != nil {
		return "", fmt.Errorf("seal token: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(sealed), nil
}

func (s *Service) openToken(list, token string) (string, error) {
	if token == "" {
		return "", nil
	}
	sealed, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		return "", errNextToken
	}
	after, err := s.Keys.Open(tokenPurpose, []byte(list), sealed)
	if err != nil {
		return "", errNextToken
	}
	return string(after), nil
}

// OnlyPage refuses a token for a list that is never longer than a page.
func (s *Service) OnlyPage(token *string) error {
	if token != nil && *token != "" {
		return errNextToken
	}
	return nil
}
