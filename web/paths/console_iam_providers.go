package paths

// Identity providers of an account. A provider stands by its ARN as base64url.
const (
	ConsoleIAMProviders      = ConsoleIAM + "/providers"
	ConsoleIAMOIDCNew        = ConsoleIAM + "/new/oidc-provider"
	ConsoleIAMSAMLNew        = ConsoleIAM + "/new/saml-provider"
	ConsoleIAMProvider       = ConsoleIAMProviders + "/:provider"
	ConsoleIAMAudiences      = ConsoleIAMProvider + "/audiences" // adds one, or removes one
	ConsoleIAMThumbprints    = ConsoleIAMProvider + "/thumbprints"
	ConsoleIAMMetadata       = ConsoleIAMProvider + "/metadata" // replaces the document
	ConsoleIAMMetadataFile   = ConsoleIAMProvider + "/metadata.xml"
	ConsoleIAMProviderKeys   = ConsoleIAMProvider + "/keys" // private keys of a SAML provider, and encryption
	ConsoleIAMProviderTags   = ConsoleIAMProvider + "/tags"
	ConsoleIAMProviderDelete = ConsoleIAMProvider + "/delete"
)
