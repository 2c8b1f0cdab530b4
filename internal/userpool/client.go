package userpool

import (
	"encoding/json"
	"slices"
	"time"
)

// Client is one app client of a pool.
type Client struct {
	ID       string // 26 lower-case letters and digits
	PoolID   string
	Name     string
	Created  time.Time
	Modified time.Time
	Version  int64
	// Secrets holds the active secrets (at most two), opened; none for a public client. Any of them validates.
	Secrets []ClientSecret `json:"-"`
	ClientSettings
}

// ClientSecret is one of a client's secrets.
type ClientSecret struct {
	ID      string
	Value   string // kept sealed
	Created time.Time
}

// ClientSettings is what the product acts on, kept as one JSON document.
type ClientSettings struct {
	AuthFlows                  []string // ExplicitAuthFlows as given (ALLOW_… or legacy)
	AccessTokenValidity        time.Duration
	IDTokenValidity            time.Duration
	RefreshTokenValidity       time.Duration
	AuthSessionValidity        time.Duration
	ReadAttributes             []string // nil: all standard ones
	WriteAttributes            []string // nil: all standard ones
	IdentityProviders          []string // SupportedIdentityProviders
	CallbackURLs               []string
	LogoutURLs                 []string
	DefaultRedirectURI         string
	OAuthEnabled               bool     // AllowedOAuthFlowsUserPoolClient
	OAuthFlows                 []string // code, implicit, client_credentials
	OAuthScopes                []string
	PreventUserExistenceErrors bool // ENABLED
	TokenRevocation            bool // EnableTokenRevocation
	RotateRefreshTokens        bool // RefreshTokenRotation.Feature ENABLED
	RotationGrace              time.Duration
	Configuration              json.RawMessage `json:",omitempty"` // parts of the API's client that are kept and returned as they came
}

// Allows tells whether an ALLOW_… flow is enabled; the legacy names count for the flows that they were.
func (c *Client) Allows(flow string) bool {
	legacy := ""
	switch flow {
	case "ALLOW_ADMIN_USER_PASSWORD_AUTH":
		legacy = "ADMIN_NO_SRP_AUTH"
	case "ALLOW_USER_PASSWORD_AUTH":
		legacy = "USER_PASSWORD_AUTH"
	case "ALLOW_CUSTOM_AUTH":
		legacy = "CUSTOM_AUTH_FLOW_ONLY"
	}
	return slices.Contains(c.AuthFlows, flow) || legacy != "" && slices.Contains(c.AuthFlows, legacy)
}

// AllowsSRP tells whether users may sign in through the client by SRP. ALLOW_USER_AUTH offers it as a first factor.
func (c *Client) AllowsSRP() bool {
	return c.Allows("ALLOW_USER_SRP_AUTH") || c.Allows("ALLOW_USER_AUTH")
}

// Domain is a pool's prefix or custom domain.
type Domain struct {
	Name                string // the prefix, or a full host name
	Custom              bool
	PoolID              string
	AccountID           string
	ManagedLoginVersion int
	CertificateARN      string
	Created             time.Time
	Version             int64
}

// ResourceServer is an API with scopes of its own.
type ResourceServer struct {
	PoolID     string
	Identifier string
	Name       string
	Scopes     []Scope
}

// Scope is one scope of a resource server; it is requested as {identifier}/{name}.
type Scope struct{ Name, Description string }
