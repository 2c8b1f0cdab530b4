package policy

import (
	"fmt"
	"strings"
)

// principal checks whom a statement names, which only policies of resources may.
func (v *validator) principal(s *Statement) {
	ps := s.Principal
	switch {
	case ps == nil && v.kind.named():
		v.bad(s.Start, "Missing required field Principal", "a statement of a %s says whom it is about: it has a Principal", v.kind)
		return
	case ps == nil:
		return
	case !v.kind.named():
		v.bad(ps.At, "Policy document should not specify a principal.", "a statement of %s has no Principal: it is about whom the policy is attached to", article(v.kind))
		return
	case v.kind == ResourceControl && (ps.Not || !ps.Everyone):
		v.bad(ps.At, sentenceSyntax, "the Principal of a resource control policy is \"*\"; conditions say whom it is about")
	case ps.Not && s.Effect == Allow:
		v.warn(ps.At, "NotPrincipal with Allow lets everybody else in, people without an account too")
	}
	for _, t := range ps.AWS {
		v.awsPrincipal(t)
	}
	for _, t := range ps.Service {
		v.named(t, "Service", isService(t.Value), "a service is written name.amazonaws.com")
	}
	for _, t := range ps.Federated {
		v.named(t, "Federated", isProvider(t.Value), "a provider is the ARN of a SAML or OpenID Connect provider, or a name such as cognito-identity.amazonaws.com")
	}
	for _, t := range ps.Canonical {
		v.named(t, "CanonicalUser", len(t.Value) == 64 && strings.Trim(t.Value, "0123456789abcdef") == "", "a canonical user id has 64 hexadecimal digits")
	}
}

func article(k Kind) string {
	if k == Identity {
		return "an " + k.String()
	}
	return "a " + k.String()
}

func (v *validator) named(t Text, kind string, ok bool, message string) {
	if !ok {
		v.bad(t.At, fmt.Sprintf("Invalid principal in policy: %q:%q", kind, t.Value), "%q: %s", t.Value, message)
	}
}

// awsPrincipal takes an account, an IAM or STS identity or its unique id; "*" alone is a wildcard.
func (v *validator) awsPrincipal(t Text) {
	const sentence = "Invalid principal in policy: \"AWS\":%q"
	s := t.Value
	switch {
	case s == "*" || isAccount(s) || isUniqueID(s):
	case !strings.HasPrefix(s, "arn:"):
		v.bad(t.At, fmt.Sprintf(sentence, s), "%q is no principal: one is an account id of 12 digits, or the ARN of an account's root, a user, a role or a session", s)
	case strings.ContainsAny(s, "*?"):
		v.bad(t.At, fmt.Sprintf(sentence, s), "%q: a principal has no wildcards; everybody is \"*\", and the condition key aws:PrincipalArn narrows that", s)
	default:
		parts := splitARN(s, false)
		if len(parts) == 6 && isAccount(parts[4]) && parts[3] == "" && isIdentity(parts[2], parts[5]) {
			return
		}
		before := len(v.problems)
		v.arnAccount(t, false)
		if len(v.problems) == before {
			v.bad(t.At, fmt.Sprintf(sentence, s), "%q is no principal: one is the ARN of an account's root, a user, a role or a session; groups are none", s)
		}
		v.problems[len(v.problems)-1].Sentence = fmt.Sprintf(sentence, s)
	}
}

func isAccount(s string) bool { return len(s) == 12 && strings.Trim(s, "0123456789") == "" }

// isUniqueID tells the id that stands for an identity where a document is kept.
func isUniqueID(s string) bool {
	return len(s) >= 16 && (strings.HasPrefix(s, "AIDA") || strings.HasPrefix(s, "AROA")) && !strings.ContainsFunc(s, func(c rune) bool { return !isAlphanumeric(c) })
}

// isIdentity tells the last part of an ARN of an identity that can sign requests.
func isIdentity(service, rest string) bool {
	sort, name, _ := strings.Cut(rest, "/")
	switch service + ":" + sort {
	case "iam:root":
		return name == ""
	case "iam:user", "iam:role", "sts:federated-user":
		return name != ""
	case "sts:assumed-role":
		role, session, _ := strings.Cut(name, "/")
		return role != "" && session != ""
	}
	return false
}

func isService(s string) bool {
	name, ok := strings.CutSuffix(strings.TrimSuffix(s, ".cn"), ".amazonaws.com")
	return ok && name != "" && !strings.ContainsFunc(name, func(c rune) bool { return !isAlphanumeric(c) && c != '-' && c != '.' })
}

func isProvider(s string) bool {
	if parts := splitARN(s, false); parts[0] == "arn" {
		return len(parts) == 6 && parts[2] == "iam" && isAccount(parts[4]) &&
			(strings.HasPrefix(parts[5], "saml-provider/") || strings.HasPrefix(parts[5], "oidc-provider/"))
	}
	return strings.Contains(s, ".") && !strings.ContainsFunc(s, func(c rune) bool { return !isAlphanumeric(c) && !strings.ContainsRune("-./:_", c) })
}
