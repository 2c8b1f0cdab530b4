package paths

import (
	"net/url"
	"strings"
)

// Patterns of the console. Link fills in their parameters.
const (
	ConsoleSignIn  = Console + "/signin"
	ConsoleMFA     = Console + "/mfa"            // the code that a sign-in waits for
	ConsoleSignOut = Console + "/signout"        // ends the session
	ConsoleProve   = Console + "/reauthenticate" // proves anew who is there, before a dangerous act
	ConsoleArrive  = Console + "/arrive"         // asks who comes from an identity provider whether to go on as them
	ConsoleMe      = Console + "/me"             // one's own sign-in: authenticator app, preferences
	ConsoleMeApp   = Console + "/me/authenticator"
	ConsoleRegion  = Console + "/region"
	SAML           = "/saml"                 // where identity providers send people who come to the console
	SAMLProvider   = SAML + "/acs/:provider" // the same of one provider, which may encrypt: its SAMLSP…

	ConsoleSignInURL      = Console + "/"              // with ?account=, the address that an account's users are given
	ConsoleAdministrator  = Console + "/administrator" // root makes a user who administers daily
	ConsoleMePassword     = Console + "/me/password"
	ConsoleMeDevice       = Console + "/me/device" // adds an MFA device
	ConsoleMePasskey      = Console + "/me/passkey"
	ConsoleMeDeviceRemove = Console + "/me/device/remove"

	ConsolePools   = Console + "/pools"
	ConsolePoolNew = Console + "/pools/new"
	ConsolePool    = Console + "/pools/:pool"

	ConsolePoolDelete = ConsolePool + "/delete"
)

// Link is a console pattern with its parameters filled in, in order. Further pairs are its query; a pair
// without a value is left out.
func Link(pattern string, values ...string) string {
	var b strings.Builder
	rest := values
	for i, part := range strings.Split(pattern, "/") {
		if i > 0 {
			b.WriteByte('/')
		}
		if strings.HasPrefix(part, ":") && len(rest) > 0 {
			part, rest = url.PathEscape(rest[0]), rest[1:]
		}
		b.WriteString(part)
	}
	q := url.Values{}
	for i := 0; i+1 < len(rest); i += 2 {
		if rest[i+1] != "" {
			q.Add(rest[i], rest[i+1])
		}
	}
	return withQuery(b.String(), q)
}
