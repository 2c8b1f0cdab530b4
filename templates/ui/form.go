package ui

// Form is what every form has: where it goes, what it carries unseen, what was wrong.
type Form struct {
	Action   string
	Hidden   []Param
	Problems Problems
}
