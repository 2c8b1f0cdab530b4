package cognitoidp

import (
	"encoding/json"
	"fmt"
)

// texts and enums go between the SDK's lists of enum members and plain text; nil stays nil.
func texts[T ~string](in []T) []string { return enums[string](in) }

func enums[To, From ~string](in []From) []To {
	if in == nil {
		return nil
	}
	out := make([]To, len(in))
	for i, v := range in {
		out[i] = To(v)
	}
	return out
}

// unlessZero is nil for the zero value, so that the member is left out.
func unlessZero[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}

// keep and kept store what the product only returns as the SDK's structs in JSON.
func keep(v any) (json.RawMessage, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("encode configuration: %w", err)
	}
	return b, nil
}

func kept[T any](raw json.RawMessage) (v T, err error) {
	if len(raw) == 0 {
		return v, nil
	}
	if err := json.Unmarshal(raw, &v); err != nil {
		return v, fmt.Errorf("decode configuration: %w", err)
	}
	return v, nil
}

// tokenOf is a page token as an answer carries it: absent on the last page.
func tokenOf(token string) *string { return unlessZero(token) }

func limitOf(n *int32, whenAbsent int) int {
	if n == nil {
		return whenAbsent
	}
	return int(*n)
}
