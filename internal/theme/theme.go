// Package theme compiles a pool's stored theme (JSON) to the one CSS rule that the hosted pages load last.
// It is the guard that stops an administrator from publishing an unreadable sign-in page: whatever brand
// colour comes in, text on it and text in it come out at WCAG AA contrast in the light and the dark
// scheme. Inputs are closed sets and bounded numbers, so nothing that anybody typed is written into CSS.
package theme

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"strings"

	"gatehouse/internal/fault"
)

// ErrInvalid is a theme document that Compile would refuse.
var ErrInvalid = fault.New("InvalidParameterException", "The theme is not valid.")

// Theme is what an administrator may choose. The zero value is the product's own look.
type Theme struct {
	Primary      string   `json:"primary,omitempty"`      // #rrggbb
	NeutralTint  float64  `json:"neutralTint,omitempty"`  // 0 … 0.02
	NeutralHue   *int     `json:"neutralHue,omitempty"`   // 0 … 360, default the primary's own
	Radius       *float64 `json:"radius,omitempty"`       // rem, 0 … 1.5, default 0.75
	PillControls bool     `json:"pillControls,omitempty"` //
	DisplayFont  string   `json:"displayFont,omitempty"`  // "", serif, rounded
	Layout       string   `json:"layout,omitempty"`       // card (default) or split
	Headline     string   `json:"headline,omitempty"`     // shown beside the form in the split layout
	Tagline      string   `json:"tagline,omitempty"`      // below the headline
}

var (
	hexColour = regexp.MustCompile(`^#[0-9a-fA-F]{6}$`)
	fonts     = map[string]string{
		"":        "var(--font-body)",
		"serif":   `"Iowan Old Style", "Palatino Linotype", Palatino, P052, "Noto Serif", serif`,
		"rounded": `ui-rounded, "SF Pro Rounded", Quicksand, Nunito, var(--font-body)`,
	}
)

// Parse reads a pool's stored document; an empty one is the product's own look.
func Parse(document json.RawMessage) (Theme, error) {
	var t Theme
	if len(document) == 0 {
		return t, nil
	}
	d := json.NewDecoder(bytes.NewReader(document))
	d.DisallowUnknownFields()
	if err := d.Decode(&t); err != nil {
		return Theme{}, ErrInvalid.With("The theme is not valid: %s.", err)
	}
	return t, t.check()
}

func (t Theme) check() error {
	switch _, font := fonts[t.DisplayFont]; {
	case t.Primary != "" && !hexColour.MatchString(t.Primary):
		return ErrInvalid.With("The theme's primary must be #rrggbb.")
	case !font:
		return ErrInvalid.With("The theme's displayFont must be empty, serif or rounded.")
	case t.Layout != "" && t.Layout != "card" && t.Layout != "split":
		return ErrInvalid.With("The theme's layout must be card or split.")
	case !(t.NeutralTint >= 0 && t.NeutralTint <= .02), t.Radius != nil && !(*t.Radius >= 0 && *t.Radius <= 1.5):
		return ErrInvalid.With("The theme's neutralTint must be within 0 and 0.02, its radius within 0 and 1.5.")
	case t.NeutralHue != nil && (*t.NeutralHue < 0 || *t.NeutralHue > 360):
		return ErrInvalid.With("The theme's neutralHue must be within 0 and 360.")
	case len(t.Headline) > 200 || len(t.Tagline) > 200:
		return ErrInvalid.With("The theme's headline and tagline must be at most 200 bytes long.")
	}
	return nil
}

// Compile writes the rule; "" for a theme without a colour, which keeps the stylesheet's own tokens.
// It refuses, with ErrInvalid, what Parse refuses.
func Compile(t Theme) (string, error) {
	if err := t.check(); err != nil || t.Primary == "" {
		return "", err
	}
	p := toLCH(t.Primary)
	hue := p.H
	if t.NeutralHue != nil {
		hue = float64(*t.NeutralHue % 360)
	}
	tint := func(l float64) string { return hexOf(lch{l, t.NeutralTint, hue}) }
	page, dark := tint(.955), tint(.26) // the worst (hover) surface of each scheme
	light := t.Primary
	if contrast(light, page) < 1.35 { // a white button on a white page
		light = reach(p, page, 1.35, -.01)
	}
	night := reach(p, dark, 3.2, .01)
	radius := .75
	if t.Radius != nil {
		radius = *t.Radius
	}
	control := "calc(var(--radius) * .7)"
	if t.PillControls {
		control = "1.5rem"
	}
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, "  "+format+"\n", args...) }
	b.WriteString("@layer theme { :root {\n")
	line("--brand: light-dark(%s, %s);", light, night)
	line("--brand-ink: light-dark(%s, %s);", ink(light), ink(night))
	line("--brand-text: light-dark(%s, %s);", reach(p, page, 5, -.01), reach(p, dark, 5.4, .01))
	line("--brand-art: %s;", t.Primary)
	line("--neutral-hue: %.0f; --neutral-tint: %.3f;", math.Mod(hue, 360), t.NeutralTint)
	line("--radius: %.3grem; --radius-control: %s;", radius, control)
	line("--font-display: %s;", fonts[t.DisplayFont])
	b.WriteString("} }\n")
	return b.String(), nil
}

// Hash names a compiled rule in its URL.
func Hash(css string) string {
	sum := sha256.Sum256([]byte(css))
	return hex.EncodeToString(sum[:8])
}
