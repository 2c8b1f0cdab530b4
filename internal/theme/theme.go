// Package theme compiles the stored theme (JSON) of a pool or an app client to the one CSS rule that the hosted pages load last.
// It is the guard that stops an administrator from publishing an unreadable sign-in page: whatever brand
// colour comes in, text on it and text in it come out at WCAG AA contrast in the light and the dark
// scheme. Inputs are closed sets and bounded numbers, so nothing that anybody typed is written into CSS.
package theme

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"regexp"
	"slices"

	"gatehouse/internal/fault"
)

// ErrInvalid is a theme document that Compile would refuse.
var ErrInvalid = fault.New("InvalidParameterException", "The theme is not valid.")

// Theme is what an administrator may choose. The zero value is the product's own look.
type Theme struct {
	Primary         string                       `json:"primary,omitempty"`         // #rrggbb
	NeutralTint     float64                      `json:"neutralTint,omitempty"`     // 0 … 0.02: how much of a hue the greys have
	NeutralHue      *int                         `json:"neutralHue,omitempty"`      // 0 … 360, default the primary's own
	Radius          *float64                     `json:"radius,omitempty"`          // rem, 0 … 1.5, default 0.75
	PillControls    bool                         `json:"pillControls,omitempty"`    // buttons and fields with round ends
	DisplayFont     string                       `json:"displayFont,omitempty"`     // of headings: "", serif, rounded
	Layout          string                       `json:"layout,omitempty"`          // card (default), split or plain
	Order           string                       `json:"order,omitempty"`           // "": the form first; signup: "Create an account" first
	Scheme          string                       `json:"scheme,omitempty"`          // "" follows the browser; light or dark
	Background      string                       `json:"background,omitempty"`      // "": drawn; plain; image
	BackgroundImage string                       `json:"backgroundImage,omitempty"` // asset id
	Logo            string                       `json:"logo,omitempty"`            // asset id, in the place of name and mark
	LogoDark        string                       `json:"logoDark,omitempty"`        // asset id, default Logo
	Icon            string                       `json:"icon,omitempty"`            // asset id, in the browser's tab
	Words           map[string]map[string]string `json:"words,omitempty"`           // by language, then by key (WordKeys)
}

var (
	hexColour = regexp.MustCompile(`^#[0-9a-fA-F]{6}$`)
	assetID   = regexp.MustCompile(`^[0-9a-f]{64}$`)
	fonts     = map[string]string{
		"":        "var(--font-body)",
		"serif":   `"Iowan Old Style", "Palatino Linotype", Palatino, P052, "Noto Serif", serif`,
		"rounded": `ui-rounded, "SF Pro Rounded", Quicksand, Nunito, var(--font-body)`,
	}
)

// Parse reads a stored document; an empty one is the product's own look.
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
	return t, t.Check()
}

// Check refuses, with ErrInvalid, what Compile would not write and what no page has room for.
func (t Theme) Check() error {
	switch _, font := fonts[t.DisplayFont]; {
	case t.Primary != "" && !hexColour.MatchString(t.Primary):
		return ErrInvalid.With("The theme's primary must be #rrggbb.")
	case !font:
		return ErrInvalid.With("The theme's displayFont must be empty, serif or rounded.")
	case !slices.Contains([]string{"", "card", "split", "plain"}, t.Layout):
		return ErrInvalid.With("The theme's layout must be card, split or plain.")
	case !slices.Contains([]string{"", "signup"}, t.Order):
		return ErrInvalid.With("The theme's order must be empty or signup.")
	case !slices.Contains([]string{"", "light", "dark"}, t.Scheme):
		return ErrInvalid.With("The theme's scheme must be empty, light or dark.")
	case !(t.NeutralTint >= 0 && t.NeutralTint <= .02), t.Radius != nil && !(*t.Radius >= 0 && *t.Radius <= 1.5):
		return ErrInvalid.With("The theme's neutralTint must be within 0 and 0.02, its radius within 0 and 1.5.")
	case t.NeutralHue != nil && (*t.NeutralHue < 0 || *t.NeutralHue > 360):
		return ErrInvalid.With("The theme's neutralHue must be within 0 and 360.")
	}
	if err := t.checkPictures(); err != nil {
		return err
	}
	return checkWords(t.Words)
}

func (t Theme) checkPictures() error {
	if !slices.Contains([]string{"", "plain", "image"}, t.Background) {
		return ErrInvalid.With("The theme's background must be empty, plain or image.")
	}
	if t.Background == "image" && t.BackgroundImage == "" {
		return ErrInvalid.With("The theme's background is an image, but there is none.")
	}
	for _, id := range t.Pictures() {
		if !assetID.MatchString(id) {
			return ErrInvalid.With("The theme names a picture %q, which is no id of one.", id)
		}
	}
	return nil
}

// Pictures are the ids of the assets that a theme shows, each once.
func (t Theme) Pictures() []string {
	ids := slices.DeleteFunc([]string{t.Logo, t.LogoDark, t.BackgroundImage, t.Icon}, func(id string) bool { return id == "" })
	slices.Sort(ids)
	return slices.Compact(ids)
}

// Hash names a compiled rule in its URL.
func Hash(css string) string {
	sum := sha256.Sum256([]byte(css))
	return hex.EncodeToString(sum[:8])
}
