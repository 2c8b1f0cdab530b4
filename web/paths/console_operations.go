package paths

// Patterns of the console's pages of the installation, and of what a pool keeps and for how long.
const (
	ConsoleSettings       = Console + "/settings"
	ConsoleSettingsSeal   = Console + "/settings/sealing" // asks before sealing keys are rotated
	ConsoleSettingsBackup = Console + "/settings/backups" // starts one
	ConsoleSettingsPart   = Console + "/settings/:section"

	ConsolePoolData     = ConsolePool + "/data" // signing keys, and how long records are kept
	ConsolePoolDataPart = ConsolePool + "/data/:section"
	ConsolePoolKeys     = ConsolePool + "/data/keys" // asks before signing keys are rotated

	ConsoleFind = Console + "/find" // pages, pools, people, app clients and acts

	ConsoleActivity      = ConsolePool + "/activity"
	ConsoleActivityEvent = ConsolePool + "/activity/:event"
)
