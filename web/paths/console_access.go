package paths

// Pages that let people of another account act in this one: the first makes a role for them, the second tells how far a
// role is from letting the account of ?account= in.
const (
	ConsoleGiveAccess    = ConsoleIAM + "/give-access"
	ConsoleIAMRoleAccess = ConsoleIAM + "/roles/:name/access"
)
