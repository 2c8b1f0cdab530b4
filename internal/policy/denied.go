package policy

import "strings"

// Denied is the sentence that AWS answers a refused request with; only one kind of policy is named in it.
func (d Decision) Denied(q *Request) string {
	var b strings.Builder
	b.WriteString("User: ")
	b.WriteString(q.Principal.label())
	b.WriteString(" is not authorized to perform: " + q.Action)
	if q.Resource != "" && q.Resource != "*" {
		b.WriteString(" on resource: " + q.Resource)
	}
	switch {
	case d.Explicit && d.Kind == Trust:
		b.WriteString(" with an explicit deny in the " + d.Kind.String())
	case d.Explicit:
		b.WriteString(" with an explicit deny in " + article(d.Kind))
	default:
		b.WriteString(" because no " + d.Kind.String() + " allows the " + q.Action + " action")
	}
	return b.String()
}

func (p *Principal) label() string {
	switch {
	case p.ARN != "":
		return p.ARN
	case p.Name != "":
		return p.Name
	}
	return "anonymous"
}
