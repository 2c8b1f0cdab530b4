package awswire_test

import (
	"encoding/base64"
	"encoding/json"
	"reflect"
	"time"

	"github.com/aws/smithy-go/document"
)

// dump is a value with Go names, for comparing across languages.
func dump(v reflect.Value) any {
	switch {
	case v.Type() == timeType:
		return map[string]any{"$ms": v.Interface().(time.Time).UnixMilli()}
	case v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Uint8:
		if v.IsNil() {
			return nil
		}
		return map[string]any{"$b64": base64.StdEncoding.EncodeToString(v.Bytes())}
	}
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return nil
		}
		return dump(v.Elem())
	case reflect.Interface:
		if v.IsNil() {
			return nil
		}
		if d, ok := v.Interface().(document.Marshaler); ok {
			p, _ := d.MarshalSmithyDocument()
			var a any
			json.Unmarshal(p, &a)
			return a
		}
		e := v.Elem().Elem()
		return map[string]any{e.Type().Name()[len(v.Type().Name()+"Member"):]: dump(e.FieldByName("Value"))}
	case reflect.Struct:
		m := map[string]any{}
		for i := 0; i < v.NumField(); i++ {
			sf := v.Type().Field(i)
			if !sf.IsExported() || sf.Anonymous || sf.Name == "ResultMetadata" {
				continue
			}
			if d := dump(v.Field(i)); d != nil {
				m[sf.Name] = d
			}
		}
		return m
	case reflect.Slice:
		if v.IsNil() {
			return nil
		}
		l := []any{}
		for i := 0; i < v.Len(); i++ {
			l = append(l, dump(v.Index(i)))
		}
		return l
	case reflect.Map:
		if v.IsNil() {
			return nil
		}
		m := map[string]any{}
		for _, k := range v.MapKeys() {
			m["$"+k.String()] = dump(v.MapIndex(k))
		}
		return m
	case reflect.Int, reflect.Int32, reflect.Int64:
		return v.Int()
	case reflect.String:
		if v.Len() == 0 && v.Type().Name() != "string" { // an enum that is not set
			return nil
		}
		return v.String()
	}
	return v.Interface()
}
