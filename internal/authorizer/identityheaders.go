package authorizer

import "gatehouse/internal/policy"

// Identity is the headers that tell a service who asks. All are always there, so that none of a client's own can stay.
func (v *Verdict) Identity() map[string]string {
	p := &v.Subject.Principal
	known := policy.PrincipalContext(p)
	kind := ""
	if values := known.Values("aws:PrincipalType"); len(values) == 1 {
		kind = values[0]
	}
	all := map[string]string{
		"Principal-Arn": p.ARN, "Principal-Type": kind, "Account": p.Account, "User-Id": v.Subject.UserID, "Access-Key-Id": v.KeyID, "Sub": v.Sub,
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
