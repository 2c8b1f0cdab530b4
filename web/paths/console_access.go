package paths

// ConsoleGiveAccess lets people of another account act in this one.
const ConsoleGiveAccess = ConsoleIAM + "/give-access"
