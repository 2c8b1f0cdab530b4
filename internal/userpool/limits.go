package userpool

// Quotas, as Cognito's defaults.
const (
	MaxPools            = 1000 // per account and region
	MaxClients          = 1000 // per pool
	MaxResourceServers  = 25   // per pool
	MaxScopes           = 100  // per resource server
	MaxCustomAttributes = 50   // per pool
	MaxRedirectURLs     = 100  // callback URLs, and again logout URLs, per client
	MaxClientScopes     = 50   // per client
	MaxTags             = 50   // per pool
	MaxClientSecrets    = 2    // active at a time
)
