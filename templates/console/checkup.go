package console

import "gatehouse/templates/messages"

// finding, passed and why are a check of the security check-up in words: what is wrong, that it is not, and
// what could come of it.
func finding(t messages.Printer, name string) string {
	switch name {
	case "MFA_OFF":
		return t.T("console.check.mfa")
	case "WEAK_PASSWORD_POLICY":
		return t.T("console.check.password")
	case "NO_DELETION_PROTECTION":
		return t.T("console.check.protection")
	case "IMPLICIT_GRANT":
		return t.T("console.check.implicit")
	case "USER_EXISTENCE_SHOWN":
		return t.T("console.check.existence")
	case "NO_TOKEN_REVOCATION":
		return t.T("console.check.revocation")
	case "SRP_VERIFIERS_KEPT":
		return t.T("console.check.srp")
	case "HTTP_CALLBACK":
		return t.T("console.check.http")
	}
	return name
}

func passed(t messages.Printer, name string) string {
	switch name {
	case "MFA_OFF":
		return t.T("console.check.mfa.ok")
	case "WEAK_PASSWORD_POLICY":
		return t.T("console.check.password.ok")
	case "NO_DELETION_PROTECTION":
		return t.T("console.check.protection.ok")
	case "IMPLICIT_GRANT":
		return t.T("console.check.implicit.ok")
	case "USER_EXISTENCE_SHOWN":
		return t.T("console.check.existence.ok")
	case "NO_TOKEN_REVOCATION":
		return t.T("console.check.revocation.ok")
	case "SRP_VERIFIERS_KEPT":
		return t.T("console.check.srp.ok")
	case "HTTP_CALLBACK":
		return t.T("console.check.http.ok")
	}
	return name
}

func why(t messages.Printer, name string) string {
	switch name {
	case "MFA_OFF":
		return t.T("console.check.mfa.why")
	case "WEAK_PASSWORD_POLICY":
		return t.T("console.check.password.why")
	case "NO_DELETION_PROTECTION":
		return t.T("console.check.protection.why")
	case "IMPLICIT_GRANT":
		return t.T("console.check.implicit.why")
	case "USER_EXISTENCE_SHOWN":
		return t.T("console.check.existence.why")
	case "NO_TOKEN_REVOCATION":
		return t.T("console.check.revocation.why")
	case "SRP_VERIFIERS_KEPT":
		return t.T("console.check.srp.why")
	case "HTTP_CALLBACK":
		return t.T("console.check.http.why")
	}
	return ""
}
