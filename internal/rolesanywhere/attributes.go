package rolesanywhere

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"gatehouse/internal/identity"
)

var (
	tagText    = regexp.MustCompile(`^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$`)
	sourceForm = regexp.MustCompile(`^[\w+=,.@-]{2,64}$`)
)

// attributes of names that become tags, in the letters of RFC 4514 and 5280.
var attributes = map[string]string{
	"2.5.4.3": "CN", "2.5.4.4": "SN", "2.5.4.5": "SERIALNUMBER", "2.5.4.6": "C", "2.5.4.7": "L", "2.5.4.8": "ST", "2.5.4.9": "STREET", "2.5.4.10": "O",
	"2.5.4.11": "OU", "2.5.4.12": "T", "2.5.4.42": "GN", "2.5.4.43": "I", "2.5.4.44": "GENERATION", "2.5.4.46": "DNQUALIFIER",
	"0.9.2342.19200300.100.1.1": "UID", "0.9.2342.19200300.100.1.25": "DC", "1.2.840.113549.1.9.1": "E",
}

// SessionTags are what a certificate says, as the tags of its session: x509Subject/…, x509Issuer/…, x509SAN/DNS and x509SAN/URI. The values of an
// attribute that is there more than once have slashes between them. A value that no tag can have is left out, rather than
// changed into that of another.
func SessionTags(c *x509.Certificate) []identity.Tag {
	var tags []identity.Tag
	add := func(key, value string) {
		if value != "" && utf8.RuneCountInString(value) <= 256 && tagText.MatchString(value) {
			tags = append(tags, identity.Tag{Key: key, Value: value})
		}
	}
	for _, n := range []struct {
		field string
		name  pkix.Name
	}{{"x509Subject", c.Subject}, {"x509Issuer", c.Issuer}} {
		var order []string
		values := map[string][]string{}
		for _, a := range n.name.Names {
			short := attributes[a.Type.String()]
			if short == "" {
				continue
			}
			if values[short] == nil {
				order = append(order, short)
			}
			values[short] = append(values[short], fmt.Sprint(a.Value))
		}
		for _, short := range order {
			add(n.field+"/"+short, strings.Join(values[short], "/"))
		}
	}
	if len(c.DNSNames) > 0 {
		add("x509SAN/DNS", c.DNSNames[0])
	}
	if len(c.URIs) > 0 {
		add("x509SAN/URI", c.URIs[0].String())
	}
	return tags
}

// SourceIdentity is the common name of the subject, where a source identity may be like it; else "".
func SourceIdentity(c *x509.Certificate) string {
	if cn := c.Subject.CommonName; sourceForm.MatchString(cn) && !strings.HasPrefix(strings.ToLower(cn), "aws:") {
		return cn
	}
	return ""
}

// SessionName is the serial number of a certificate in hexadecimal digits, as sessions are named by it.
func SessionName(c *x509.Certificate) string {
	name := fmt.Sprintf("%02x", c.SerialNumber)
	return name[:min(len(name), 64)]
}
