package audit

import "strings"

// Change tells a record of an act from one of a look, by the operation's name.
func (r Record) Change() bool {
	_, operation, _ := strings.Cut(r.Operation, ":")
	operation = strings.TrimPrefix(operation, "Admin")
	return !strings.HasPrefix(operation, "Describe") && !strings.HasPrefix(operation, "Get") && !strings.HasPrefix(operation, "List")
}

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
