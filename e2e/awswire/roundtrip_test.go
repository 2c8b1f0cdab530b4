// Package awswire_test sends every operation of the pinned SDK modules over the real AWS edge and compares
// what each side decoded with what the other one sent, member by member; then every modelled error, and the
// same from Python and JavaScript.
package awswire_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"
)

// variant is one way to fill inputs and outputs.
type variant struct {
	name string
	pick int
	edge bool
}

var variants = []variant{{"full", 0, false}, {"second members", 1, false}, {"third members", 2, false}, {"fourth members", 3, false}, {"empty and zero", 0, true}}

// notSent are inputs that no client can send as they are: awsQuery has no empty map.
var notSent = map[string]bool{"empty and zero iam AcquireRole": true, "empty and zero iam PutAccountProperties": true}

// inPath tells that an input of rolesanywhere has a member in its path, which no client can send empty.
func inPath(in reflect.Type) bool {
	for _, name := range []string{"CrlId", "ProfileId", "SubjectId", "TrustAnchorId"} {
		if _, ok := in.FieldByName(name); ok {
			return true
		}
	}
	return false
}

func TestEveryOperationRoundTrips(t *testing.T) {
	e := startEcho(t)
	total := 0
	for _, s := range services {
		t.Run(s.endpoint, func(t *testing.T) {
			c := s.client(e.config())
			for _, v := range variants {
				for _, o := range operationsOf(c) {
					if v.edge && s.endpoint == "rolesanywhere" && inPath(o.in) {
						total++
						continue
					}
					in, want := filled(o.in, v.pick, v.edge), filled(o.out, v.pick, v.edge)
					e.got = nil
					e.make = func(reflect.Type) (any, error) { return want, nil }
					out, err := o.call(c, in)
					if err != nil {
						t.Errorf("%s %s: %v", v.name, o.name, err)
						continue
					}
					if e.op != s.endpoint+":"+o.name {
						t.Errorf("%s %s: went to %s", v.name, o.name, e.op)
						continue
					}
					if d := diff(reflect.ValueOf(in), reflect.ValueOf(e.got), "in"); len(d) > 0 && !notSent[v.name+" "+s.endpoint+" "+o.name] {
						t.Errorf("%s %s: %s", v.name, o.name, strings.Join(d, "; "))
					}
					if d := diff(reflect.ValueOf(want), reflect.ValueOf(out), "out"); len(d) > 0 {
						t.Errorf("%s %s: %s", v.name, o.name, strings.Join(d, "; "))
					}
					total++
				}
			}
		})
	}
	if total != 542*len(variants) {
		t.Errorf("%d round trips, want %d operations in %d variants: run gen and look what moved", total, 542, len(variants))
	}
}

// TestEveryModelledErrorArrives sends every error that an operation models, as its own Go type.
func TestEveryModelledErrorArrives(t *testing.T) {
	e := startEcho(t)
	pairs := 0
	for _, s := range services {
		t.Run(s.endpoint, func(t *testing.T) {
			f := facts(t)[s.module]
			byCode := map[string]reflect.Type{}
			for _, err := range errTypes()[s.module] {
				et := reflect.TypeOf(err).Elem()
				byCode[f.ErrorCodes[et.Name()]] = et
			}
			c := s.client(e.config())
			for _, o := range operationsOf(c) {
				codes := f.OpErrors[o.name]
				if f.Schema { // the module's registry of types serves every operation
					codes = nil
					for code := range byCode {
						codes = append(codes, code)
					}
				}
				in := filled(o.in, 0, false)
				for _, code := range codes {
					et := byCode[code]
					if et == nil {
						t.Errorf("%s: no type has the code %s", o.name, code)
						continue
					}
					sent := filled(et, 0, false)
					if s.module == "ssooidc" { // Message is no member of these
						reflect.ValueOf(sent).Elem().FieldByName("Message").SetZero()
					}
					e.make = func(reflect.Type) (any, error) { return nil, sent.(error) }
					_, err := o.call(c, in)
					target := reflect.New(reflect.PointerTo(et))
					if err == nil || !errors.As(err, target.Interface()) {
						t.Errorf("%s: %s arrived as %v", o.name, code, err)
						continue
					}
					if d := diff(reflect.ValueOf(sent), target.Elem(), "err"); len(d) > 0 {
						t.Errorf("%s %s: %s", o.name, code, strings.Join(d, "; "))
					}
					pairs++
				}
			}
		})
	}
	if pairs < 5800 {
		t.Errorf("only %d pairs of operation and error", pairs)
	}
}

// TestFactsAreOfThePinnedModules fails when an SDK module moved and gen was not run, and when the codec
// lacks a member of a union.
func TestFactsAreOfThePinnedModules(t *testing.T) {
	for _, s := range services {
		f := facts(t)[s.module]
		ops := operationsOf(s.client(testConfig()))
		if len(ops) != len(f.Ops) {
			t.Errorf("%s: the client has %d operations, facts.json %d", s.endpoint, len(ops), len(f.Ops))
		}
		known := map[string]int{}
		seen := map[reflect.Type]bool{}
		for _, o := range ops {
			unionsOf(o.in, known, seen)
			unionsOf(o.out, known, seen)
		}
		for u, members := range f.Unions {
			if n, used := known[u]; used && n != len(members) {
				t.Errorf("%s: union %s has %d members, the codec knows %d", s.endpoint, u, len(members), n)
			}
		}
	}
}

func unionsOf(t reflect.Type, known map[string]int, seen map[reflect.Type]bool) {
	if seen[t] {
		return
	}
	seen[t] = true
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		unionsOf(t.Elem(), known, seen)
	case reflect.Interface:
		ms := codec.UnionMembers(t)
		if len(ms) > 0 {
			known[t.Name()] = len(ms)
		}
		for _, m := range ms {
			unionsOf(m, known, seen)
		}
	case reflect.Struct:
		for i := range t.NumField() {
			if t.Field(i).IsExported() {
				unionsOf(t.Field(i).Type, known, seen)
			}
		}
	}
}
