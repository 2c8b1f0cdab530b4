// Package hosted is the pages on which people of a pool sign in, sign up and recover their accounts. Each
// page is one struct of plain values, made by handlers/hosted, and works without script.
package hosted

import "gatehouse/templates/ui"

// Form is what every form of these pages has: where it goes, what it carries unseen, what was wrong.
type Form struct {
	Action   string
	Hidden   []ui.Param
	Problems ui.Problems
}
