package theme

import (
	"bytes"
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
	maxCopies   = 24 // <use>: copies of copies multiply
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
	dataImage = regexp.MustCompile(`^data:image/(png|jpeg|webp);base64,[A-Za-z0-9+/=\s]*$`)
	styleURL  = regexp.MustCompile(`(?i)url\(\s*["']?\s*([^"')\s]*)`)
	known     = nameSet(svgElements)
)

func nameSet(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}

var errSVG = ErrPicture.With("The picture is neither PNG, JPEG, WebP nor an SVG that only draws: scripts, links, outside files and other documents in it are refused.")

// checkSVG lets an SVG pass that only draws: known elements, no handlers, no address but a place in itself or an image
// that it carries. Pages show it as an image, which runs nothing, and it is served sandboxed; this is the first of three locks.
func checkSVG(file []byte) error {
	d := xml.NewDecoder(bytes.NewReader(file))
	var nodes, depth, copies int
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return errSVG
		}
		switch x := token.(type) {
		case xml.StartElement:
			if nodes == 0 && (x.Name.Space != svgSpace || x.Name.Local != "svg") {
				return errSVG
			}
			nodes, depth = nodes+1, depth+1
			if x.Name.Local == "use" {
				copies++
			}
			if nodes > maxNodes || depth > maxDepth || copies > maxCopies || !draws(x) {
				return errSVG
			}
		case xml.EndElement:
			depth--
		case xml.ProcInst:
			if x.Target != "xml" {
				return errSVG
			}
		case xml.Directive: // a DOCTYPE may name itself, not define entities
			if bytes.ContainsAny(x, "[]") || !bytes.HasPrefix(x, []byte("DOCTYPE svg")) {
				return errSVG
			}
		case xml.CharData:
			if reaches(string(x)) {
				return errSVG
			}
		}
	}
	if nodes == 0 {
		return errSVG
	}
	return nil
}

// draws tells whether an element does nothing but draw.
func draws(x xml.StartElement) bool {
	if !inert[x.Name.Space] && (x.Name.Space != svgSpace || !known[x.Name.Local]) {
		return false
	}
	for _, a := range x.Attr {
		name := strings.ToLower(a.Name.Local)
		switch {
		case strings.HasPrefix(name, "on"), name == "base", name == "src", name == "formaction":
			return false
		case name == "href" && !strings.HasPrefix(a.Value, "#") && !dataImage.MatchString(a.Value):
			return false
		case reaches(a.Value):
			return false
		}
	}
	return true
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
	for _, m := range styleURL.FindAllStringSubmatch(style, -1) {
		if !strings.HasPrefix(m[1], "#") && !strings.HasPrefix(m[1], "data:image/png") && !strings.HasPrefix(m[1], "data:image/jpeg") {
			return true
		}
	}
	return false
}
