package token

import (
	"crypto/sha256"
	"slices"
	"strings"
	"time"

	"gatehouse/internal/directory"
)

// issue is everything that the two JWTs of one answer share.
type issue struct {
	Grant
	family    Family
	issuer    string
	now       time.Time
	accessTTL time.Duration
	idTTL     time.Duration
}

// accessClaims is an access token's payload (AWS: "Understanding the access token").
func (i *issue) accessClaims(jti string) []byte {
	var o object
	o.str("sub", i.User.Sub)
	if names := groupNames(i.Groups); len(names) > 0 {
		o.strs("cognito:groups", names)
	}
	o.str("iss", i.issuer)
	if i.OAuth {
		o.num("version", 2)
	}
	o.str("client_id", i.Client.ID)
	if i.Client.TokenRevocation {
		o.str("origin_jti", i.family.ID)
	}
	o.str("event_id", i.family.EventID)
	o.str("token_use", UseAccess)
	o.str("scope", strings.Join(i.Scopes, " "))
	o.time("auth_time", i.AuthTime)
	o.time("exp", i.now.Add(i.accessTTL))
	o.time("iat", i.now)
	o.str("jti", jti)
	o.str("username", i.User.Username)
	return o.bytes()
}

// idClaims is an ID token's payload (AWS: "Understanding the identity token"). access is hashed into
// at_hash where the token comes from the OAuth endpoints (OpenID Connect Core section 3.1.3.6).
func (i *issue) idClaims(jti, access string) []byte {
	var o object
	if i.OAuth {
		sum := sha256.Sum256([]byte(access))
		o.str("at_hash", b64.EncodeToString(sum[:len(sum)/2]))
	}
	o.str("sub", i.User.Sub)
	if names := groupNames(i.Groups); len(names) > 0 {
		o.strs("cognito:groups", names)
	}
	roles, preferred := groupRoles(i.Groups)
	if len(roles) > 0 {
		o.strs("cognito:roles", roles)
	}
	if preferred != "" {
		o.str("cognito:preferred_role", preferred)
	}
	o.str("iss", i.issuer)
	o.str("cognito:username", i.User.Username)
	if i.Nonce != "" {
		o.str("nonce", i.Nonce)
	}
	if i.Client.TokenRevocation {
		o.str("origin_jti", i.family.ID)
	}
	o.str("aud", i.Client.ID)
	o.str("event_id", i.family.EventID)
	o.str("token_use", UseID)
	o.time("auth_time", i.AuthTime)
	o.time("exp", i.now.Add(i.idTTL))
	o.time("iat", i.now)
	o.str("jti", jti)
	scopes := i.Scopes
	if !i.OAuth {
		scopes = nil
	}
	for _, name := range Released(i.Client, scopes, i.User) {
		o.attribute(name, i.User.Attributes[name])
	}
	return o.bytes()
}

// PreferredRole is the ARN of the role that groups come to, cognito:preferred_role; "" for none.
func PreferredRole(groups []directory.Group) string {
	_, preferred := groupRoles(groups)
	return preferred
}

// groupNames is cognito:groups, strongest first.
func groupNames(groups []directory.Group) []string {
	names := make([]string, len(groups))
	for i, g := range byPrecedence(groups) {
		names[i] = g.Name
	}
	return names
}

// groupRoles is cognito:roles and cognito:preferred_role: the role of the strongest group that has a
// precedence and a role, none when groups of equal strength have different roles.
func groupRoles(groups []directory.Group) (roles []string, preferred string) {
	var best *int
	tied := false
	for _, g := range byPrecedence(groups) {
		if g.RoleARN == "" {
			continue
		}
		if !slices.Contains(roles, g.RoleARN) {
			roles = append(roles, g.RoleARN)
		}
		switch {
		case g.Precedence == nil:
		case best == nil:
			best, preferred = g.Precedence, g.RoleARN
		case *g.Precedence == *best && g.RoleARN != preferred:
			tied = true
		}
	}
	if tied {
		preferred = ""
	}
	return roles, preferred
}

// byPrecedence sorts groups strongest first; those without a precedence come last, equals by name.
func byPrecedence(groups []directory.Group) []directory.Group {
	out := slices.Clone(groups)
	slices.SortFunc(out, func(a, b directory.Group) int {
		switch {
		case a.Precedence != nil && b.Precedence != nil && *a.Precedence != *b.Precedence:
			return *a.Precedence - *b.Precedence
		case a.Precedence != nil && b.Precedence == nil:
			return -1
		case a.Precedence == nil && b.Precedence != nil:
			return 1
		}
		return strings.Compare(a.Name, b.Name)
	})
	return out
}
