package policy

import (
	"maps"
	"slices"
)

// Entry is a condition key of a request, in lower case, and its values.
type Entry struct {
	Key    string
	Values []string
}

// Entries are all keys, in order.
func (c *Context) Entries() []Entry {
	list := make([]Entry, 0, len(c.values))
	for _, k := range slices.Sorted(maps.Keys(c.values)) {
		list = append(list, Entry{k, slices.Clone(c.values[k].list)})
	}
	return list
}
