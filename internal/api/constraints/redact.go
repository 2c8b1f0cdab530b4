package constraints

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"time"

	"gatehouse/internal/audit"
)

// Redact is an input as the audit log may keep it: JSON without what is secret or personal. A member that
// the model does not know, that it calls sensitive, or whose name sounds like a secret shows only that it
// was set.
func (in *Input) Redact(v any) json.RawMessage {
	out, ok := in.root.redact(reflect.ValueOf(v).Elem())
	if !ok {
		return json.RawMessage("{}")
	}
	b, err := json.Marshal(out)
	if err != nil || len(b) > maxRecorded {
		return json.RawMessage(`{"_":"too large to record"}`)
	}
	return b
}

const (
	maxRecorded = 16 << 10
	maxText     = 512
)

// identifiers are members that models call sensitive and that a record is worth nothing without: whom an
// administrator acted on.
var identifiers = []string{"username", "clientId"}

// secretNames are parts of member names that models forget to call sensitive: ProviderDetails holds a
// client secret, ClientMetadata whatever an app puts there.
var secretNames = []string{"secret", "password", "assertion", "privatekey", "providerdetails", "clientmetadata"}

func hidden(m member) bool {
	if slices.Contains(identifiers, m.name) {
		return false
	}
	low := strings.ToLower(m.name)
	return m.node.sensitive || strings.HasSuffix(low, "token") || strings.HasSuffix(low, "code") || slices.ContainsFunc(secretNames, func(s string) bool { return strings.Contains(low, s) })
}

// redact answers ok false for what was not given.
func (n *node) redact(v reflect.Value) (any, bool) {
	v, absent := settle(v)
	if absent {
		return nil, false
	}
	switch v.Kind() {
	case reflect.String:
		s := v.String()
		if len(s) > maxText {
			s = strings.ToValidUTF8(s[:maxText], "") + "…"
		}
		return s, true
	case reflect.Bool, reflect.Int, reflect.Int32, reflect.Int64, reflect.Float32, reflect.Float64:
		return v.Interface(), true
	case reflect.Struct:
		if t, ok := v.Interface().(time.Time); ok {
			return t.UTC().Format(time.RFC3339), true
		}
		return n.redactMembers(v), true
	case reflect.Slice:
		if n.elem == nil {
			return audit.Redacted, true
		}
		return n.redactList(v), true
	case reflect.Map:
		if n.val == nil || n.val.sensitive {
			return audit.Redacted, true
		}
		m := map[string]any{}
		for it := v.MapRange(); it.Next(); {
			m[it.Key().String()], _ = n.val.redact(it.Value())
		}
		return m, true
	}
	return audit.Redacted, true // documents and unions
}

func (n *node) redactMembers(v reflect.Value) map[string]any {
	out := map[string]any{}
	for _, m := range n.members {
		f := v.Field(m.index)
		if _, absent := settle(f); absent {
			continue
		}
		if hidden(m) {
			out[m.name] = audit.Redacted
			continue
		}
		if x, ok := m.node.redact(f); ok {
			out[m.name] = x
		}
	}
	return out
}

func (n *node) redactList(v reflect.Value) any {
	if n.elem.sensitive {
		return audit.Redacted
	}
	l := []any{}
	for i := range v.Len() {
		x, _ := n.elem.redact(v.Index(i))
		l = append(l, x)
	}
	return l
}
