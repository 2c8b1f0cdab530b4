package theme

import (
	"fmt"
	"math"
	"reflect"
	"strings"
)

// product is the colour of a theme that has none of its own.
const product = "#4f46e5"

// scheme is what a colour came out as in one colour scheme.
type scheme struct {
	surface          string // the worst (hover) surface
	fill, ink, words string
}

// palette works out a theme's colours for the light and the dark scheme.
func (t Theme) palette() (light, dark scheme, hue float64) {
	primary := t.Primary
	if primary == "" {
		primary = product
	}
	p := toLCH(primary)
	hue = p.H
	if t.NeutralHue != nil {
		hue = float64(*t.NeutralHue % 360)
	}
	tint := func(l float64) string { return hexOf(lch{l, t.NeutralTint, hue}) }
	light, dark = scheme{surface: tint(.955)}, scheme{surface: tint(.26)}
	light.fill = primary
	if contrast(light.fill, light.surface) < 1.35 { // a white button on a white page
		light.fill = reach(p, light.surface, 1.35, -.01)
	}
	dark.fill = reach(p, dark.surface, 3.2, .01)
	light.ink, dark.ink = ink(light.fill), ink(dark.fill)
	light.words, dark.words = reach(p, light.surface, 5, -.01), reach(p, dark.surface, 5.4, .01)
	return light, dark, hue
}

// styled tells whether a theme says anything that the stylesheet's own tokens do not.
func (t Theme) styled() bool {
	plain := Theme{Layout: t.Layout, Order: t.Order, Scheme: t.Scheme, Logo: t.Logo, LogoDark: t.LogoDark, Icon: t.Icon, Words: t.Words}
	if t.Background != "image" {
		plain.Background, plain.BackgroundImage = t.Background, t.BackgroundImage
	}
	return !reflect.DeepEqual(t, plain)
}

// Compile writes the stylesheet; "" for a theme that keeps the pages' own tokens. Pictures are at ../picture/{id} from
// where it is served. It refuses, with ErrInvalid, what Check refuses.
func Compile(t Theme) (string, error) {
	if err := t.Check(); err != nil || !t.styled() {
		return "", err
	}
	light, dark, hue := t.palette()
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
	line("--brand: light-dark(%s, %s);", light.fill, dark.fill)
	line("--brand-ink: light-dark(%s, %s);", light.ink, dark.ink)
	line("--brand-text: light-dark(%s, %s);", light.words, dark.words)
	if t.Primary != "" {
		line("--brand-art: %s;", t.Primary)
	}
	line("--neutral-hue: %.0f; --neutral-tint: %.3f;", math.Mod(hue, 360), t.NeutralTint)
	line("--radius: %.3grem; --radius-control: %s;", radius, control)
	line("--font-display: %s;", fonts[t.DisplayFont])
	b.WriteString("} }\n")
	if t.Background == "image" {
		fmt.Fprintf(&b, behind, t.BackgroundImage)
	}
	return b.String(), nil
}

// behind puts a picture where auth.css leaves room for one.
const behind = `@layer theme {
  @media (min-width: 34rem) { [data-layout="card"] .auth { background-image: url("../picture/%[1]s"); } }
  @media (min-width: 60rem) { [data-layout="split"] .auth-art { background-image: url("../picture/%[1]s"); } }
}
`
