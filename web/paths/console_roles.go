package paths

// Pages of the console about whom one acts as. The query of ConsoleSwitchRole is that of AWS's links: account, roleName and
// displayName.
const (
	ConsoleSwitchRole = Console + "/switch-role"
	ConsoleSwitchBack = ConsoleSwitchRole + "/back"
)
