package audit

import "strings"

// Change tells a record of an act, or of a look that failed, from one of a look, by the operation's name.
func (r Record) Change() bool {
	if r.ErrorCode != "" {
		return true
	}
	_, operation, _ := strings.Cut(r.Operation, ":")
	operation = strings.TrimPrefix(operation, "Admin")
	for _, look := range []string{"Describe", "Find", "Get", "List", "Search"} {
		if strings.HasPrefix(operation, look) {
			return false
		}
	}
	return true
}

// Matches tells whether a text stands somewhere in what a record shows, whatever the case of its letters.
func (r Record) Matches(text string) bool {
	text = strings.ToLower(text)
	for _, s := range []string{
		r.Operation, r.Resource, r.PrincipalARN, r.AccessKeyID, r.SessionID, r.ErrorCode, r.IP, r.UserAgent, r.RequestID, r.IssuedKey, r.Region, string(r.Input),
	} {
		if strings.Contains(strings.ToLower(s), text) {
			return true
		}
	}
	return false
}
