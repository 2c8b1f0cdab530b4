package seal

import (
	"errors"
	"fmt"
)

// Names of the steps of a rotation, in their order.
const (
	KeyActivated  = "KeyActivated"  // Key seals from now on
	AwaitingNodes = "AwaitingNodes" // other nodes do not seal with Key yet
	ValuesSealed  = "ValuesSealed"  // so many values are sealed with Key again
	ValuesLeft    = "ValuesLeft"    // so many came under the former Key meanwhile
	KeyRetired    = "KeyRetired"    // nothing is sealed with the former Key any more
)

// Step is something that a rotation has done.
type Step struct {
	Name   string
	Key    string // the id of the key that it is about
	Values int64
}

// String is the step as the command line says it.
func (s Step) String() string {
	switch s.Name {
	case KeyActivated:
		return "key " + s.Key + " is active"
	case AwaitingNodes:
		return "waiting until every node seals with it"
	case ValuesSealed:
		return fmt.Sprintf("%d values are sealed again", s.Values)
	case ValuesLeft:
		return fmt.Sprintf("%d values came under key %s meanwhile: run this again", s.Values, s.Key)
	}
	return "nothing is sealed with key " + s.Key + " any more: take it out of the settings"
}

// What keeps a rotation from its end and an operator can mend.
var (
	ErrNodesLackKey = errors.New("not every node holds the wanted key")
	ErrNodesWait    = errors.New("not every node seals with the wanted key yet")
	ErrUnreadable   = errors.New("do not open with any key of the settings and were left as they are")
)

// failureOf names the error of a rotation without its text, which may tell of the machine: the log has that.
func failureOf(err error) string {
	switch {
	case errors.Is(err, ErrNodesLackKey):
		return "NodesLackKey"
	case errors.Is(err, ErrNodesWait):
		return "NodesWait"
	case errors.Is(err, ErrUnreadable):
		return "ValuesUnreadable"
	}
	return "InternalError"
}
