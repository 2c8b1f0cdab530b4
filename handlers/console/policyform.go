package console

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"gatehouse/internal/policy"
	pages "gatehouse/templates/console"
)

// What a form of statements may hold at most; the JSON view has no such limits.
const (
	maxStatements = 60
	maxConditions = 40
)

// statementForms are a document as a form has it; ok is false for what lines of text fields cannot hold.
func statementForms(d *policy.Document) (out []pages.StatementForm, ok bool) {
	ok = len(d.Statements) <= maxStatements
	for _, s := range d.Statements {
		f := pages.StatementForm{
			Sid: s.Sid.Value, Effect: s.Effect.String(), NotAction: s.NotAction, NotResource: s.NotResource,
			Actions: textLines(s.Actions, &ok), Resources: textLines(s.Resources, &ok),
		}
		if s.Principal != nil {
			f.Principals, f.NotPrincipal = principalLines(s.Principal, &ok), s.Principal.Not
		}
		for _, c := range s.Conditions {
			f.Conditions = append(f.Conditions, pages.ConditionForm{Operator: c.Operator.Value, Key: c.Key.Value, Values: textLines(c.Values, &ok)})
		}
		ok = ok && len(f.Conditions) < maxConditions
		out = append(out, f)
	}
	return out, ok
}

// textLines puts texts on lines, where each is one that reads back as it was.
func textLines(texts []policy.Text, ok *bool) string {
	lines := make([]string, len(texts))
	for i, t := range texts {
		lines[i] = t.Value
		*ok = *ok && t.Value != "" && t.Value == strings.TrimSpace(t.Value) && !strings.ContainsAny(t.Value, "\r\n")
	}
	return strings.Join(lines, "\n")
}

var principalKinds = []string{"AWS", "Federated", "Service", "CanonicalUser"}

func principalLines(p *policy.Principals, ok *bool) string {
	if p.Everyone && len(p.AWS)+len(p.Federated)+len(p.Service)+len(p.Canonical) == 0 {
		return "*"
	}
	var out []string
	for i, list := range [][]policy.Text{p.AWS, p.Federated, p.Service, p.Canonical} {
		textLines(list, ok)
		for _, t := range list {
			out = append(out, principalKinds[i]+" "+t.Value)
		}
	}
	return strings.Join(out, "\n")
}

// writtenStatement is a statement in the order that people write its elements in.
type writtenStatement struct {
	Sid          string                    `json:",omitempty"`
	Effect       string                    `json:",omitempty"`
	Principal    any                       `json:",omitempty"`
	NotPrincipal any                       `json:",omitempty"`
	Action       any                       `json:",omitempty"`
	NotAction    any                       `json:",omitempty"`
	Resource     any                       `json:",omitempty"`
	NotResource  any                       `json:",omitempty"`
	Condition    map[string]map[string]any `json:",omitempty"`
}

// documentText writes what a form says as a document. What is not filled in is left out, and Validate tells of it.
func documentText(version, id string, statements []pages.StatementForm) string {
	doc := struct {
		Version   string
		ID        string `json:"Id,omitempty"`
		Statement []writtenStatement
	}{version, id, []writtenStatement{}}
	for _, f := range statements {
		w := writtenStatement{Sid: f.Sid, Effect: f.Effect}
		put := func(not bool, value any, plain, negated *any) {
			if not {
				plain = negated
			}
			*plain = value
		}
		put(f.NotPrincipal, writtenPrincipals(f.Principals), &w.Principal, &w.NotPrincipal)
		put(f.NotAction, oneOrMany(nonEmptyLines(f.Actions)), &w.Action, &w.NotAction)
		put(f.NotResource, oneOrMany(nonEmptyLines(f.Resources)), &w.Resource, &w.NotResource)
		w.Condition = writtenConditions(f.Conditions)
		doc.Statement = append(doc.Statement, w)
	}
	return asJSON(doc)
}

func writtenConditions(conditions []pages.ConditionForm) map[string]map[string]any {
	out := map[string]map[string]any{}
	for _, c := range conditions {
		if c.Key == "" && c.Values == "" {
			continue
		}
		if out[c.Operator] == nil {
			out[c.Operator] = map[string]any{}
		}
		values := nonEmptyLines(c.Values)
		if had, ok := out[c.Operator][c.Key]; ok {
			values = append(manyOf(had), values...)
		}
		if out[c.Operator][c.Key] = oneOrMany(values); len(values) == 0 {
			out[c.Operator][c.Key] = []string{}
		}
	}
	return out
}

func writtenPrincipals(text string) any {
	kinds := map[string]any{}
	for _, line := range nonEmptyLines(text) {
		if line == "*" {
			return "*"
		}
		kind, value, ok := strings.Cut(line, " ")
		if !ok || !slices.Contains(principalKinds, kind) { // an account or an ARN by itself
			kind, value = "AWS", line
		}
		kinds[kind] = oneOrMany(append(manyOf(kinds[kind]), strings.TrimSpace(value)))
	}
	if len(kinds) == 0 {
		return nil
	}
	return kinds
}

// oneOrMany is how a policy writes a list: a single entry by itself, none not at all.
func oneOrMany(list []string) any {
	switch len(list) {
	case 0:
		return nil
	case 1:
		return list[0]
	}
	return list
}

func manyOf(v any) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []string:
		return v
	}
	return nil
}

func nonEmptyLines(text string) (out []string) {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

func asJSON(v any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if e.Encode(v) != nil { // of strings, lists and maps
		return ""
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// laidOut is a document with a line for each thing in it; what is no JSON stays as it is.
func laidOut(document string) string {
	var b bytes.Buffer
	if json.Indent(&b, []byte(document), "", "  ") != nil {
		return document
	}
	return b.String()
}

// postedStatements reads the form of statements. What was typed to add to a list is in it from now on.
func (v *visit) postedStatements() (out []pages.StatementForm) {
	n, _ := strconv.Atoi(v.posted("statements"))
	for i := range min(n, maxStatements) {
		at := "s" + strconv.Itoa(i) + "."
		f := pages.StatementForm{
			Sid: v.typed(at + "sid"), Effect: v.posted(at + "effect"), Principals: v.joined(at + "principals"), NotPrincipal: v.posted(at+"not_principal") != "",
			Actions: v.joined(at+"actions", at+"add_action"), NotAction: v.posted(at+"not_action") != "", Resources: v.joined(at + "resources"), NotResource: v.posted(at+"not_resource") != "",
		}
		for j := range maxConditions {
			c := at + "c" + strconv.Itoa(j) + "."
			one := pages.ConditionForm{Operator: v.posted(c + "operator"), Key: v.typed(c + "key"), Values: v.joined(c + "values")}
			if one.Key != "" || one.Values != "" {
				f.Conditions = append(f.Conditions, one)
			}
		}
		out = append(out, f)
	}
	return out
}

// joined are the lines of posted texts that say something.
func (v *visit) joined(names ...string) string {
	var all []string
	for _, name := range names {
		all = append(all, v.lines(name)...)
	}
	return strings.Join(all, "\n")
}
