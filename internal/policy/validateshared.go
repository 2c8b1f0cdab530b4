package policy

import "strings"

// sharedProviders serve everybody with an account there: the claim of each that says whose token it is.
var sharedProviders = map[string]string{
	"accounts.google.com":                   "aud",
	"agent.buildkite.com":                   "sub",
	"app.terraform.io":                      "sub",
	"gitlab.com":                            "sub",
	"token.actions.githubusercontent.com":   "sub",
	"vstoken.actions.githubusercontent.com": "sub",
}

// shared warns of a trust in a provider that serves everybody, without a condition on whose tokens it takes.
func (v *validator) shared(s *Statement) {
	if v.kind != Trust || s.Effect != Allow || s.Principal == nil || s.Principal.Not || !s.speaksOf("sts:AssumeRoleWithWebIdentity") {
		return
	}
	for _, t := range s.Principal.Federated {
		host := t.Value
		if _, after, ok := strings.Cut(host, ":oidc-provider/"); ok {
			host = after
		}
		host = strings.ToLower(host)
		claim, ok := sharedProviders[host]
		if !ok || s.narrows(host+":sub") || claim == "aud" && (s.narrows(host+":aud") || s.narrows(host+":oaud")) {
			continue
		}
		v.warn(t.At, "anyone with a token of %s gets in, for it serves everybody: a condition on %s says whose tokens count", host, host+":"+claim)
	}
}

// speaksOf tells whether the actions of a statement take one in.
func (s *Statement) speaksOf(action string) bool {
	for _, a := range s.Actions {
		if matchesAny(a.Value, []string{action}) {
			return !s.NotAction
		}
	}
	return s.NotAction
}

// narrows tells whether a condition asks a key, in lower case, for certain values.
func (s *Statement) narrows(key string) bool {
	for _, c := range s.Conditions {
		op, ok := parseOperator(c.Operator.Value)
		if !ok || strings.ToLower(c.Key.Value) != key || op.kind != opString || op.negated || op.ifExists || op.of == forAllValues {
			continue
		}
		all := false // of the values: one that names no owner
		for _, t := range c.Values {
			all = all || op.wildcards && !namesOwner(t.Value)
		}
		if !all {
			return true
		}
	}
	return false
}

// namesOwner tells whether a pattern of a subject, such as repo:OWNER/* or project_path:OWNER/*, begins with letters where
// the owner stands: one that begins with an asterisk there takes in everybody.
func namesOwner(pattern string) bool {
	if _, after, ok := strings.Cut(pattern, ":"); ok {
		pattern = after
	}
	return strings.IndexAny(pattern+"*", "/*?") > 0
}

// asterisk warns of one in a value that is compared letter by letter.
func (v *validator) asterisk(op operator, c Condition, t Text) {
	if op.kind == opString && !op.wildcards && strings.Contains(strings.ReplaceAll(t.Value, "${*}", ""), "*") {
		v.warn(t.At, "%s takes the asterisk of %q literally: a pattern needs %s", c.Operator.Value, t.Value, map[bool]string{true: "StringNotLike", false: "StringLike"}[op.negated])
	}
}
