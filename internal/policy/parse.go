package policy

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Sentences that AWS answers, one for each sort of problem.
const (
	sentenceSyntax     = "Syntax errors in policy."
	sentenceVersion    = "Policy document must be version 2012-10-17 or greater."
	sentenceLegacy     = "The policy failed legacy parsing"
	sentenceSids       = "Statement IDs (SID) in a single policy must be unique."
	sentenceNoActions  = "Policy statement must contain actions."
	sentenceNoResource = "Policy statement must contain resources."
	sentenceNoVendor   = "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."
	sentenceColons     = "Actions/Condition can contain only one colon."
)

// Parse reads a document. The problems are those of its form, all at once save what is no JSON, whose first
// error is the only one; a document with problems is nil unless they are warnings. What the words may be where
// the policy is used is Validate's.
func Parse(src string) (*Document, Problems) {
	v, bad := readJSON(src)
	if bad != nil {
		return nil, Problems{{At: bad.at, Sentence: sentenceSyntax, Message: bad.message}}
	}
	p := parser{doc: &Document{Version: Version2008, Size: Size(src)}}
	p.document(v)
	if p.problems.Err() != nil {
		return nil, p.problems
	}
	return p.doc, p.problems
}

// ParseValid is Parse and Validate, with the first problem as its error. A document that is mostly white space, which
// quotas do not count, is an ErrQuota: documents are kept, and read at decisions, as they are written.
func ParseValid(src string, kind Kind) (*Document, error) {
	if utf8.RuneCountInString(src) > 4*Size(src)+maxBlank {
		return nil, ErrQuota.With("Cannot exceed quota for PolicySize: too much white space")
	}
	d, problems := Parse(src)
	if err := problems.Err(); err != nil {
		return nil, err
	}
	if err := d.Validate(kind).Err(); err != nil {
		return nil, err
	}
	return d, nil
}

// maxBlank is how much white space a document may have beyond three times what it says.
const maxBlank = 4096

type parser struct {
	doc      *Document
	problems Problems
}

func (p *parser) bad(at Position, format string, args ...any) {
	p.problems = append(p.problems, Problem{At: at, Sentence: sentenceSyntax, Message: fmt.Sprintf(format, args...)})
}

func (p *parser) document(v value) {
	if v.kind != jsonObject {
		p.bad(v.at, "a policy is an object in braces")
		return
	}
	has := false
	for _, m := range v.members {
		switch m.name.Value {
		case "Version":
			p.version(m.value)
		case "Id":
			p.doc.ID = p.string("Id", m.value).Value
		case "Statement":
			has = true
			p.statements(m.value)
		default:
			p.unknown(m.name, "a policy", "Version", "Id", "Statement")
		}
	}
	if !has {
		p.bad(v.at, "the policy has no Statement")
	}
}

// unknown refuses a name, and names the one that was meant where only its case differs.
func (p *parser) unknown(name Text, of string, known ...string) {
	for _, k := range known {
		if strings.EqualFold(k, name.Value) {
			p.bad(name.At, "%q is no element of %s: it is written %q", name.Value, of, k)
			p.problems.instead(k)
			return
		}
	}
	p.bad(name.At, "%q is no element of %s: there are %s", name.Value, of, strings.Join(known, ", "))
}

func (p *parser) version(v value) {
	switch t := p.string("Version", v); t.Value {
	case Version2012, Version2008:
		p.doc.Version = t.Value
	default:
		if v.kind == jsonString {
			p.bad(t.At, "%q is no version of the policy language: Version is %q, or %q for policies without variables; it is not the policy's own date", t.Value, Version2012, Version2008)
			p.problems.instead(Version2012)
		}
	}
}

func (p *parser) string(element string, v value) Text {
	if v.kind != jsonString {
		p.bad(v.at, "%s must be a string", element)
	}
	return Text{v.text, v.at}
}

func (p *parser) statements(v value) {
	switch {
	case v.kind == jsonObject:
		p.statement(v)
	case v.kind == jsonArray && len(v.items) > 0:
		for _, s := range v.items {
			p.statement(s)
		}
	case v.kind == jsonArray:
		p.bad(v.at, "Statement holds no statement")
	default:
		p.bad(v.at, "Statement must be a statement in braces or a list of them")
	}
}

func (p *parser) statement(v value) {
	if v.kind != jsonObject {
		p.bad(v.at, "a statement is an object in braces")
		return
	}
	s := Statement{Start: v.at, End: v.end}
	seen := map[string]Position{}
	for _, m := range v.members {
		p.element(&s, m)
		seen[m.name.Value] = m.name.At
	}
	for _, name := range []string{"Principal", "Action", "Resource"} {
		_, plain := seen[name]
		if at, not := seen["Not"+name]; plain && not {
			p.bad(at, "a statement has %s or Not%s, not both", name, name)
		}
	}
	if _, ok := seen["Effect"]; !ok {
		p.bad(v.at, "the statement has no Effect: it is \"Allow\" or \"Deny\"")
	}
	p.doc.Statements = append(p.doc.Statements, s)
}

func (p *parser) element(s *Statement, m member) {
	switch m.name.Value {
	case "Sid":
		s.Sid = p.string("Sid", m.value)
	case "Effect":
		s.Effect = p.effect(m.value)
	case "Principal", "NotPrincipal":
		s.Principal = p.principals(m)
	case "Action", "NotAction":
		s.Actions, s.NotAction = p.strings(m.name.Value, m.value), m.name.Value == "NotAction"
	case "Resource", "NotResource":
		s.Resources, s.NotResource, s.HasResource = p.strings(m.name.Value, m.value), m.name.Value == "NotResource", true
	case "Condition":
		s.Conditions = p.conditions(m.value)
	default:
		p.unknown(m.name, "a statement", "Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition")
	}
}

func (p *parser) effect(v value) Effect {
	switch t := p.string("Effect", v); {
	case t.Value == "Allow":
		return Allow
	case t.Value == "Deny":
		return Deny
	case strings.EqualFold(t.Value, "Allow"), strings.EqualFold(t.Value, "Deny"):
		p.bad(v.at, "Effect is \"Allow\" or \"Deny\", with that very case, not %q", t.Value)
		p.problems.instead(strings.ToUpper(t.Value[:1]) + strings.ToLower(t.Value[1:]))
	case v.kind == jsonString:
		p.bad(v.at, "Effect is \"Allow\" or \"Deny\", with that very case, not %q", t.Value)
	}
	return Deny
}

// strings reads a string or a list of them.
func (p *parser) strings(element string, v value) []Text {
	if v.kind != jsonArray {
		return []Text{p.stringOf(element, v, "%s must be a string or a list of strings")}
	}
	list := make([]Text, len(v.items))
	for i, item := range v.items {
		list[i] = p.stringOf(element, item, "%s may only hold strings")
	}
	return list
}

func (p *parser) stringOf(element string, v value, message string) Text {
	if v.kind != jsonString {
		p.bad(v.at, message, element)
	}
	return Text{v.text, v.at}
}
