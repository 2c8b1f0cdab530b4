package policy

import (
	"fmt"
	"strings"

	"gatehouse/internal/fault"
)

// Validate answers what is wrong with a document for one use of it. Quotas are CheckSize's.
func (d *Document) Validate(kind Kind) Problems {
	v := validator{kind: kind, variables: d.Version == Version2012}
	sids := map[string]bool{}
	for i := range d.Statements {
		s := &d.Statements[i]
		if sid := s.Sid.Value; sid != "" {
			if sids[sid] {
				v.bad(s.Sid.At, sentenceSids, "another statement has the Sid %q", sid)
			}
			sids[sid] = true
		}
		v.statement(s)
	}
	return v.problems
}

type validator struct {
	kind      Kind
	variables bool
	problems  Problems
}

func (v *validator) bad(at Position, sentence, format string, args ...any) {
	v.problems = append(v.problems, Problem{At: at, Sentence: sentence, Message: fmt.Sprintf(format, shortened(args)...)})
}

// shortened are arguments of which none is longer than what a message may quote.
func shortened(args []any) []any {
	for i := range args {
		if s, ok := args[i].(string); ok {
			args[i] = fault.Short(s)
		}
	}
	return args
}

func (v *validator) warn(at Position, format string, args ...any) {
	v.problems = append(v.problems, Problem{At: at, Message: fmt.Sprintf(format, shortened(args)...), Warning: true})
}

func (v *validator) statement(s *Statement) {
	if !v.kind.named() || v.kind == Trust {
		if i := strings.IndexFunc(s.Sid.Value, func(c rune) bool { return !isAlphanumeric(c) }); i >= 0 {
			v.bad(s.Sid.At, sentenceLegacy, "a Sid consists of letters and digits; %q has %q", s.Sid.Value, s.Sid.Value[i:i+1])
		}
	}
	v.principal(s)
	v.shared(s)
	if len(s.Actions) == 0 {
		v.bad(s.Start, sentenceNoActions, "the statement names no action")
	}
	for _, a := range s.Actions {
		v.action(a)
	}
	v.resources(s)
	for _, c := range s.Conditions {
		v.condition(c)
	}
}

func isAlphanumeric(c rune) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

// trustActions are all that a trust policy may speak of.
var trustActions = []string{
	"sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity", "sts:SetContext", "sts:SetSourceIdentity", "sts:TagSession",
}

func (v *validator) action(a Text) {
	vendor, name, colon := strings.Cut(a.Value, ":")
	switch {
	case a.Value == "*" && v.kind != Trust:
		return
	case !colon && a.Value != "*":
		v.bad(a.At, sentenceNoVendor, "%q names no service: an action is written service:Name, such as iam:GetUser, or \"*\"", a.Value)
		return
	case strings.Contains(name, ":"):
		v.bad(a.At, sentenceColons, "%q has more than one colon: an action is written service:Name", a.Value)
		return
	case a.Value != "*" && (vendor == "" || strings.ContainsFunc(vendor, func(c rune) bool { return !isAlphanumeric(c) && c != '-' && c != '.' })):
		v.bad(a.At, fmt.Sprintf("Vendor %s is not valid", vendor), "%q is no service: it stands before the colon, without wildcards", vendor)
		return
	case name == "" && a.Value != "*":
		v.bad(a.At, sentenceLegacy, "%q names no action behind the colon; all of the service are %q", a.Value, vendor+":*")
		return
	}
	if i := strings.IndexFunc(name, func(c rune) bool { return !isAlphanumeric(c) && !strings.ContainsRune("*?-_.", c) }); i >= 0 {
		v.bad(a.At, sentenceLegacy, "an action's name consists of letters and digits; %q has %q", a.Value, name[i:i+1])
	}
	if v.kind == Trust && (a.Value == "*" || !matchesAny(a.Value, trustActions)) {
		v.bad(a.At, "Trust Policy statement actions can only be sts:AssumeRole, sts:AssumeRoleWithSAML, and sts:AssumeRoleWithWebIdentity",
			"%q is not about assuming a role; a trust policy may name %s", a.Value, strings.Join(trustActions, ", "))
	}
}

func matchesAny(action string, names []string) bool {
	p, err := compilePattern(action, dialect{wildcards: true, fold: true})
	for _, n := range names {
		if err == nil && p.match(n, nil) {
			return true
		}
	}
	return false
}

func (v *validator) resources(s *Statement) {
	if v.kind == Trust {
		if s.HasResource {
			v.bad(s.Start, "Has prohibited field Resource.", "a trust policy has no Resource: it is about its role")
		}
		return
	}
	if len(s.Resources) == 0 {
		v.bad(s.Start, sentenceNoResource, "the statement names no resource")
	}
	for _, r := range s.Resources {
		v.resource(r)
	}
}

func (v *validator) condition(c Condition) {
	op, ok := parseOperator(c.Operator.Value)
	if !ok {
		v.unknownOperator(c.Operator)
		return
	}
	if !isKey(strings.ToLower(c.Key.Value)) {
		v.bad(c.Key.At, sentenceNoVendor, "%q is no condition key: one is written service:Name, such as aws:SourceIp", c.Key.Value)
	}
	v.key(c, op)
	if len(c.Values) == 0 {
		v.warn(c.Key.At, "%s lists no value for %s", c.Operator.Value, c.Key.Value)
	}
	for _, t := range c.Values {
		trial := condition{operator: op}
		if err := trial.add(t.Value, v.variables); err != nil {
			v.bad(t.At, sentenceLegacy, "the value of %s: %v", c.Key.Value, err)
			continue
		}
		if op.kind == opARN && strings.HasPrefix(t.Value, "arn:") {
			v.arnAccount(t, true)
		}
		v.asterisk(op, c, t)
		v.variablesOf(t)
	}
}

// unknownOperator names the operator that was meant where one differs only in case or in a common slip.
func (v *validator) unknownOperator(t Text) {
	plain := func(s string) string {
		return strings.ToLower(strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(s, prefixAll), prefixAny), ifExists))
	}
	for name := range operators {
		if strings.EqualFold(name, plain(t.Value)) {
			v.bad(t.At, sentenceSyntax, "%q is no condition operator: it is written %q%s", t.Value, name,
				map[bool]string{true: ", without IfExists"}[name == "Null"])
			v.problems.instead(spelled(t.Value, name))
			return
		}
	}
	v.bad(t.At, sentenceSyntax, "%q is no condition operator, such as StringEquals, NumericLessThan, DateGreaterThan, Bool, IpAddress, ArnLike or Null", t.Value)
}

// spelled is an operator with the known name in its place, in the case of the language.
func spelled(s, name string) string {
	set, rest := "", s
	for _, prefix := range []string{prefixAll, prefixAny} {
		if len(s) > len(prefix) && strings.EqualFold(s[:len(prefix)], prefix) {
			set, rest = prefix, s[len(prefix):]
		}
	}
	if name != "Null" && len(rest) > len(name) {
		return set + name + ifExists
	}
	return set + name
}

// key warns of a set operator that does not suit a known key.
func (v *validator) key(c Condition, op operator) {
	k, known := globalKey(c.Key.Value)
	switch {
	case !known && strings.HasPrefix(strings.ToLower(c.Key.Value), "aws:"):
		v.warn(c.Key.At, "%s is no global condition key: no request has it", c.Key.Value)
	case known && k.Multi && op.of == single && op.kind != opNull:
		v.warn(c.Key.At, "%s has several values: ForAnyValue or ForAllValues says which of them count", c.Key.Value)
	case known && !k.Multi && op.of != single:
		v.warn(c.Key.At, "%s has one value: %s is for keys with several", c.Key.Value, c.Operator.Value)
	}
}

// variablesOf warns of variables that mean nothing where they stand.
func (v *validator) variablesOf(t Text) {
	if !strings.Contains(t.Value, "${") {
		return
	}
	if !v.variables {
		v.warn(t.At, "%q is taken literally: variables need \"Version\": %q", t.Value, Version2012)
		return
	}
	p, _ := compilePattern(t.Value, dialect{variables: true})
	for _, a := range p.atoms {
		if k, known := globalKey(a.variable.key); a.kind == replaced && known && k.Multi {
			v.warn(t.At, "%s has several values, and is no policy variable", k.Name)
		}
	}
}
