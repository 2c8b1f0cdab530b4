package awswire_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"time"

	"github.com/aws/smithy-go/document"
)

// diff lists the paths at which two values differ.
func diff(a, b reflect.Value, path string) (out []string) {
	bad := func(f string, args ...any) []string { return []string{path + ": " + fmt.Sprintf(f, args...)} }
	if a.IsValid() != b.IsValid() {
		return bad("validity")
	}
	if !a.IsValid() {
		return nil
	}
	if a.Type() != b.Type() {
		return bad("%v != %v", a.Type(), b.Type())
	}
	if a.Type() == timeType {
		x, y := a.Interface().(time.Time), b.Interface().(time.Time)
		if !x.Equal(y) {
			return bad("time %v != %v", x, y)
		}
		return nil
	}
	switch a.Kind() {
	case reflect.Pointer:
		if a.IsNil() != b.IsNil() {
			return bad("nil %v != %v", a.IsNil(), b.IsNil())
		}
		if a.IsNil() {
			return nil
		}
		return diff(a.Elem(), b.Elem(), path)
	case reflect.Interface:
		if a.IsNil() != b.IsNil() {
			return bad("nil %v != %v", a.IsNil(), b.IsNil())
		}
		if a.IsNil() {
			return nil
		}
		if da, ok := a.Interface().(document.Marshaler); ok {
			x, e1 := da.MarshalSmithyDocument()
			y, e2 := b.Interface().(document.Marshaler).MarshalSmithyDocument()
			var xv, yv any
			json.Unmarshal(x, &xv)
			json.Unmarshal(y, &yv)
			x, _ = json.Marshal(xv)
			y, _ = json.Marshal(yv)
			if e1 != nil || e2 != nil || !bytes.Equal(x, y) {
				return bad("document %s %v != %s %v", x, e1, y, e2)
			}
			return nil
		}
		if a.Elem().Type() != b.Elem().Type() {
			return bad("%v != %v", a.Elem().Type(), b.Elem().Type())
		}
		return diff(a.Elem(), b.Elem(), path)
	case reflect.Struct:
		for i := 0; i < a.NumField(); i++ {
			sf := a.Type().Field(i)
			if !sf.IsExported() || sf.Anonymous || sf.Name == "ResultMetadata" || sf.Name == "ErrorCodeOverride" {
				continue
			}
			out = append(out, diff(a.Field(i), b.Field(i), path+"."+sf.Name)...)
		}
		return out
	case reflect.Slice:
		if a.IsNil() != b.IsNil() {
			return bad("nil %v != %v (len %d, %d)", a.IsNil(), b.IsNil(), a.Len(), b.Len())
		}
		if a.Len() != b.Len() {
			return bad("len %d != %d", a.Len(), b.Len())
		}
		for i := 0; i < a.Len(); i++ {
			out = append(out, diff(a.Index(i), b.Index(i), fmt.Sprintf("%s[%d]", path, i))...)
		}
		return out
	case reflect.Map:
		if a.IsNil() != b.IsNil() {
			return bad("nil %v != %v", a.IsNil(), b.IsNil())
		}
		if a.Len() != b.Len() {
			return bad("map len %d != %d", a.Len(), b.Len())
		}
		for _, k := range a.MapKeys() {
			out = append(out, diff(a.MapIndex(k), b.MapIndex(k), path+"["+k.String()+"]")...)
		}
		return out
	}
	if !reflect.DeepEqual(a.Interface(), b.Interface()) {
		return bad("%#v != %#v", a.Interface(), b.Interface())
	}
	return nil
}
