package paths

// What an account chooses for itself.
const (
	ConsoleIAMAccount          = ConsoleIAM + "/account"
	ConsoleIAMAlias            = ConsoleIAMAccount + "/alias"
	ConsoleIAMAliasDelete      = ConsoleIAMAlias + "/delete"
	ConsoleIAMPasswordPolicy   = ConsoleIAMAccount + "/password-policy"
	ConsoleIAMCredentialReport = ConsoleIAMAccount + "/credential-report"
)
