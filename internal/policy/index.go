package policy

import "strings"

// index finds the rules of one effect that can match a request, by the literal beginning of their resources,
// then of their actions, then by whom they name. Looking up takes one walk along the resource's ARN, however many
// rules there are.
type index struct {
	tree tree
}

// entry is a rule and which of its resources led to it; -1 is all of them (NotResource, or none).
type entry struct {
	rule, resource int32
}

// What a place of the tree may hold before it is divided, and with how many actions or principals a rule still
// is: more would let a short policy make a large index.
const (
	fewEntries = 8
	fewKeys    = 16
)

func (x *index) build(rules []rule, effect Effect) {
	for i := range rules {
		r := &rules[i]
		if r.effect != effect {
			continue
		}
		if r.notResource || len(r.resources) == 0 {
			x.tree.add("", entry{int32(i), -1})
			continue
		}
		for j := range r.resources {
			x.tree.add(r.resources[j].prefix(), entry{int32(i), int32(j)})
		}
	}
	x.tree.divide(rules)
}

// tree is a radix tree: text is what leads to it, entries what ends here.
type tree struct {
	text     string
	first    string // the first bytes of the children's texts, in their order
	children []*tree
	entries  []entry
	byAction *tree // instead of entries where they are many

	byPrincipal map[string][]entry // those of the entries that name some, where they are many
}

// add puts an entry at a text below.
func (t *tree) add(text string, e entry) {
	for text != "" {
		i := strings.IndexByte(t.first, text[0])
		if i < 0 {
			t.first += text[:1]
			t.children = append(t.children, &tree{text: text})
			t = t.children[len(t.children)-1]
			break
		}
		c := t.children[i]
		n := 0
		for n < len(text) && n < len(c.text) && text[n] == c.text[n] {
			n++
		}
		if n < len(c.text) { // split the edge
			lower := *c
			lower.text = c.text[n:]
			*c = tree{text: c.text[:n], first: lower.text[:1], children: []*tree{&lower}}
		}
		t, text = c, text[n:]
	}
	t.entries = append(t.entries, e)
}

// divide sorts the entries of every place with many by what their actions begin with.
func (t *tree) divide(rules []rule) {
	for _, c := range t.children {
		c.divide(rules)
	}
	if len(t.entries) <= fewEntries {
		return
	}
	t.byAction = &tree{}
	for _, e := range t.entries {
		r := &rules[e.rule]
		if r.notAction || len(r.actions) > fewKeys {
			t.byAction.add("", e)
			continue
		}
		for i := range r.actions {
			t.byAction.add(strings.ToLower(r.actions[i].prefix()), e)
		}
	}
	t.entries = nil
	t.byAction.divideByPrincipal(rules)
}

func (t *tree) divideByPrincipal(rules []rule) {
	for _, c := range t.children {
		c.divideByPrincipal(rules)
	}
	if len(t.entries) <= fewEntries {
		return
	}
	t.byPrincipal = map[string][]entry{}
	rest := t.entries[:0]
	for _, e := range t.entries {
		keys := rules[e.rule].principals.keys()
		if len(keys) == 0 || len(keys) > fewKeys {
			rest = append(rest, e)
			continue
		}
		for _, k := range keys {
			t.byPrincipal[k] = append(t.byPrincipal[k], e)
		}
	}
	t.entries = rest
}

// search is one look into an index for a request.
type search struct {
	set   *Set
	q     *Request
	tried []uint64 // a bit for each rule whose resource matched
	rule  int32    // the one that matched, -1 for none
	grant grant
}

// smallSet is how many rules a search keeps track of without allocating.
const smallSet = 2048

// find answers a rule of the index that matches and how it names the principal, the most direct of all that
// do; -1 for none.
func (s *Set) find(x *index, q *Request) (int32, grant) {
	var small [smallSet / 64]uint64
	f := search{set: s, q: q, tried: small[:], rule: -1}
	if len(s.rules) > smallSet {
		f.tried = make([]uint64, len(s.rules)/64+1)
	}
	f.walk(&x.tree)
	return f.rule, f.grant
}

// walk looks at every place on the way that the resource leads; it answers whether to stop.
func (f *search) walk(t *tree) {
	for rest := f.q.Resource; ; {
		if f.look(t.entries) || t.byAction != nil && f.walkActions(t.byAction) || rest == "" {
			return
		}
		i := strings.IndexByte(t.first, rest[0])
		if i < 0 || !strings.HasPrefix(rest, t.children[i].text) {
			return
		}
		t = t.children[i]
		rest = rest[len(t.text):]
	}
}

func (f *search) walkActions(t *tree) bool {
	for rest := f.q.Action; ; {
		if f.look(t.entries) || t.byPrincipal != nil && f.lookByPrincipal(t.byPrincipal) {
			return true
		}
		if rest == "" {
			return false
		}
		i := strings.IndexByte(t.first, lower(rest[0]))
		if i < 0 || !hasLowerPrefix(rest, t.children[i].text) {
			return false
		}
		t = t.children[i]
		rest = rest[len(t.text):]
	}
}

func (f *search) lookByPrincipal(entries map[string][]entry) bool {
	p := &f.q.Principal
	for _, key := range [...]string{p.ARN, p.Issuer, p.ID, p.Account, p.Name, p.Canonical} {
		if key != "" && f.look(entries[key]) {
			return true
		}
	}
	return false
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
}

func hasLowerPrefix(s, prefix string) bool {
	if len(s) < len(prefix) {
		return false
	}
	for i := range len(prefix) {
		if lower(s[i]) != prefix[i] {
			return false
		}
	}
	return true
}

// look tries entries; it answers whether nothing better can come.
func (f *search) look(entries []entry) bool {
	for _, e := range entries {
		r := &f.set.rules[e.rule]
		word, bit := &f.tried[e.rule/64], uint64(1)<<(e.rule%64)
		if *word&bit != 0 || !f.resource(r, e.resource) {
			continue
		}
		*word |= bit
		if !r.actionMatches(f.q.Action) {
			continue
		}
		if g := r.grants(f.q); g > f.grant && r.conditionsHold(&f.q.Context) {
			f.rule, f.grant = e.rule, g
			if g == direct {
				return true
			}
		}
	}
	return false
}

func (f *search) resource(r *rule, n int32) bool {
	if n < 0 {
		return r.resourceMatches(f.q)
	}
	return r.resources[n].match(f.q.Resource, &f.q.Context)
}
