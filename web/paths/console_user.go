package paths

// Patterns of the console's pages of one user, who stands in the path by sub, or by any name that signs in.
const (
	ConsoleUserNew = ConsoleUsers + "/new"
	ConsoleUser    = ConsoleUsers + "/:user"

	ConsoleUserSection  = ConsoleUser + "/settings/:section"
	ConsoleUserAct      = ConsoleUser + "/act"
	ConsoleUserPassword = ConsoleUser + "/password"
	ConsoleUserReset    = ConsoleUser + "/reset"
	ConsoleUserFactors  = ConsoleUser + "/factors"
	ConsoleUserGroups   = ConsoleUser + "/groups"
	ConsoleUserSessions = ConsoleUser + "/sessions"
	ConsoleUserJSON     = ConsoleUser + "/json"
	ConsoleUserDelete   = ConsoleUser + "/delete"
)
