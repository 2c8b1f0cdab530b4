package audit

import "strings"

// Matches tells whether a text stands somewhere in what a record shows, whatever the case of its letters.
func (r Record) Matches(text string) bool {
	text = strings.ToLower(text)
	for _, s := range []string{
		r.Operation, r.Resource, r.PrincipalARN, r.AccessKeyID, r.SessionID, r.ErrorCode, r.IP, r.UserAgent, r.RequestID, r.Region, string(r.Input),
	} {
		if strings.Contains(strings.ToLower(s), text) {
			return true
		}
	}
	return false
}
