package policy

import (
	"encoding/base64"
	"encoding/json"
	"net"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The oracle is a second evaluator, as simple as it can be written and sharing nothing with the first but the
// types of a request: documents are encoding/json's maps, patterns are regular expressions, every statement
// is looked at, and nothing is compiled ahead.
type oracle struct {
	policies map[Kind][]any // documents; a kind that is not there is no set
	levels   map[Kind][][]any
	decides  bool
	regexps  map[string]*regexp.Regexp
}

type anyMap = map[string]any

func (o *oracle) decide(q *Request) (allowed, explicit bool, kind Kind) {
	p := &q.Principal
	account := p.Kind == Root || p.Kind == User || p.Kind == RoleSession || p.Kind == FederatedUser
	resource := Resource
	if _, ok := o.policies[Trust]; ok {
		resource = Trust
	}
	// 1. A Deny anywhere.
	type layer struct {
		kind Kind
		docs []any
	}
	var all []layer
	if account {
		for _, l := range o.levels[ServiceControl] {
			all = append(all, layer{ServiceControl, l})
		}
	}
	for _, l := range o.levels[ResourceControl] {
		all = append(all, layer{ResourceControl, l})
	}
	all = append(all, layer{resource, o.policies[resource]})
	if account && p.Kind != Root {
		for _, k := range []Kind{Identity, Boundary, Session} {
			all = append(all, layer{k, o.policies[k]})
		}
	}
	for _, l := range all {
		if o.strongest(l.docs, l.kind, "Deny", q) > 0 {
			return false, true, l.kind
		}
	}
	// 2. Organizations.
	for _, l := range o.levels[ResourceControl] {
		if o.strongest(l, ResourceControl, "Allow", q) == 0 {
			return false, false, ResourceControl
		}
	}
	for _, l := range o.levels[ServiceControl] {
		if account && o.strongest(l, ServiceControl, "Allow", q) == 0 {
			return false, false, ServiceControl
		}
	}
	// 3. The resource's policy: 3 names the principal itself, 2 its role or user, 1 its account.
	named := o.strongest(o.policies[resource], resource, "Allow", q)
	if !account {
		return named > 0, false, resource
	}
	ok := func(k Kind) bool { return o.strongest(o.policies[k], k, "Allow", q) > 0 }
	limit := Kind(0)
	if _, there := o.policies[Boundary]; there && !ok(Boundary) {
		limit = Boundary
	} else if _, there := o.policies[Session]; (there || p.Kind == FederatedUser) && !ok(Session) {
		limit = Session
	}
	if p.Kind == Root {
		limit = 0
	}
	cross := q.ResourceAccount != "" && q.ResourceAccount != p.Account
	needed := cross || o.decides || resource == Trust
	if !cross {
		if named == 3 {
			return true, false, resource
		}
		if named == 2 {
			if limit != 0 {
				return false, false, limit
			}
			return true, false, resource
		}
		if needed && named == 0 {
			return false, false, resource
		}
	}
	// 4 to 6. The account's own.
	if p.Kind != Root && !ok(Identity) {
		return false, false, Identity
	}
	if limit != 0 {
		return false, false, limit
	}
	if needed && named == 0 {
		return false, false, resource
	}
	return true, false, Identity
}

// strongest is how directly the statements of an effect that match name the principal, 0 when none does.
func (o *oracle) strongest(docs []any, kind Kind, effect string, q *Request) int {
	best := 0
	for _, d := range docs {
		doc := d.(anyMap)
		variables := doc["Version"] == "2012-10-17"
		for _, s := range list(doc["Statement"]) {
			st := s.(anyMap)
			if st["Effect"] == effect && o.action(st, q) && o.resource(st, q, variables) && o.conditions(st, q, variables) {
				n := 3
				if kind == Resource || kind == Trust || kind == ResourceControl {
					n = oraclePrincipal(st, &q.Principal)
				}
				best = max(best, n)
			}
		}
	}
	return best
}

func list(v any) []any {
	if l, ok := v.([]any); ok {
		return l
	}
	if v == nil {
		return nil
	}
	return []any{v}
}

func (o *oracle) action(st anyMap, q *Request) bool {
	has := func(v any) bool {
		return slices.ContainsFunc(list(v), func(p any) bool {
			return o.glob(strings.ToLower(p.(string)), strings.ToLower(q.Action), "", nil, false)
		})
	}
	if not, ok := st["NotAction"]; ok {
		return !has(not)
	}
	return has(st["Action"])
}

func (o *oracle) resource(st anyMap, q *Request, variables bool) bool {
	var c *Context
	if variables {
		c = &q.Context
	}
	has := func(v any) bool {
		return slices.ContainsFunc(list(v), func(p any) bool {
			s := p.(string)
			for n := strings.Count(regexp.MustCompile(`\$\{[^}]*\}`).ReplaceAllString(s, ""), ":"); s != "*" && n < 5; n++ {
				s += ":*"
			}
			return o.glob(s, q.Resource, "", c, true)
		})
	}
	if not, ok := st["NotResource"]; ok {
		if st["Effect"] == "Allow" && variables {
			for _, p := range list(not) {
				if _, ok := o.pattern(p.(string), c, true); !ok {
					// Unresolved: only a pattern before it that matches would have had the same answer.
					return false
				}
			}
		}
		return !has(not)
	}
	if res, ok := st["Resource"]; ok {
		return has(res)
	}
	return true
}

var oracleVariable = regexp.MustCompile(`\$\{([^},]*)(?:, *'([^']*)')?\}`)

// pattern writes a regular expression; false when a variable has no value.
func (o *oracle) pattern(s string, c *Context, wildcards bool) (string, bool) {
	quote := func(s string) string {
		s = regexp.QuoteMeta(s)
		if wildcards {
			s = strings.ReplaceAll(strings.ReplaceAll(s, `\*`, `.*`), `\?`, `.`)
		}
		return s
	}
	if c == nil {
		return quote(s), true
	}
	out, at := "", 0
	for _, m := range oracleVariable.FindAllStringSubmatchIndex(s, -1) {
		out += quote(s[at:m[0]])
		at = m[1]
		name := s[m[2]:m[3]]
		if name == "*" || name == "?" || name == "$" {
			out += regexp.QuoteMeta(name)
			continue
		}
		v, there := c.values[strings.ToLower(name)]
		switch {
		case there && !v.multi:
			out += regexp.QuoteMeta(v.list[0])
		case m[4] >= 0:
			out += regexp.QuoteMeta(s[m[4]:m[5]])
		default:
			return "", false
		}
	}
	return out + quote(s[at:]), true
}

// glob matches a whole text; variables are known where there is a context.
func (o *oracle) glob(p, s, flags string, c *Context, wildcards bool) bool {
	if flags == "" && c == nil {
		wildcards = true
	}
	source, ok := o.pattern(p, c, wildcards)
	if !ok {
		return false
	}
	return o.regexp(`(?s` + flags + `)^(?:` + source + `)$`).MatchString(s)
}

func (o *oracle) regexp(source string) *regexp.Regexp {
	r := o.regexps[source]
	if r == nil {
		if o.regexps == nil || len(o.regexps) > 10000 {
			o.regexps = map[string]*regexp.Regexp{}
		}
		r = regexp.MustCompile(source)
		o.regexps[source] = r
	}
	return r
}

func (o *oracle) conditions(st anyMap, q *Request, variables bool) bool {
	conditions, _ := st["Condition"].(anyMap)
	for op, keys := range conditions {
		for key, values := range keys.(anyMap) {
			if !o.condition(op, key, list(values), q, variables) {
				return false
			}
		}
	}
	return true
}

func (o *oracle) condition(op, key string, want []any, q *Request, variables bool) bool {
	have := q.Context.Values(key)
	if op == "Null" {
		return slices.ContainsFunc(want, func(w any) bool { return text(w) == strconv.FormatBool(len(have) == 0) })
	}
	set, rest, ok := strings.Cut(op, ":")
	if !ok {
		set, rest = "", op
	}
	rest, exists := strings.CutSuffix(rest, "IfExists")
	negated := strings.Contains(rest, "Not")
	if len(have) == 0 {
		if exists || set == "ForAllValues" {
			return true
		}
		return set == "" && negated
	}
	count := 0 // of the request's values that the operator is true of
	for _, h := range have {
		some := slices.ContainsFunc(want, func(w any) bool { return o.compare(strings.Replace(rest, "Not", "", 1), h, text(w), q, variables) })
		if some != negated {
			count++
		}
	}
	if set == "ForAllValues" || set == "" && negated {
		return count == len(have)
	}
	return count > 0
}

func text(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	b, _ := json.Marshal(v)
	return string(b)
}

func (o *oracle) compare(op, have, want string, q *Request, variables bool) bool {
	c := &Context{}
	if variables {
		c = &q.Context
	}
	if !variables {
		want = strings.ReplaceAll(want, "$", "${$}") // taken literally
	}
	switch op {
	case "StringEquals":
		return o.glob(want, have, "", c, false)
	case "StringEqualsIgnoreCase":
		return o.glob(want, have, "i", c, false)
	case "StringLike":
		return o.glob(want, have, "", c, true)
	case "ArnEquals", "ArnLike":
		hs := strings.SplitN(have, ":", 6)
		ws := regexp.MustCompile(`(?:\$\{[^}]*\}|[^:])*`).FindAllString(want, -1)
		for want != "*" && !strings.Contains(want, "${") && len(ws) < 6 {
			ws = append(ws, "*")
		}
		if len(ws) > 6 {
			ws = append(ws[:5:5], strings.Join(ws[5:], ":"))
		}
		if len(ws) != 6 {
			return o.glob(want, have, "", c, true)
		}
		if len(hs) != 6 {
			return false
		}
		for i := range ws {
			if !o.glob(ws[i], hs[i], "", c, true) {
				return false
			}
		}
		return true
	case "Bool":
		return strings.EqualFold(have, want) && (strings.EqualFold(have, "true") || strings.EqualFold(have, "false"))
	case "BinaryEquals":
		h, err := base64.StdEncoding.DecodeString(have)
		w, _ := base64.StdEncoding.DecodeString(want)
		return err == nil && string(h) == string(w)
	case "IpAddress", "IpAddres":
		ip := net.ParseIP(have)
		if !strings.Contains(want, "/") {
			return ip != nil && ip.Equal(net.ParseIP(want))
		}
		_, block, err := net.ParseCIDR(want)
		return err == nil && ip != nil && block.Contains(ip)
	}
	var cmp float64
	if strings.HasPrefix(op, "Date") {
		h, okh := oracleDate(have)
		w, _ := oracleDate(want)
		if !okh {
			return false
		}
		cmp = h - w
	} else {
		h, err := strconv.ParseFloat(have, 64)
		w, _ := strconv.ParseFloat(want, 64)
		if err != nil {
			return false
		}
		cmp = h - w
	}
	switch strings.TrimPrefix(strings.TrimPrefix(op, "Date"), "Numeric") {
	case "Equals":
		return cmp == 0
	case "LessThan":
		return cmp < 0
	case "LessThanEquals":
		return cmp <= 0
	case "GreaterThan":
		return cmp > 0
	}
	return cmp >= 0
}

func oracleDate(s string) (float64, bool) {
	for _, form := range []string{"2006", "2006-01", "2006-01-02", time.RFC3339, "2006-01-02T15:04Z07:00"} {
		if t, err := time.Parse(form, s); err == nil {
			return float64(t.Unix()), true
		}
	}
	n, err := strconv.ParseInt(s, 10, 64)
	return float64(n), err == nil
}

// oraclePrincipal is 3 for the principal itself, 2 for who is behind it, 1 for its account, 0 for neither.
func oraclePrincipal(st anyMap, p *Principal) int {
	names := func(v any) []int {
		if v == "*" {
			return []int{3}
		}
		var found []int
		for kind, l := range v.(anyMap) {
			for _, e := range list(l) {
				s := e.(string)
				switch {
				case kind == "AWS" && s == "*":
					found = append(found, 3)
				case kind == "Service":
					if p.Kind == AWSService && p.Name == s {
						found = append(found, 3)
					}
				case kind == "Federated":
					if p.Kind == Provider && p.Name == s {
						found = append(found, 3)
					}
				case p.Account == "":
				case s == p.ARN && p.Kind != Root:
					found = append(found, 3)
				case s == p.Issuer, s == p.ID && p.Kind != User:
					found = append(found, 2)
				case s == p.ID && s != "":
					found = append(found, 3)
				case s == p.Account, s == "arn:aws:iam::"+p.Account+":root":
					found = append(found, 1)
				}
			}
		}
		return found
	}
	if v, ok := st["Principal"]; ok {
		return slices.Max(append(names(v), 0))
	}
	v := st["NotPrincipal"]
	found := names(v)
	everyone := v == "*"
	if m, ok := v.(anyMap); ok {
		everyone = slices.Contains(list(m["AWS"]), "*")
	}
	spared := len(found) > 0
	if st["Effect"] == "Deny" && p.Account != "" && !everyone {
		spared = slices.Contains(found, 1)
		if p.Kind != Root {
			spared = spared && slices.Contains(found, 3)
		}
		if p.Kind == RoleSession || p.Kind == FederatedUser {
			spared = spared && slices.Contains(found, 2)
		}
	}
	if spared {
		return 0
	}
	return 3
}
