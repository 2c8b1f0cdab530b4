package paths

// Patterns of the console's pages of one user pool: sign-in settings, attributes, app clients, domain and APIs.
const (
	ConsoleSignInSettings = ConsolePool + "/signin"
	ConsoleSignInSection  = ConsolePool + "/signin/:section"
	ConsoleAttributes     = ConsolePool + "/attributes"

	ConsoleClients       = ConsolePool + "/clients"
	ConsoleClientNew     = ConsolePool + "/clients/new"
	ConsoleClient        = ConsolePool + "/clients/:client"
	ConsoleClientSection = ConsolePool + "/clients/:client/settings/:section"
	ConsoleClientSecrets = ConsolePool + "/clients/:client/secrets"
	ConsoleClientDelete  = ConsolePool + "/clients/:client/delete"

	ConsoleDomain       = ConsolePool + "/domain"
	ConsoleDomainDelete = ConsolePool + "/domain/delete"
	ConsoleAPINew       = ConsolePool + "/apis/new"
	ConsoleAPI          = ConsolePool + "/apis/:api"
	ConsoleAPIDelete    = ConsolePool + "/apis/:api/delete"
	ConsolePoolTags     = ConsolePool + "/tags"
)
