package paths

// Patterns of the console's pages on what is kept about a person, and of erasures.
const (
	ConsolePrivacy       = "/console/pools/:pool/users/:user/privacy"
	ConsolePrivacyExport = "/console/pools/:pool/users/:user/privacy/export"
	ConsolePrivacyErase  = "/console/pools/:pool/users/:user/privacy/erase"

	ConsoleErasures = ConsolePool + "/erasures"
)
