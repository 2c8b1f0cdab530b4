package policy

import (
	"slices"
	"strings"
)

// Context is the condition keys of a request. Names ignore case. The zero value has none.
type Context struct {
	values map[string]contextValue
}

type contextValue struct {
	list  []string
	multi bool
}

// Set gives a key that has one value. A number is decimal, a time RFC 3339 or seconds of the epoch, binary
// data Base64.
func (c *Context) Set(key, value string) { c.put(key, contextValue{list: []string{value}}) }

// SetList gives a key that may have several values (aws:TagKeys); without any it is as if it were absent. Such
// a key is no policy variable.
func (c *Context) SetList(key string, values ...string) {
	c.put(key, contextValue{list: slices.Clone(values), multi: true})
}

// Delete takes a key away.
func (c *Context) Delete(key string) { delete(c.values, strings.ToLower(key)) }

// Add takes over every key of another context; one that is in both is as there.
func (c *Context) Add(other Context) {
	for k, v := range other.values {
		c.put(k, v)
	}
}

// Values are those of a key, none where the request lacks it.
func (c *Context) Values(key string) []string { return c.values[strings.ToLower(key)].list }

// Names are the keys that there are, in lower case and in order.
func (c *Context) Names() []string {
	var names []string
	for k, v := range c.values {
		if len(v.list) > 0 {
			names = append(names, k)
		}
	}
	slices.Sort(names)
	return names
}

// Clone is a copy of its own.
func (c *Context) Clone() Context {
	n := Context{values: make(map[string]contextValue, len(c.values))}
	for k, v := range c.values {
		n.values[k] = v
	}
	return n
}

func (c *Context) put(key string, v contextValue) {
	if c.values == nil {
		c.values = map[string]contextValue{}
	}
	c.values[strings.ToLower(key)] = v
}

// lookup answers the values of a key in lower case; none is absent.
func (c *Context) lookup(lower string) []string { return c.values[lower].list }

// single answers the value of a key in lower case that variables may use.
func (c *Context) single(lower string) (string, bool) {
	v := c.values[lower]
	if v.multi || len(v.list) != 1 {
		return "", false
	}
	return v.list[0], true
}
