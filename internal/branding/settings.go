package branding

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"gatehouse/internal/theme"
)

// defaults are the settings of a style that says nothing, for ReturnMergedResources.
//
//go:embed defaults.json
var defaults []byte

// MergedSettings are the style's settings over the defaults.
func (st *Style) MergedSettings() (json.RawMessage, error) { return merge(defaults, st.Settings) }

// merge lays one JSON object over another: objects member by member, all else in whole.
func merge(under, over json.RawMessage) (json.RawMessage, error) {
	var a, b map[string]any
	for _, x := range []struct {
		text json.RawMessage
		to   *map[string]any
	}{{under, &a}, {over, &b}} {
		if len(x.text) == 0 {
			continue
		}
		if err := json.Unmarshal(x.text, x.to); err != nil {
			return nil, fmt.Errorf("read settings: %w", err)
		}
	}
	out, err := json.Marshal(lay(a, b))
	if err != nil {
		return nil, fmt.Errorf("encode settings: %w", err)
	}
	return out, nil
}

func lay(under, over map[string]any) map[string]any {
	out := maps.Clone(under)
	if out == nil {
		out = map[string]any{}
	}
	for k, v := range over {
		below, isObject := out[k].(map[string]any)
		if above, both := v.(map[string]any); isObject && both {
			out[k] = lay(below, above)
			continue
		}
		out[k] = v
	}
	return out
}

// identify finds out what the bytes are, which must be what Extension says.
func (a *AssetInput) identify(s *Service) (err error) {
	if len(a.Bytes) == 0 {
		return nil
	}
	if a.kind, err = s.identify(a.Bytes); err != nil {
		return err
	}
	if a.kind.Extension() != a.Extension {
		return ErrInvalid.With("The asset for %s is a file of type %s, not %s.", a.Category, a.kind.Extension(), a.Extension)
	}
	return nil
}

// settle is the asset that comes of it: with the picture that it brings, or one that the style has.
func (a AssetInput) settle(had []Asset) (Asset, error) {
	if len(a.Bytes) > 0 {
		out := a.Asset
		out.Picture = a.kind.ID
		return out, nil
	}
	i := slices.IndexFunc(had, func(x Asset) bool { return a.ResourceID != "" && x.ResourceID() == a.ResourceID })
	if i < 0 {
		return Asset{}, ErrInvalid.With("The asset for %s has neither Bytes nor the ResourceId of an asset of the style.", a.Category)
	}
	out := had[i]
	out.Category, out.ColorMode = a.Category, a.ColorMode
	return out, nil
}

// picture is the asset of a category that a colour mode shows; "" where there is none.
func (st *Style) picture(category string, modes ...string) string {
	for _, mode := range modes {
		for _, a := range st.Assets {
			if a.Category == category && a.ColorMode == mode {
				return a.Picture
			}
		}
	}
	return ""
}

var settingsColour = regexp.MustCompile(`^[0-9a-fA-F]{8}$`) // RRGGBBAA

// theme is what the pages show of a style; docs/DIVERGENCES.md lists it.
func (st *Style) theme() theme.Theme {
	var s map[string]any
	_ = json.Unmarshal(st.Settings, &s) // checkSettings has read it; nothing where there are none
	var t theme.Theme
	if c, ok := at(s, "components.primaryButton.lightMode.defaults.backgroundColor").(string); ok && settingsColour.MatchString(c) {
		t.Primary = "#" + strings.ToLower(c[:6])
	}
	if px, ok := at(s, "components.form.borderRadius").(float64); ok {
		rem := min(max(px/16, 0), 1.5)
		t.Radius = &rem
	}
	if px, ok := at(s, "componentClasses.buttons.borderRadius").(float64); ok {
		t.PillControls = px >= 20
	}
	if mode := at(s, "categories.global.colorSchemeMode"); mode == "LIGHT" || mode == "DARK" {
		t.Scheme = strings.ToLower(mode.(string))
	}
	if at(s, "components.form.logo.enabled") == true {
		t.Logo, t.LogoDark = st.picture("FORM_LOGO", "LIGHT", "DYNAMIC", "DARK"), st.picture("FORM_LOGO", "DARK", "DYNAMIC")
	}
	if id := st.picture("PAGE_BACKGROUND", "DYNAMIC", "LIGHT", "DARK"); id != "" && at(s, "components.pageBackground.image.enabled") != false {
		t.Background, t.BackgroundImage = "image", id
	}
	t.Icon = st.picture("FAVICON_SVG", "DYNAMIC", "LIGHT")
	if t.Icon == "" {
		t.Icon = st.picture("FAVICON_ICO", "DYNAMIC", "LIGHT")
	}
	return t
}

// at is the value at a path of members; nil where there is none.
func at(v any, path string) any {
	for key := range strings.SplitSeq(path, ".") {
		m, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = m[key]
	}
	return v
}
