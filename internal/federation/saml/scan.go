package saml

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

const (
	maxNodes = 100_000 // elements and attributes of a document
	maxDepth = 64
)

var (
	errDTD   = errors.New("it has a document type declaration or a processing instruction, which SAML never needs")
	errHuge  = fmt.Errorf("it has more than %d elements and attributes, or more than %d inside each other", maxNodes, maxDepth)
	errCoded = errors.New("it says that it is not in UTF-8, which it must be in")
	errTwice = errors.New("two of its elements have the same ID")
)

// scan reads a document's tokens once before anything builds a tree of them. It refuses what expands or refers to other
// documents, what is huge, and IDs that are there twice, and shows each element to visit.
func scan(document string, visit func(path []xml.Name)) error {
	d := xml.NewDecoder(strings.NewReader(document))
	d.CharsetReader = func(string, io.Reader) (io.Reader, error) { return nil, errCoded }
	var path []xml.Name
	ids := map[string]bool{}
	for nodes := 0; ; {
		token, err := d.RawToken()
		switch t := token.(type) {
		case nil:
			return finish(err, len(path))
		case xml.Directive:
			return errDTD
		case xml.ProcInst:
			if t.Target != "xml" || nodes > 0 {
				return errDTD
			}
		case xml.EndElement:
			path = path[:max(len(path)-1, 0)]
		case xml.StartElement:
			nodes += 1 + len(t.Attr)
			path = append(path, t.Name)
			if nodes > maxNodes || len(path) > maxDepth {
				return errHuge
			}
			if twice(ids, t.Attr) {
				return errTwice
			}
			visit(path)
		}
	}
}

func finish(err error, open int) error {
	switch {
	case errors.Is(err, errCoded):
		return errCoded
	case !errors.Is(err, io.EOF):
		return fmt.Errorf("it is not XML: %w", err)
	case open > 0:
		return errors.New("it is not XML: it ends before its elements do")
	}
	return nil
}

// twice notes the IDs of an element in all spellings that signatures of any library might refer to.
func twice(seen map[string]bool, attributes []xml.Attr) bool {
	for _, a := range attributes {
		if !strings.EqualFold(a.Name.Local, "id") {
			continue
		}
		if seen[a.Value] {
			return true
		}
		seen[a.Value] = true
	}
	return false
}
