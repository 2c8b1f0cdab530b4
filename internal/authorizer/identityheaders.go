package authorizer

// Identity is the headers that tell a service who asks. All are always there, so that none of a client's own can stay.
func (v *Verdict) Identity() map[string]string {
	p := &v.Subject.Principal
	all := map[string]string{
		"Principal-Arn": p.ARN, "Principal-Type": v.Subject.Type(), "Account": p.Account, "User-Id": v.Subject.UserID, "Access-Key-Id": v.KeyID, "Sub": v.Sub,
	}
	named := make(map[string]string, len(all))
	for name, value := range all {
		if value == "" {
			value = "-"
		}
		named[IdentityPrefix+name] = value
	}
	return named
}
