package policy

// everything is a document that allows all; what it does to a set is that the set's Denies alone decide.
func everything(kind Kind) *Document {
	text := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`
	if kind.named() {
		text = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}`
	}
	d, _ := Parse(text)
	return d
}

// Lifts compares what two versions of a policy (or of a set of them) deny: does the new one let through a request that the
// old one denies? Other policies may allow it then, so that an edit that grants nothing by itself gives somebody something
// new. Where one policy alone may allow, as a trust policy or a boundary, Grants tells all. A nil set denies nothing.
func Lifts(kind Kind, before, after *Set) (Growth, error) {
	if before == nil || kind == Trust || kind == Boundary {
		return Growth{Answer: Nothing}, nil
	}
	open := func(s *Set) (*Set, error) {
		policies := []Policy{{Document: everything(kind)}}
		if s != nil {
			policies = append(policies, s.Policies...)
		}
		return Compile(kind, policies...)
	}
	old, err := open(before)
	if err != nil {
		return Growth{}, err
	}
	now, err := open(after)
	if err != nil {
		return Growth{}, err
	}
	g := Grants(old, now)
	if g.Witness != nil {
		g.Statement = old.Decide(g.Witness).Match // the Deny that is gone
	}
	return g, nil
}
