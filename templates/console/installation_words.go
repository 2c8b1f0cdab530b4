package console

import "gatehouse/templates/messages"

// DatabaseProblem is what is wrong with the database, in words.
func DatabaseProblem(t messages.Printer, name string) string {
	if name == "MigrationsPending" {
		return t.T("console.ops.database.pending")
	}
	return t.T("console.ops.database.unreachable")
}

// rotationStep is a step of a rotation in words.
func rotationStep(t messages.Printer, s RotationStep) string {
	switch s.Name {
	case "KeyActivated":
		return t.T("console.ops.step.activated", "Key", s.Key)
	case "AwaitingNodes":
		return t.T("console.ops.step.awaiting")
	case "ValuesSealed":
		return t.N("console.ops.step.sealed", int(s.Values))
	case "ValuesLeft":
		return t.N("console.ops.step.left", int(s.Values), "Key", s.Key)
	}
	return t.T("console.ops.step.retired", "Key", s.Key)
}

// rotationFailure says why a rotation stopped, and what to do.
func rotationFailure(t messages.Printer, name string) string {
	switch name {
	case "NodesLackKey":
		return t.T("console.ops.failure.lack")
	case "NodesWait":
		return t.T("console.ops.failure.wait")
	case "ValuesUnreadable":
		return t.T("console.ops.failure.unreadable")
	}
	return t.T("console.ops.failure.internal")
}
