package policy

import (
	"slices"
	"strings"
)

// fillers are what examples put for an asterisk.
var fillers = []string{"x", "", "new/x"}

// example is a text that a pattern matches; variables without a value get one.
func (p *pattern) example(filler string, c *Context) string {
	var b strings.Builder
	for i := range p.atoms {
		switch a := &p.atoms[i]; a.kind {
		case literal:
			b.WriteString(a.text)
		case one:
			b.WriteByte('y')
		case many:
			b.WriteString(filler)
		case replaced:
			v, ok := a.variable.resolve(c)
			if !ok {
				v = "z"
				c.Set(a.variable.key, v)
			}
			b.WriteString(v)
		}
	}
	return b.String()
}

func (g region) actionExamples(all []region) []string {
	var list []string
	for _, r := range slices.Concat([]region{g}, all) {
		for i := range r.actions {
			for _, f := range fillers[:2] {
				list = append(list, strings.TrimPrefix(r.actions[i].example(f, nil), "x:"))
			}
		}
	}
	list = append(list, "example:Action")
	return distinct(list, func(s string) bool { return strings.Contains(s, ":") && g.actionMatches(s) })
}

func (g region) resourceExamples(all []region, c *Context) []string {
	if len(g.resources) == 0 {
		return []string{"*"}
	}
	var list []string
	for _, r := range slices.Concat([]region{g}, all) {
		for i := range r.resources {
			for _, f := range fillers {
				list = append(list, r.resources[i].example(f, c))
			}
		}
	}
	list = append(list, "*", "arn:aws:example:us-east-1:123456789012:thing")
	return distinct(list, func(s string) bool {
		return (s == "*" || strings.HasPrefix(s, "arn:")) && g.resourceMatches(&Request{Resource: s, Context: *c})
	})
}

func distinct(list []string, keep func(string) bool) []string {
	var out []string
	seen := map[string]bool{}
	for _, s := range list {
		if !seen[s] && keep(s) {
			out = append(out, s)
		}
		seen[s] = true
	}
	return out
}

// principalExamples are principals whom a statement names, of all that any statement does; one of a policy that
// names nobody is about anybody.
func (g region) principalExamples(all []region) []Principal {
	const account, other = "123456789012", "210987654321"
	user := func(account string) Principal {
		return Principal{Kind: User, Account: account, ARN: "arn:aws:iam::" + account + ":user/somebody"}
	}
	ps := g.principals
	if ps == nil {
		return []Principal{user(account)}
	}
	list := []Principal{{}, user(account), user(other), named("arn:aws:iam::" + account + ":role/somebody")}
	for _, g := range all {
		list = append(list, g.principals.examples()...)
	}
	return slices.DeleteFunc(list, func(p Principal) bool { return ps.match(&p, g.effect) == notNamed })
}

// examples are principals whom a list names.
func (ps *principals) examples() []Principal {
	var list []Principal
	for _, a := range ps.accounts {
		list = append(list, named("arn:aws:iam::"+a+":root"), named("arn:aws:iam::"+a+":user/somebody"))
	}
	for _, s := range ps.aws {
		list = append(list, named(s))
	}
	for _, s := range ps.services {
		list = append(list, Principal{Kind: AWSService, Name: s})
	}
	for _, s := range ps.federated {
		list = append(list, Principal{Kind: Provider, Name: s})
	}
	for _, s := range ps.canonicalID {
		list = append(list, Principal{Kind: User, Account: "123456789012", Canonical: s})
	}
	return list
}

// named is somebody whom an entry of a Principal names.
func named(entry string) Principal {
	parts := splitARN(entry, false)
	if len(parts) < 6 {
		return Principal{Kind: User, Account: "123456789012", ARN: "arn:aws:iam::123456789012:user/somebody", ID: entry}
	}
	p := Principal{Kind: User, Account: parts[4], ARN: entry}
	switch sort, name, _ := strings.Cut(parts[5], "/"); sort {
	case "role":
		p.Kind, p.Issuer, p.ARN = RoleSession, entry, "arn:aws:sts::"+p.Account+":assumed-role/"+name[strings.LastIndexByte(name, '/')+1:]+"/session"
	case "root":
		p.Kind = Root
	case "assumed-role":
		p.Kind = RoleSession
	case "federated-user":
		p.Kind = FederatedUser
	}
	return p
}
