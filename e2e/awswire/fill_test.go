package awswire_test

import (
	"fmt"
	"reflect"
	"strings"
	"time"
)

// filler puts sample data in every exported field.
type filler struct {
	pick int  // which union member, which enum value
	edge bool // empty strings, zero numbers, false, empty lists and maps
	n    int64
	seen map[reflect.Type]int
}

var timeType = reflect.TypeFor[time.Time]()

func (f *filler) fill(v reflect.Value, path string) {
	t := v.Type()
	switch {
	case t == timeType:
		f.n++
		v.Set(reflect.ValueOf(time.UnixMilli(1700000000123 + f.n*1001).UTC()))
		return
	case t.Kind() == reflect.Pointer:
		if t.Elem().Kind() == reflect.Struct && t.Elem() != timeType && f.seen[t.Elem()] >= 2 {
			return
		}
		v.Set(reflect.New(t.Elem()))
		f.fill(v.Elem(), path)
		return
	}
	switch t.Kind() {
	case reflect.Struct:
		if f.seen[t] >= 2 {
			return
		}
		f.seen[t]++
		for i := 0; i < t.NumField(); i++ {
			sf := t.Field(i)
			if !sf.IsExported() || sf.Anonymous || sf.Name == "ResultMetadata" || sf.Name == "ErrorCodeOverride" {
				continue
			}
			f.fill(v.Field(i), path+"."+sf.Name)
		}
		f.seen[t]--
	case reflect.String:
		if m := v.MethodByName("Values"); m.IsValid() {
			vs := m.Call(nil)[0]
			if vs.Len() > 0 {
				v.Set(vs.Index(f.pick % vs.Len()))
				return
			}
		}
		if f.edge {
			v.SetString("")
			return
		}
		f.n++
		v.SetString(fmt.Sprintf("%s #%d é✓ %%&<>\"'+=/?;\\ 日", path[strings.LastIndex(path, ".")+1:], f.n))
	case reflect.Bool:
		v.SetBool(!f.edge)
	case reflect.Int, reflect.Int32, reflect.Int64:
		if !f.edge {
			f.n++
			v.SetInt(1000 + f.n)
			if t.Kind() == reflect.Int64 {
				v.SetInt(1<<53 + 1 + f.n) // more than a float64 holds
			}
		}
	case reflect.Float32, reflect.Float64:
		if !f.edge {
			f.n++
			v.SetFloat(float64(f.n) + 0.25)
		}
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			v.SetBytes([]byte{0, 1, 0xfb, 0xff, byte(f.n)})
			return
		}
		n := 2
		if f.edge || (t.Elem().Kind() == reflect.Struct && f.seen[t.Elem()] >= 2) {
			n = 0
		}
		l := reflect.MakeSlice(t, n, n)
		for i := 0; i < n; i++ {
			f.fill(l.Index(i), fmt.Sprintf("%s.%d", path, i))
		}
		v.Set(l)
	case reflect.Map:
		m := reflect.MakeMap(t)
		if !f.edge {
			for i := 0; i < 2; i++ {
				k := reflect.New(t.Key()).Elem()
				if km := k.MethodByName("Values"); km.IsValid() {
					vs := km.Call(nil)[0]
					k.Set(vs.Index(i % vs.Len()))
				} else {
					k.SetString(fmt.Sprintf("key %d.é&", i))
				}
				e := reflect.New(t.Elem()).Elem()
				f.fill(e, fmt.Sprintf("%s.k%d", path, i))
				m.SetMapIndex(k, e)
			}
		}
		v.Set(m)
	case reflect.Interface:
		if d := codec.NewDocument(t, map[string]any{"a": "é", "n": 1.5, "i": 7, "l": []any{true, nil, "x"}, "o": map[string]any{"p": false}}); d.IsValid() {
			v.Set(d)
			return
		}
		ms := codec.UnionMembers(t)
		if len(ms) == 0 {
			panic("no union members for " + t.String())
		}
		p := reflect.New(ms[f.pick%len(ms)])
		f.fill(p.Elem().FieldByName("Value"), path+".Value")
		v.Set(p)
	default:
		panic("fill: " + t.String())
	}
}

func filled(t reflect.Type, pick int, edge bool) any {
	f := &filler{pick: pick, edge: edge, seen: map[reflect.Type]int{}}
	p := reflect.New(t)
	f.fill(p.Elem(), "")
	return p.Interface()
}
