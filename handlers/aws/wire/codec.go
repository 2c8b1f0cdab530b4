// Package wire reads and writes the AWS wire formats (awsJson1.1, awsQuery with XML answers, restJson1)
// into and out of the official SDK's own Go types. A wire name is the Go name, but for the few exceptions
// that a Codec is told. It knows no operation and no HTTP dispatch: package aws does that.
package wire

import (
	"errors"
	"reflect"
	"sync"
)

// ErrSerialization is a body that does not fit the operation's input.
var ErrSerialization = errors.New("SerializationException")

// Codec holds what cannot be read off the types: union members, documents and unusual names. Teach it all
// of them first; after that it may be used by many goroutines.
type Codec struct {
	mu      sync.Mutex
	shapes  sync.Map // reflect.Type -> *shape
	docs    map[reflect.Type]func(any) reflect.Value
	unions  map[reflect.Type][]reflect.Type
	renames map[reflect.Type]map[string]string
}

// New is a codec that knows no exceptions yet.
func New() *Codec {
	return &Codec{
		docs:    map[reflect.Type]func(any) reflect.Value{},
		unions:  map[reflect.Type][]reflect.Type{},
		renames: map[reflect.Type]map[string]string{},
	}
}

// Document says how to make a service's document.Interface.
func Document[T any](c *Codec, ctor func(any) T) {
	c.docs[reflect.TypeFor[T]()] = func(v any) reflect.Value { return reflect.ValueOf(ctor(v)) }
}

// Union lists the members of a union interface (pointers to their structs).
func Union[T any](c *Codec, members ...T) {
	var ts []reflect.Type
	for _, m := range members {
		ts = append(ts, reflect.TypeOf(m).Elem())
	}
	c.unions[reflect.TypeFor[T]()] = ts
}

// Rename gives fields of T another name on the wire: pairs of Go name, wire name.
func Rename[T any](c *Codec, pairs ...string) {
	m := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = pairs[i+1]
	}
	c.renames[reflect.TypeFor[T]()] = m
}

// Prepare reads a struct type, so that one which cannot be carried panics at start, not at the first call.
func (c *Codec) Prepare(t reflect.Type) {
	c.shapeOf(t)
	c.shapeOf(reflect.PointerTo(t))
}

// NewDocument makes a document of interface type t; the zero Value when t is none that the codec knows.
func (c *Codec) NewDocument(t reflect.Type, v any) reflect.Value {
	if ctor, ok := c.docs[t]; ok {
		return ctor(v)
	}
	return reflect.Value{}
}

// UnionMembers lists the struct types of a union's members.
func (c *Codec) UnionMembers(t reflect.Type) []reflect.Type { return c.unions[t] }
