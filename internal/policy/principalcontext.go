package policy

import "strings"

var principalTypes = map[PrincipalKind]string{Anonymous: "Anonymous", Root: "Account", User: "User", RoleSession: "AssumedRole", FederatedUser: "FederatedUser"}

// PrincipalContext are the condition keys that follow from a principal alone, as far as it is known: its ARN (a
// session's is that of its role), account, type, id, name or service.
func PrincipalContext(p *Principal) Context {
	var c Context
	set := func(key, value string) {
		if value != "" {
			c.Set(key, value)
		}
	}
	set("aws:PrincipalAccount", p.Account)
	set("aws:PrincipalType", principalTypes[p.Kind])
	switch p.Kind {
	case Root:
		set("aws:PrincipalArn", p.ARN)
		set("aws:userid", p.Account)
	case User:
		set("aws:PrincipalArn", p.ARN)
		set("aws:userid", p.ID)
		if _, user, ok := strings.Cut(p.ARN, ":user/"); ok {
			set("aws:username", user[strings.LastIndexByte(user, '/')+1:])
		}
	case RoleSession:
		set("aws:PrincipalArn", p.Issuer)
		if p.ID != "" {
			set("aws:userid", p.ID+":"+p.ARN[strings.LastIndexByte(p.ARN, '/')+1:])
		}
	case FederatedUser:
		set("aws:PrincipalArn", p.ARN)
		set("aws:userid", p.Account+":"+p.ARN[strings.LastIndexByte(p.ARN, '/')+1:])
	case AWSService:
		set("aws:PrincipalServiceName", p.Name)
	case Provider:
		set("aws:FederatedProvider", p.Name)
	}
	if p.Kind == AWSService {
		set("aws:PrincipalIsAWSService", "true")
	} else if p.Kind.ofAccount() {
		set("aws:PrincipalIsAWSService", "false")
	}
	return c
}

// IsValue tells whether a text is a value of a type of condition keys: string, numeric, boolean, ip, binary or
// date.
func IsValue(kind, s string) bool {
	ok := true
	switch kind {
	case "numeric":
		_, ok = parseNumber(s)
	case "boolean":
		_, ok = parseBool(s)
	case "ip":
		_, ok = parseIP(s)
	case "binary":
		_, ok = parseBinary(s)
	case "date":
		_, ok = parseDate(s)
	}
	return ok
}
