package console

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"gatehouse/templates/ui"
)

// maxMetadata is how large a metadata document the console takes, in bytes. Those of one provider have some kilobytes;
// the API takes more.
const maxMetadata = 1_000_000

// metadata is the SAML metadata document of the form: a file, or text. What cannot be one is a problem of its field, in
// words for people; whether it is one the API says.
func (v *visit) metadata() (document string, problems ui.Problems, err error) {
	file, err := v.file("file")
	if err != nil {
		return "", nil, err
	}
	field, given := "metadata", []byte(v.posted("metadata"))
	if file != nil {
		if len(bytes.TrimSpace(given)) > 0 {
			return "", ui.Problems{{Field: "file", Text: v.t.T("console.provider.metadata.both")}}, nil
		}
		field, given = "file", file
	}
	given = bytes.TrimSpace(bytes.TrimPrefix(given, []byte("\ufeff")))
	if problem := metadataProblem(given); problem != "" {
		return "", ui.Problems{{Field: field, Text: v.t.T(problem)}}, nil
	}
	return string(given), nil, nil
}

// metadataProblem is the message about what cannot be metadata; "" for what may be.
func metadataProblem(given []byte) string {
	switch {
	case len(given) == 0:
		return "console.provider.metadata.missing" // message
	case len(given) > maxMetadata:
		return "console.provider.metadata.huge" // message
	case bytes.HasPrefix(given, []byte("\xff\xfe")), bytes.HasPrefix(given, []byte("\xfe\xff")):
		return "console.provider.metadata.wide" // message
	case !utf8.Valid(given), bytes.IndexByte(given, 0) >= 0:
		return "console.provider.metadata.encoding" // message
	case given[0] != '<', isHTML(given):
		return "console.provider.metadata.not_xml" // message
	case !bytes.Contains(given, []byte("EntityDescriptor")) && !bytes.Contains(given, []byte("EntitiesDescriptor")):
		return "console.provider.metadata.other" // message
	}
	return ""
}

// isHTML tells a page, as one gets that saves a link's page in place of what it leads to.
func isHTML(given []byte) bool {
	begin := strings.ToLower(string(given[:min(len(given), 14)]))
	return strings.HasPrefix(begin, "<!doctype html") || strings.HasPrefix(begin, "<html")
}
