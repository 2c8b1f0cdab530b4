package paths

// Patterns of the console's account: audit log, try sign-in, settings.
const (
	ConsoleAudit       = Console + "/audit"
	ConsoleAuditExport = Console + "/audit/export"
	ConsoleAuditRecord = Console + "/audit/:record"

	ConsoleTry         = Console + "/try"
	ConsoleTryToken    = Console + "/try/token"
	ConsoleTryCallback = Console + "/try/callback"
	ConsoleTryClient   = Console + "/try/:pool/:client"
)
