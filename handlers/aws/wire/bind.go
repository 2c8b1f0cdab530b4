package wire

import (
	"reflect"
	"strings"

	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/traits"
)

// bind sets the wire name and place of a field: from a rename, a v1 struct
// tag, the SDK's own schema, or (the default) the Go name itself.
func (c *Codec) bind(f *field, t reflect.Type, sf reflect.StructField, sch *smithy.Schema) {
	if n, ok := c.renames[t][sf.Name]; ok {
		f.name = n
	}
	if n := sf.Tag.Get("locationName"); n != "" {
		f.name = n
		switch sf.Tag.Get("location") {
		case "uri":
			f.in, f.bound = inPath, n
		case "querystring":
			f.in, f.bound = inQuery, n
		case "header":
			f.in, f.bound = inHeader, n
		}
	}
	if sch == nil {
		return
	}
	for name, m := range sch.Members() {
		if !strings.EqualFold(name, strings.TrimSuffix(sf.Name, "_")) {
			continue
		}
		f.name = name
		if tr, ok := smithy.SchemaTrait[*traits.JSONName](m); ok {
			f.name = tr.Name
		}
		if tr, ok := smithy.SchemaTrait[*traits.HTTPHeader](m); ok {
			f.in, f.bound = inHeader, tr.Name
		}
		if tr, ok := smithy.SchemaTrait[*traits.HTTPQuery](m); ok {
			f.in, f.bound = inQuery, tr.Name
		}
		if tr, ok := smithy.SchemaTrait[*traits.TimestampFormat](m); ok && f.in == inBody {
			f.dateTime = tr.Format == "date-time"
		}
		if _, ok := smithy.SchemaTrait[*traits.HTTPLabel](m); ok {
			f.in, f.bound = inPath, name
		}
	}
}

// schemaOf gets the Smithy schema that newer SDK modules generate, by letting
// an empty value of the type describe itself.
func schemaOf(t reflect.Type) (s *smithy.Schema) {
	if !reflect.PointerTo(t).Implements(reflect.TypeFor[smithy.Serializable]()) {
		return nil
	}
	r := &recorder{}
	defer func() { recover(); s = r.s }()
	reflect.New(t).Interface().(smithy.Serializable).Serialize(r)
	return r.s
}

type recorder struct {
	smithy.ShapeSerializer // nil: any other call panics, and is recovered
	s                      *smithy.Schema
}

func (r *recorder) WriteStruct(s *smithy.Schema) {
	if r.s == nil {
		r.s = s
	}
	panic("done")
}
