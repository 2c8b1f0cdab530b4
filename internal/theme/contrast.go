package theme

// Contrast is how readable a theme came out, as ratios of WCAG 2.2; 4.5 is enough for text (AA).
type Contrast struct {
	Button, Link         float64 // text on a button, links on the least favourable surface
	DarkButton, DarkLink float64 // the same in the dark scheme
}

// Contrast measures a theme that passes Check.
func (t Theme) Contrast() Contrast {
	light, dark, _ := t.palette()
	return Contrast{
		Button: contrast(light.ink, light.fill), Link: contrast(light.words, light.surface),
		DarkButton: contrast(dark.ink, dark.fill), DarkLink: contrast(dark.words, dark.surface),
	}
}
