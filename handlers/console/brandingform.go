package console

import (
	"fmt"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"gatehouse/internal/api/gatehouse"
	"gatehouse/internal/theme"
	pages "gatehouse/templates/console"
	"gatehouse/templates/messages"
	"gatehouse/templates/ui"
	"gatehouse/web/paths"
)

// corners are the roundings that the editor offers: rem, and whether controls end round.
var corners = map[string]struct {
	rem  float64
	pill bool
}{"square": {0, false}, "soft": {.75, false}, "round": {1.25, false}, "pill": {1.25, true}}

// choicesOf are a theme's values in the words of the form.
func choicesOf(t theme.Theme) map[string]string {
	out := map[string]string{
		"layout": "card", "corners": "set", "font": t.DisplayFont, "tint": strconv.FormatFloat(t.NeutralTint, 'f', -1, 64),
		"background": t.Background, "order": t.Order, "theme-scheme": t.Scheme,
	}
	if t.Layout != "" {
		out["layout"] = t.Layout
	}
	rem := .75
	if t.Radius != nil {
		rem = *t.Radius
	}
	for name, c := range corners {
		if c.rem == rem && c.pill == t.PillControls {
			out["corners"] = name
		}
	}
	return out
}

// themed is the theme that a form says, over one that it was made from: what the form does not show stays.
func themed(t theme.Theme, form url.Values) theme.Theme {
	t.Primary = strings.TrimSpace(form.Get("primary"))
	t.Layout, t.DisplayFont, t.Order = form.Get("layout"), form.Get("font"), form.Get("order")
	t.Background, t.Scheme = form.Get("background"), form.Get("theme-scheme")
	if tint, err := strconv.ParseFloat(form.Get("tint"), 64); err == nil {
		t.NeutralTint = tint
	}
	if c, ok := corners[form.Get("corners")]; ok {
		t.Radius, t.PillControls = &c.rem, c.pill
	}
	words := map[string]map[string]string{}
	for lang, own := range t.Words {
		words[lang] = maps.Clone(own)
	}
	for _, l := range messages.Languages() {
		own := map[string]string{}
		for _, key := range theme.WordKeys {
			if text := strings.TrimSpace(form.Get(wordField(l.Tag, key))); text != "" {
				own[key] = text
			}
		}
		delete(words, l.Tag)
		if len(own) > 0 {
			words[l.Tag] = own
		}
	}
	t.Words = words
	return t
}

func wordField(lang, key string) string {
	return "word-" + lang + "-" + strings.ReplaceAll(key, ".", "-")
}

// picturesOf are a theme's pictures by the names of their fields.
func picturesOf(t *theme.Theme) map[string]*string {
	return map[string]*string{"logo": &t.Logo, "logo-dark": &t.LogoDark, "background-image": &t.BackgroundImage, "icon": &t.Icon}
}

var pictureFields = []string{"logo", "logo-dark", "background-image", "icon"}

// keepPictures leaves a theme the pictures that its form showed and that were not to be removed.
func keepPictures(t *theme.Theme, form url.Values) {
	for name, id := range picturesOf(t) {
		if *id = form.Get(name + "-now"); slices.Contains(form["remove"], name) {
			*id = ""
		}
	}
	if t.Background == "image" && t.BackgroundImage == "" {
		t.Background = ""
	}
}

// changeBranding saves the draft, and publishes it where that was asked; or throws it away, or takes the last change back.
func (h *Handlers) changeBranding(v *visit, _ *types.UserPoolType) error {
	b, err := h.branded(v)
	if err != nil {
		return err
	}
	seen, err := strconv.ParseInt(v.posted("revision"), 10, 64)
	if err != nil {
		seen = -1
	}
	pool, client := &v.pool.ID, some(b.client)
	to := b.at(v, paths.ConsoleBranding)
	switch v.posted("do") {
	case "discard":
		_, err = call[gatehouse.DiscardThemeDraftOutput](h, v, &gatehouse.DiscardThemeDraftInput{UserPoolId: pool, ClientId: client, Revision: &seen})
		return h.rebranded(v, b, b.base, err, to, "branding_discarded")
	case "undo":
		_, err = call[gatehouse.UndoThemeDraftOutput](h, v, &gatehouse.UndoThemeDraftInput{UserPoolId: pool, ClientId: client, Revision: &seen})
		return h.rebranded(v, b, b.base, err, to, "branding_undone")
	}
	t := themed(b.base, v.Request().PostForm)
	wantsImage := t.Background == "image"
	keepPictures(&t, v.Request().PostForm)
	problems, err := h.uploads(v, &t)
	if err != nil {
		return err
	}
	if wantsImage {
		t.Background = "image"
	}
	if wantsImage && t.BackgroundImage == "" && problems == nil {
		problems = ui.Problems{{Field: "background-image", Text: v.t.T("console.branding.background_image.missing")}}
	}
	if problems != nil {
		return h.brandingPage(v, b, t, brandingShown{problems: problems})
	}
	saved, err := call[gatehouse.SaveThemeDraftOutput](h, v, &gatehouse.SaveThemeDraftInput{UserPoolId: pool, ClientId: client, Theme: &t, Revision: &seen})
	if err != nil || v.posted("do") != "publish" {
		return h.rebranded(v, b, t, err, to, "branding_saved")
	}
	_, err = call[gatehouse.PublishThemeOutput](h, v, &gatehouse.PublishThemeInput{UserPoolId: pool, ClientId: client, Revision: saved.Theme.Revision})
	return h.rebranded(v, b, t, err, to, "branding_published")
}

// rebranded goes on after a change; one that was refused is shown with what was entered.
func (h *Handlers) rebranded(v *visit, b *branded, t theme.Theme, err error, to, message string) error {
	if err == nil {
		return v.done(to, message)
	}
	if code, _, ok := reason(err); ok && code == "ConcurrentModificationException" {
		return h.brandingPage(v, b, t, brandingShown{conflict: true})
	}
	problems, ok := v.refused(err, faultyField(t))
	if !ok {
		return err
	}
	if problems[0].Field == "primary" {
		problems[0].Text = v.t.T("console.branding.primary.wrong")
	}
	return h.brandingPage(v, b, t, brandingShown{problems: problems})
}

// faultyField is the field that keeps a theme from being valid, where it is one that people type.
func faultyField(t theme.Theme) string {
	if (theme.Theme{Primary: t.Primary}).Check() != nil {
		return "primary"
	}
	for lang, own := range t.Words {
		for key, text := range own {
			if (theme.Theme{Words: map[string]map[string]string{lang: {key: text}}}).Check() != nil {
				return wordField(lang, key)
			}
		}
	}
	return ""
}

// uploads keeps the files of the form and names them in the theme; a file that is refused is a problem of its field.
func (h *Handlers) uploads(v *visit, t *theme.Theme) (ui.Problems, error) {
	var problems ui.Problems
	ids := picturesOf(t)
	for _, name := range pictureFields {
		file, err := v.file(name)
		if err != nil {
			return nil, err
		}
		if file == nil {
			continue
		}
		out, err := call[gatehouse.AddThemePictureOutput](h, v, &gatehouse.AddThemePictureInput{UserPoolId: &v.pool.ID, Bytes: file})
		if refusal, ok := v.refused(err, name); ok {
			problems = append(problems, refusal...)
			continue
		}
		if err != nil {
			return nil, err
		}
		*ids[name] = *out.PictureId
	}
	return problems, nil
}

// file is a file of the form; nil where none was chosen.
func (v *visit) file(name string) ([]byte, error) {
	form := v.Request().MultipartForm
	if form == nil || len(form.File[name]) == 0 || form.File[name][0].Size == 0 {
		return nil, nil
	}
	return readFile(form.File[name][0])
}

func readFile(header *multipart.FileHeader) ([]byte, error) {
	f, err := header.Open()
	if err != nil {
		return nil, fmt.Errorf("open upload: %w", err)
	}
	defer f.Close()
	b, err := io.ReadAll(f) // the request's body is bounded
	if err != nil {
		return nil, fmt.Errorf("read upload: %w", err)
	}
	return b, nil
}

// themePictures are the fields of a theme's pictures.
func (v *visit) themePictures(t theme.Theme) (out []pages.BrandingPicture) {
	for _, x := range []struct{ name, label, hint string }{
		{"logo", v.t.T("console.branding.logo"), v.t.T("console.branding.logo.hint")},
		{"logo-dark", v.t.T("console.branding.logo_dark"), v.t.T("console.branding.logo_dark.hint")},
		{"background-image", v.t.T("console.branding.background_image"), v.t.T("console.branding.background_image.hint")},
		{"icon", v.t.T("console.branding.icon"), v.t.T("console.branding.icon.hint")},
	} {
		p := pages.BrandingPicture{Name: x.name, Label: x.label, Hint: x.hint, Icon: x.name == "icon"}
		if p.ID = *picturesOf(&t)[x.name]; p.ID != "" {
			p.URL = paths.Link(paths.ConsoleBrandingPicture, v.pool.ID, p.ID)
		}
		out = append(out, p)
	}
	return out
}

// themeWords are the fields of a theme's words, a language after the other.
func (h *Handlers) themeWords(v *visit, t theme.Theme, problems ui.Problems) (out []pages.BrandingWords) {
	labels := map[string]string{
		"headline": v.t.T("console.branding.word.headline"), "tagline": v.t.T("console.branding.word.tagline"),
		"signin.heading": v.t.T("console.branding.word.signin_heading"), "signin.submit": v.t.T("console.branding.word.signin_submit"),
		"signup.heading": v.t.T("console.branding.word.signup_heading"), "signup.submit": v.t.T("console.branding.word.signup_submit"),
		"forgot.heading": v.t.T("console.branding.word.forgot_heading"),
	}
	for _, l := range messages.Languages() {
		w := pages.BrandingWords{Lang: l.Tag, Name: l.Name, BuiltIn: map[string]string{}}
		builtIn := h.Messages.Printer(l.Tag)
		for _, key := range theme.WordKeys {
			name := wordField(l.Tag, key)
			w.Fields = append(w.Fields, ui.Field{Name: name, Label: labels[key], Value: t.Words[l.Tag][key], Error: problems.Of(name)})
			if builtIn.Has(key) {
				w.BuiltIn[name] = builtIn.T(key)
			}
		}
		out = append(out, w)
	}
	return out
}

// ownFrame tells whether a page of this console asked for something to show it in a frame, or as a part of such a page.
// Nobody else can make a browser say so.
func ownFrame(r *http.Request, dest string) bool {
	return r.Header.Get("Sec-Fetch-Site") == "same-origin" && r.Header.Get("Sec-Fetch-Dest") == dest
}
