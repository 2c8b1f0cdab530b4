package theme

import (
	"encoding/xml"
	"net/url"
	"strings"
)

// maxDrawn is how many elements an SVG may draw once everything that it refers to is drawn where it does.
const maxDrawn = 100_000

// svgParts follows what an SVG draws by reference: a few lines whose copies hold copies, or whose patterns are filled with
// patterns, draw more than any browser can. A style sheet may give any element what it refers to, so that what it
// refers to is counted within each other.
type svgParts struct {
	whole  svgPart
	byID   map[string]*svgPart
	open   []*svgPart      // the elements that are open, nil for one without an id
	copied map[string]bool // ids that a use or feImage draws
	styled map[string]bool // ids that style sheets refer to
}

// svgPart is an element that can be referred to, with all that is in it.
type svgPart struct {
	nodes    int
	refs     map[string]int // ids that are referred to in it, and how often
	copies   bool           // there is a use or feImage in it
	gradient bool           // is a gradient, which draws nothing by itself
	drawn    int            // 0: not counted yet
	counting bool
}

// enter takes the next element in; leave must follow when it ends.
func (p *svgParts) enter(x xml.StartElement) {
	var part *svgPart
	for _, a := range x.Attr {
		if a.Name.Local == "id" && a.Value != "" {
			part = p.part(a.Value, strings.HasSuffix(x.Name.Local, "Gradient"))
		}
	}
	p.open = append(p.open, part)
	copies := x.Name.Local == "use" || x.Name.Local == "feImage"
	refs := references(x)
	if copies {
		for _, r := range refs {
			p.copied[r] = true
		}
	}
	p.whole.add(refs, copies)
	for _, o := range p.open {
		if o != nil {
			o.add(refs, copies)
		}
	}
}

// style takes a style sheet in.
func (p *svgParts) style(text string) {
	for _, m := range styleURL.FindAllStringSubmatch(text, -1) {
		for _, id := range here(m[1]) {
			p.styled[id] = true
		}
	}
}

func (p *svgParts) leave() { p.open = p.open[:len(p.open)-1] }

// part is the element of an id. Elements that share one are taken together, whichever of them a browser means.
func (p *svgParts) part(id string, gradient bool) *svgPart {
	part := p.byID[id]
	if part == nil {
		part = &svgPart{gradient: gradient}
		p.byID[id] = part
	}
	part.gradient = part.gradient && gradient
	return part
}

func (s *svgPart) add(refs []string, copies bool) {
	s.nodes++
	s.copies = s.copies || copies
	for _, r := range refs {
		if s.refs == nil {
			s.refs = map[string]int{}
		}
		s.refs[r]++
	}
}

// references are the ids that an element's attributes name as places in the file.
func references(x xml.StartElement) (ids []string) {
	for _, a := range x.Attr {
		if strings.EqualFold(a.Name.Local, "href") {
			ids = append(ids, here(a.Value)...)
			continue
		}
		for _, m := range styleURL.FindAllStringSubmatch(a.Value, -1) {
			ids = append(ids, here(m[1])...)
		}
	}
	return ids
}

// here are the ids that an address in the file may mean, as browsers read it.
func here(address string) (ids []string) {
	id, in := strings.CutPrefix(address, "#")
	if !in {
		return nil
	}
	ids = []string{id}
	if plain, err := url.PathUnescape(id); err == nil && plain != id {
		ids = append(ids, plain)
	}
	return ids
}

// bounded tells, at the end of the file, whether it draws no copies of copies, nothing within itself, and not too much.
func (p *svgParts) bounded() bool {
	for id := range p.copied {
		if part := p.byID[id]; part != nil && part.copies {
			return false
		}
	}
	drawn := p.count(&p.whole)
	for id := range p.styled {
		if part := p.byID[id]; part != nil && !part.gradient && drawn <= maxDrawn {
			drawn *= p.count(part)
		}
	}
	return drawn <= maxDrawn
}

// count is how many elements a part draws, more than maxDrawn for one that draws itself.
func (p *svgParts) count(s *svgPart) int {
	switch {
	case s.counting:
		return maxDrawn + 1
	case s.drawn > 0:
		return s.drawn
	}
	s.counting = true
	n := s.nodes
	for id, times := range s.refs {
		if part := p.byID[id]; part != nil && !part.gradient && n <= maxDrawn {
			n += times * p.count(part)
		}
	}
	s.counting, s.drawn = false, min(n, maxDrawn+1)
	return s.drawn
}
