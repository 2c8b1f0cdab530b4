package privacy

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"

	"gatehouse/internal/audit"
)

// Names tells whether a record names the person.
func (v *Values) Names(r audit.Record) bool {
	_, changed := v.Rewrite(r, "")
	return changed
}

// Rewrite is the record with a pseudonym in place of the person's values, and whether there was any. A value counts
// where a record of the person's pool, or one that names the sub, tells a person by it: as the name of a user, in a
// search for users, as the value of the attribute; and in tags where the record names the sub. Who acted, when, on
// what kind of thing and how it ended stay as they are, and so do ARNs but for the sub.
func (v *Values) Rewrite(r audit.Record, pseudonym string) (audit.Record, bool) {
	w := rewriter{values: v, pseudonym: pseudonym}
	out := r
	out.Resource = w.resource(r.Resource)
	var input any
	d := json.NewDecoder(bytes.NewReader(r.Input))
	d.UseNumber()
	if d.Decode(&input) != nil {
		return out, w.changed
	}
	w.aboutSub = w.changed || v.holdsSub(input)
	if !w.aboutSub && !v.ofPool(r.Resource, input) {
		return out, false
	}
	before := w.changed
	w.changed = false
	input = w.walk("", input)
	if w.changed {
		if b, err := json.Marshal(input); err == nil {
			out.Input = b
		}
	}
	return out, w.changed || before
}

// ofPool tells whether a call was about the person's pool.
func (v *Values) ofPool(resource string, input any) bool {
	_, pool, _ := strings.Cut(resource, ":userpool/")
	if pool, _, _ = strings.Cut(pool, "/"); pool == v.PoolID {
		return true
	}
	members, _ := input.(map[string]any)
	return members["userPoolId"] == v.PoolID
}

// holdsSub tells whether the sub stands, whole, somewhere in a JSON value: nobody chooses one.
func (v *Values) holdsSub(x any) bool {
	switch x := x.(type) {
	case string:
		return strings.EqualFold(x, v.Sub)
	case []any:
		for _, e := range x {
			if v.holdsSub(e) {
				return true
			}
		}
	case map[string]any:
		for name, e := range x {
			if v.holdsSub(name) || v.holdsSub(e) {
				return true
			}
		}
	}
	return false
}

// rewriter rewrites one record.
type rewriter struct {
	values    *Values
	pseudonym string
	aboutSub  bool // the record names the sub
	changed   bool
}

func (w *rewriter) replace(s string, theirs bool) string {
	if !theirs {
		return s
	}
	w.changed = true
	return w.pseudonym
}

// resource puts the pseudonym in the place of a sub that is a whole part of an ARN's path.
func (w *rewriter) resource(arn string) string {
	parts := strings.Split(arn, "/")
	for i := 1; i < len(parts); i++ {
		parts[i] = w.replace(parts[i], strings.EqualFold(parts[i], w.values.Sub))
	}
	return strings.Join(parts, "/")
}

// walk rewrites the value of a member, and whatever is in it. Names of members stay, save those of tags.
func (w *rewriter) walk(member string, x any) any {
	switch x := x.(type) {
	case string:
		return w.text(member, x)
	case []any:
		for i := range x {
			x[i] = w.walk(member, x[i])
		}
	case map[string]any:
		if member == "tags" {
			return w.tags(x)
		}
		name, named := x["name"].(string)
		value, valued := x["value"].(string)
		if named && valued { // an attribute
			x["value"] = w.replace(value, w.values.Attribute(name, value))
			return x
		}
		for k := range x {
			x[k] = w.walk(k, x[k])
		}
	}
	return x
}

func (w *rewriter) text(member, s string) string {
	switch member {
	case "username", "sub", "subs":
		return w.replace(s, w.values.Login(s))
	case "text":
		return w.replace(s, w.values.Text(s))
	case "filter":
		return w.filter(s)
	case "tagKeys":
		return w.tag(s)
	}
	return s
}

// filterForm is directory.ParseFilter's, in what stands before, in and behind the value's quotes.
var filterForm = regexp.MustCompile(`^(\s*([a-zA-Z_:]+)\s*\^?=\s*")((?:[^"\\]|\\.)*)("\s*)$`)

var escapes = regexp.MustCompile(`\\(.)`)

func (w *rewriter) filter(s string) string {
	m := filterForm.FindStringSubmatch(s)
	if m == nil || !w.values.Attribute(m[2], escapes.ReplaceAllString(m[3], "$1")) {
		return s
	}
	return m[1] + w.replace(m[3], true) + m[4]
}

// tags are a map of names and values, or a key and a value.
func (w *rewriter) tags(x map[string]any) map[string]any {
	out := make(map[string]any, len(x))
	for name, value := range x {
		if s, ok := value.(string); ok {
			value = w.tag(s)
		}
		out[w.tag(name)] = value
	}
	return out
}

// tag rewrites a free text, which tells the person only by what nobody else has and where the record is about them.
func (w *rewriter) tag(s string) string {
	v := w.values
	return w.replace(s, w.aboutSub && (v.Attribute("sub", s) || v.Attribute("email", s) || v.Attribute("phone_number", s)))
}
