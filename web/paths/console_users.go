package paths

// Patterns of the console's list of a pool's users, and what is done to many of them.
const (
	ConsoleUsers       = ConsolePool + "/users"
	ConsoleUsersExport = ConsolePool + "/users/export"
	ConsoleUsersBulk   = ConsolePool + "/users/bulk"
	ConsoleUsersViews  = ConsolePool + "/users/views"
	ConsoleUserJobs    = ConsolePool + "/users/jobs"
	ConsoleUserJob     = ConsolePool + "/users/jobs/:job"
)
