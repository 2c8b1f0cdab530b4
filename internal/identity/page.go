package identity

import (
	"encoding/base64"
	"fmt"
)

const (
	markerPurpose = "iam-marker"
	defaultItems  = 100
	maxItems      = 1000
)

// Place is where a page begins and how long it may be.
type Place struct {
	Marker string // of the page before; empty for the first
	Items  int    // 0 is 100
}

// Page is a part of a list. Marker is empty on the last one.
type Page[T any] struct {
	Items  []T
	Marker string
}

// page reads one page of a keyset list by fetching one entry more than asked for. Its marker opens for the same
// list only.
func page[T any](s *Service, list string, at Place, fetch func(after string, limit int) ([]T, error), key func(T) string) (Page[T], error) {
	limit := at.Items
	if limit <= 0 {
		limit = defaultItems
	}
	limit = min(limit, maxItems)
	after, err := s.openMarker(list, at.Marker)
	if err != nil {
		return Page[T]{}, err
	}
	items, err := fetch(after, limit+1)
	if err != nil || len(items) <= limit {
		return Page[T]{Items: items}, err
	}
	items = items[:limit]
	marker, err := s.sealMarker(list, key(items[limit-1]))
	return Page[T]{Items: items, Marker: marker}, err
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

func (s *Service) sealMarker(list, after string) (string, error) {
	sealed, err := s.Keys.Seal(markerPurpose, []byte(list), []byte(after))
	if err != nil {
		return "", fmt.Errorf("seal marker: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(sealed), nil
}

func (s *Service) openMarker(list, marker string) (string, error) {
	if marker == "" {
		return "", nil
	}
	sealed, err := base64.RawURLEncoding.DecodeString(marker)
	if err != nil {
		return "", ErrValidation.With("Invalid Marker.")
	}
	after, err := s.Keys.Open(markerPurpose, []byte(list), sealed)
	if err != nil {
		return "", ErrValidation.With("Invalid Marker.")
	}
	return string(after), nil
}
