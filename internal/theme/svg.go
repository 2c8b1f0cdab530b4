package theme

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strings"
)

const (
	svgSpace    = "http://www.w3.org/2000/svg"
	maxNodes    = 20_000
	maxDepth    = 64
	maxCopies   = 24 // <use>; svgParts bounds what they draw
	maxCarried  = 8  // pictures within the picture
	svgElements = ` svg g path rect circle ellipse line polyline polygon text tspan textPath defs linearGradient radialGradient stop
		clipPath mask pattern symbol use image title desc metadata marker style switch filter feBlend feColorMatrix feComponentTransfer
		feComposite feConvolveMatrix feDiffuseLighting feDisplacementMap feDistantLight feDropShadow feFlood feFuncA feFuncB feFuncG
		feFuncR feGaussianBlur feImage feMerge feMergeNode feMorphology feOffset fePointLight feSpecularLighting feSpotLight feTile
		feTurbulence `
)

// drawing programs' own words, which draw nothing.
var inert = map[string]bool{
	"http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd": true, "http://www.inkscape.org/namespaces/inkscape": true,
	"http://www.w3.org/1999/02/22-rdf-syntax-ns#": true, "http://creativecommons.org/ns#": true, "http://web.resource.org/cc/": true,
	"http://purl.org/dc/elements/1.1/": true, "http://www.bohemiancoding.com/sketch/ns": true, "http://www.serif.com/": true,
}

var (
	dataImage = regexp.MustCompile(`^data:image/(?:png|jpeg|webp);base64,([A-Za-z0-9+/=\s]*)$`)
	styleURL  = regexp.MustCompile(`(?i)url\(\s*["']?\s*([^"')\s]*)`)
	// styleFetch are the functions of CSS that take an address as a plain string.
	styleFetch = regexp.MustCompile(`(?i)\b(image-set|image|src)\(`)
	known      = nameSet(svgElements)
)

func nameSet(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}

var errSVG = ErrPicture.With("The picture is neither PNG, JPEG, WebP nor an SVG that only draws: scripts, links, outside files, other documents and copies of copies in it are refused.")

// checkSVG lets an SVG pass that only draws: known elements, no handlers, no address but a place in itself or an image
// that it carries. Pages show it as an image, which runs nothing, and it is served sandboxed; this is the first of three locks.
func checkSVG(file []byte, left *int) error {
	d, r := xml.NewDecoder(bytes.NewReader(file)), svgReader{left: left, parts: svgParts{byID: map[string]*svgPart{}, copied: map[string]bool{}, styled: map[string]bool{}}}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) && r.nodes > 0 && r.parts.bounded() {
			return nil
		}
		if err != nil || !r.take(token) {
			return errSVG
		}
	}
}

// svgReader counts what a file has been found to hold so far.
type svgReader struct {
	nodes, depth, copies, carried int
	left                          *int // pixels that pictures within may have still
	parts                         svgParts
	styling                       bool
	style                         strings.Builder // of the style element that is open: comments and CDATA may part what browsers join
}

// take tells whether the next token may stand where it stands.
func (r *svgReader) take(token xml.Token) bool {
	switch x := token.(type) {
	case xml.StartElement:
		return r.open(x)
	case xml.EndElement:
		r.depth--
		r.parts.leave()
		outside := r.styling && reaches(r.style.String())
		if r.styling {
			r.parts.style(r.style.String())
		}
		r.styling = false
		r.style.Reset()
		return !outside
	case xml.ProcInst:
		return x.Target == "xml"
	case xml.Directive: // a DOCTYPE may name itself, not define entities
		return !bytes.ContainsAny(x, "[]") && bytes.HasPrefix(x, []byte("DOCTYPE svg"))
	case xml.CharData:
		if r.styling {
			r.style.Write(x)
		}
	}
	return true
}

func (r *svgReader) open(x xml.StartElement) bool {
	root := x.Name.Space == svgSpace && x.Name.Local == "svg"
	if r.depth == 0 && (r.nodes > 0 || !root) || r.styling { // elements within a style part what browsers join, too
		return false
	}
	r.nodes, r.depth = r.nodes+1, r.depth+1
	r.parts.enter(x)
	switch x.Name.Local {
	case "use":
		r.copies++
	case "image", "feImage":
		r.carried++
	case "style":
		r.styling = true
	}
	return r.nodes <= maxNodes && r.depth <= maxDepth && r.copies <= maxCopies && r.carried <= maxCarried && r.draws(x)
}

// draws tells whether an element does nothing but draw.
func (r *svgReader) draws(x xml.StartElement) bool {
	if !inert[x.Name.Space] && (x.Name.Space != svgSpace || !known[x.Name.Local]) {
		return false
	}
	for _, a := range x.Attr {
		name := strings.ToLower(a.Name.Local)
		switch {
		case strings.HasPrefix(name, "on"), name == "base", name == "src", name == "formaction":
			return false
		case name == "href":
			if !strings.HasPrefix(a.Value, "#") && !r.carries(a.Value) {
				return false
			}
		case reaches(a.Value):
			return false
		}
	}
	return true
}

// carries tells whether an address is a picture within the file, of the kinds and sizes that pages can show.
func (r *svgReader) carries(address string) bool {
	m := dataImage.FindStringSubmatch(address)
	if m == nil {
		return false
	}
	file, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(m[1]), ""))
	if err != nil {
		return false
	}
	_, err = pixels(file, r.left)
	return err == nil
}

// reaches tells whether a style asks for anything outside the file. A backslash could spell it otherwise.
func reaches(style string) bool {
	low := strings.ToLower(style)
	if strings.Contains(low, "@import") || strings.Contains(low, "javascript:") || strings.Contains(low, "expression(") {
		return true
	}
	if strings.Contains(low, "\\") && strings.ContainsAny(low, ":(@") {
		return true
	}
	if styleFetch.MatchString(style) {
		return true
	}
	for _, m := range styleURL.FindAllStringSubmatch(style, -1) {
		if !strings.HasPrefix(m[1], "#") {
			return true
		}
	}
	return false
}
