package paths

// Patterns of the console's pages of a pool's groups. A group stands in the path as base64url, for its name may
// hold anything.
const (
	ConsoleGroups       = ConsolePool + "/groups"
	ConsoleGroupNew     = ConsoleGroups + "/new"
	ConsoleGroup        = ConsoleGroups + "/:group"
	ConsoleGroupMembers = ConsoleGroup + "/members"
	ConsoleGroupDelete  = ConsoleGroup + "/delete"
)
