package wire

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
)

type kind uint8

const (
	kString kind = iota
	kBool
	kInt
	kFloat
	kTime
	kBlob
	kList
	kMap
	kStruct
	kUnion
	kDoc
)

type loc uint8

const (
	inBody loc = iota
	inPath
	inQuery
	inHeader
)

// shape is one Go type, read once by reflection.
type shape struct {
	t      reflect.Type // never a pointer
	kind   kind
	ptr    bool // the Go type was *t
	elem   *shape
	fields []*field
	byName map[string]*field
	newDoc func(any) reflect.Value
	union  []variant

	dateTime bool // a time in RFC 3339
}

type field struct {
	index []int  // more than one for a field of an embedded struct
	name  string // on the wire, in the body
	key   []byte // `"name":`
	in    loc
	bound string // name in path, query or header
	shape *shape
	// dateTime is a time that the body of a JSON protocol has in RFC 3339, where others are seconds.
	dateTime bool
}

type variant struct {
	name string
	t    reflect.Type // struct type; *t implements the union
	val  *shape
}

var (
	timeType = reflect.TypeFor[time.Time]()
	blobType = reflect.TypeFor[[]byte]()
)

func (c *Codec) shapeOf(t reflect.Type) *shape {
	if s, ok := c.shapes.Load(t); ok {
		return s.(*shape)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	pending := map[reflect.Type]*shape{}
	s := c.build(t, pending)
	for t, s := range pending {
		c.shapes.LoadOrStore(t, s)
	}
	return s
}

func (c *Codec) build(t reflect.Type, pending map[reflect.Type]*shape) *shape {
	if s, ok := c.shapes.Load(t); ok {
		return s.(*shape)
	}
	if s, ok := pending[t]; ok {
		return s
	}
	s := &shape{t: t}
	pending[t] = s
	if t.Kind() == reflect.Pointer {
		s.ptr = true
		t = t.Elem()
		s.t = t
	}
	switch {
	case t == timeType:
		s.kind = kTime
		return s
	case t == blobType:
		s.kind = kBlob
		return s
	}
	switch t.Kind() {
	case reflect.String:
		s.kind = kString
	case reflect.Bool:
		s.kind = kBool
	case reflect.Int32, reflect.Int64, reflect.Int:
		s.kind = kInt
	case reflect.Float32, reflect.Float64:
		s.kind = kFloat
	case reflect.Slice:
		s.kind, s.elem = kList, c.build(t.Elem(), pending)
	case reflect.Map:
		s.kind, s.elem = kMap, c.build(t.Elem(), pending)
	case reflect.Interface:
		if ctor, ok := c.docs[t]; ok {
			s.kind, s.newDoc = kDoc, ctor
			break
		}
		ms, ok := c.unions[t]
		if !ok {
			panic(fmt.Sprintf("wire: interface %v is neither a known document nor a known union", t))
		}
		s.kind = kUnion
		for _, m := range ms {
			f, _ := m.FieldByName("Value")
			name := strings.TrimPrefix(m.Name(), t.Name()+"Member")
			if n, ok := c.renames[m]["Value"]; ok {
				name = n
			}
			s.union = append(s.union, variant{name, m, c.build(f.Type, pending)})
		}
	case reflect.Struct:
		s.kind = kStruct
		s.byName = map[string]*field{}
		c.addFields(s, t, nil, pending)
	default:
		panic(fmt.Sprintf("wire: cannot handle %v", t))
	}
	return s
}

// addFields takes the members of t, and those of the structs it embeds: a struct of our own that embeds an
// SDK one extends it, or replaces a member.
func (c *Codec) addFields(s *shape, t reflect.Type, at []int, pending map[reflect.Type]*shape) {
	sch := schemaOf(t)
	var embedded []reflect.StructField
	for i := 0; i < t.NumField(); i++ {
		sf := t.Field(i)
		if sf.Anonymous && sf.Type.Kind() == reflect.Struct && sf.Type.NumField() > 0 {
			embedded = append(embedded, sf)
			continue
		}
		if !sf.IsExported() || sf.Anonymous || sf.Name == "ResultMetadata" || sf.Name == "ErrorCodeOverride" || sf.Name == "RespMetadata" {
			continue
		}
		f := &field{index: append(slices.Clone(at), i), name: sf.Name}
		c.bind(f, t, sf, sch)
		if s.byName[f.name] != nil {
			continue // the outer one wins
		}
		f.key = append(appendQuote(nil, f.name), ':')
		f.shape = c.build(sf.Type, pending)
		if f.dateTime {
			own := *f.shape
			own.dateTime = true
			f.shape = &own
		}
		s.fields = append(s.fields, f)
		s.byName[f.name] = f
	}
	for _, sf := range embedded {
		c.addFields(s, sf.Type, append(slices.Clone(at), sf.Index...), pending)
	}
}

func (f *field) of(v reflect.Value) reflect.Value {
	if len(f.index) == 1 {
		return v.Field(f.index[0])
	}
	return v.FieldByIndex(f.index)
}
