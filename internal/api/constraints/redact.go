package constraints

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"time"

	"gatehouse/internal/audit"
)

// Redact is an input as the audit log may keep it: JSON without what is secret or personal, of 64 KiB at most. A
// member that the model does not know, that it calls sensitive, or whose name sounds like a secret shows only that it
// was set. Policies are compacted and whole; of other long texts, lists and maps the beginning is there.
func (in *Input) Redact(v any) json.RawMessage {
	for _, to := range shortened {
		out, ok := in.root.redact(reflect.ValueOf(v).Elem(), to)
		if !ok {
			return json.RawMessage("{}")
		}
		var b bytes.Buffer
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false) // six bytes of one
		if e.Encode(out) == nil && b.Len() <= maxRecorded {
			return bytes.TrimSpace(b.Bytes())
		}
	}
	return json.RawMessage(`{"_":"too large to record"}`)
}

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
	low := strings.TrimRight(strings.ToLower(m.name), "0123456789") // authenticationCode1
	return m.node.sensitive || strings.HasSuffix(low, "token") || strings.HasSuffix(low, "code") || slices.ContainsFunc(secretNames, func(s string) bool { return strings.Contains(low, s) })
}

// redact answers ok false for what was not given.
func (n *node) redact(v reflect.Value, to bounds) (any, bool) {
	v, absent := settle(v)
	if absent {
		return nil, false
	}
	switch v.Kind() {
	case reflect.String:
		return cut(v.String(), to.text), true
	case reflect.Bool, reflect.Int, reflect.Int32, reflect.Int64, reflect.Float32, reflect.Float64:
		return v.Interface(), true
	case reflect.Struct:
		if t, ok := v.Interface().(time.Time); ok {
			return t.UTC().Format(time.RFC3339), true
		}
		return n.redactMembers(v, to), true
	case reflect.Slice:
		if n.elem == nil {
			return audit.Redacted, true
		}
		return n.redactList(v, to.within()), true
	case reflect.Map:
		if n.val == nil || n.val.sensitive {
			return audit.Redacted, true
		}
		return n.redactMap(v, to.within()), true
	}
	return audit.Redacted, true // documents and unions
}

func (n *node) redactMembers(v reflect.Value, to bounds) map[string]any {
	out := map[string]any{}
	for _, m := range n.members {
		f, absent := settle(v.Field(m.index))
		switch {
		case absent:
		case hidden(m):
			out[m.name] = audit.Redacted
		case isPolicy(m) && f.Kind() == reflect.String:
			out[m.name] = document(f.String())
		default:
			out[m.name], _ = m.node.redact(v.Field(m.index), to)
		}
	}
	return out
}

func (n *node) redactList(v reflect.Value, to bounds) any {
	if n.elem.sensitive {
		return audit.Redacted
	}
	l := []any{}
	for i := range min(v.Len(), to.items) {
		x, _ := n.elem.redact(v.Index(i), to)
		l = append(l, x)
	}
	if left := v.Len() - len(l); left > 0 {
		l = append(l, more(left))
	}
	return l
}

func (n *node) redactMap(v reflect.Value, to bounds) map[string]any {
	keys := v.MapKeys()
	slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
	m := map[string]any{}
	for _, k := range keys[:min(len(keys), to.items)] {
		m[k.String()], _ = n.val.redact(v.MapIndex(k), to)
	}
	if left := len(keys) - len(m); left > 0 {
		m["…"] = more(left)
	}
	return m
}
