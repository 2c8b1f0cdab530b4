package policy

import "unicode/utf8"

// shiftAnd searches for a text with question marks in time that does not depend on what the text is: 64 places
// of it are compared with a character at once (Baeza-Yates and Gonnet, 1992).
type shiftAnd struct {
	length int // in characters
	any    []uint64
	masks  map[rune][]uint64 // the places where a character may stand
}

// newShiftAnd takes atoms without asterisks; variables have their values of a context. It answers nil for more
// than a number of characters.
func newShiftAnd(atoms []atom, c *Context, most int) *shiftAnd {
	var places []rune
	const anything = -1
	for i := range atoms {
		if atoms[i].kind == one {
			places = append(places, anything)
			continue
		}
		places = append(places, []rune(atoms[i].value(c))...)
	}
	if len(places) > most {
		return nil
	}
	words := len(places)/64 + 1
	x := &shiftAnd{length: len(places), any: make([]uint64, words), masks: map[rune][]uint64{}}
	for i, r := range places {
		if r == anything {
			x.any[i/64] |= 1 << (i % 64)
			continue
		}
		if x.masks[r] == nil {
			x.masks[r] = make([]uint64, words)
		}
		x.masks[r][i/64] |= 1 << (i % 64)
	}
	for _, m := range x.masks {
		for i := range m {
			m[i] |= x.any[i]
		}
	}
	return x
}

// smallSearch is for how many characters of a segment find does not allocate.
const smallSearch = 1024

// find answers where the first place ends that the text fits to; -1 for none.
func (x *shiftAnd) find(s string) int {
	if x == nil {
		return -1
	}
	var small [smallSearch / 64]uint64
	state := small[:]
	if len(x.any) > len(small) {
		state = make([]uint64, len(x.any))
	}
	state = state[:len(x.any)]
	last := x.length - 1
	for i, r := range s {
		mask := x.masks[r]
		if mask == nil {
			mask = x.any
		}
		carry := uint64(1)
		for w := range state {
			next := state[w] >> 63
			state[w] = (state[w]<<1 | carry) & mask[w]
			carry = next
		}
		if state[last/64]>>(last%64)&1 == 1 {
			_, n := utf8.DecodeRuneInString(s[i:])
			return i + n
		}
	}
	return -1
}
