package saml

import "encoding/xml"

// Claimed are the values that a response gives an attribute, by what anybody may have written: good for finding out who
// could validate it, and for nothing else. An encrypted assertion claims nothing.
func Claimed(response, attribute string) []string {
	document, err := decode(response)
	if err != nil {
		return nil
	}
	if _, err := scanResponse(document); err != nil {
		return nil
	}
	var r struct {
		Attributes []struct {
			Name   string   `xml:",attr"`
			Values []string `xml:"AttributeValue"`
		} `xml:"Assertion>AttributeStatement>Attribute"`
	}
	if xml.Unmarshal([]byte(document), &r) != nil {
		return nil
	}
	var values []string
	for _, a := range r.Attributes {
		if a.Name == attribute {
			values = append(values, a.Values...)
		}
	}
	return values
}
