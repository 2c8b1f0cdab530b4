package console

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"gatehouse/internal/api/gatehouse"
	"gatehouse/internal/theme"
	pages "gatehouse/templates/console"
	"gatehouse/templates/ui"
	"gatehouse/web"
	"gatehouse/web/paths"
)

// shownPreview is what the frame of the editor shows, as the query has it.
func (h *Handlers) shownPreview(v *visit, b *branded) pages.BrandingPreview {
	t := v.t
	p := pages.BrandingPreview{
		Page: cmp.Or(v.QueryParam("page"), "signin"), Device: cmp.Or(v.QueryParam("device"), "desktop"),
		Scheme: cmp.Or(v.QueryParam("scheme"), "light"), Lang: v.QueryParam("lang-shown"),
		Pages: []ui.Option{
			{Value: "signin", Label: t.T("console.branding.page.signin")}, {Value: "error", Label: t.T("console.branding.page.error")},
			{Value: "signup", Label: t.T("console.branding.page.signup")}, {Value: "forgot", Label: t.T("console.branding.page.forgot")},
			{Value: "code", Label: t.T("console.branding.page.code")},
		},
	}
	if p.Lang == "" || !h.Messages.Speaks(p.Lang) {
		p.Lang = t.Lang
	}
	p.Base = b.at(v, paths.ConsoleBrandingPreview)
	p.URL = b.at(v, paths.ConsoleBrandingPreview, "page", p.Page, "scheme", p.Scheme, "lang-shown", p.Lang)
	return p
}

// previewBranding draws a hosted page with the draft, in a frame of the editor and nowhere else. What is being typed comes
// in the query, which counts only where the editor itself asks: a link from elsewhere puts no words on our pages.
func (h *Handlers) previewBranding(v *visit, _ *types.UserPoolType) error {
	b, err := h.branded(v)
	if err != nil {
		return err
	}
	t, q := b.base, v.QueryParams()
	if q.Has("primary") && ownFrame(v.Request(), "iframe") {
		t = themed(t, q)
		keepPictures(&t, q)
		if t.Check() != nil {
			t = b.base
		}
	}
	p := Preview{
		PoolID: v.pool.ID, ClientID: b.client, Page: v.QueryParam("page"), Lang: cmp.Or(v.QueryParam("lang-shown"), v.t.Lang), Theme: t,
		ThemeURL: paths.Link(paths.ConsoleBrandingTheme, v.pool.ID) + "?" + styleQuery(t).Encode(),
		Picture:  func(id string) string { return paths.Link(paths.ConsoleBrandingPicture, v.pool.ID, id) },
	}
	if s := v.QueryParam("scheme"); s == "light" || s == "dark" {
		p.Scheme = s
	}
	page, err := h.Preview(v.Request().Context(), p)
	if err != nil {
		return err
	}
	web.PreviewHeaders(v)
	return web.Render(v, http.StatusOK, page)
}

// styleQuery is what of a theme its stylesheet is made from; no words are in it.
func styleQuery(t theme.Theme) url.Values {
	q := url.Values{"primary": {t.Primary}, "tint": {strconv.FormatFloat(t.NeutralTint, 'f', -1, 64)}, "font": {t.DisplayFont}, "background": {t.Background}, "picture": {t.BackgroundImage}}
	if t.NeutralHue != nil {
		q.Set("hue", strconv.Itoa(*t.NeutralHue))
	}
	if t.Radius != nil {
		q.Set("radius", strconv.FormatFloat(*t.Radius, 'f', -1, 64))
	}
	if t.PillControls {
		q.Set("pill", "1")
	}
	return q
}

// styled reads it back.
func styled(q url.Values) theme.Theme {
	t := theme.Theme{Primary: q.Get("primary"), DisplayFont: q.Get("font"), PillControls: q.Get("pill") != "", Background: q.Get("background"), BackgroundImage: q.Get("picture")}
	t.NeutralTint, _ = strconv.ParseFloat(q.Get("tint"), 64) // Check has the last word on all of them
	if hue, err := strconv.Atoi(q.Get("hue")); err == nil {
		t.NeutralHue = &hue
	}
	if radius, err := strconv.ParseFloat(q.Get("radius"), 64); err == nil {
		t.Radius = &radius
	}
	return t
}

// previewStylesheet compiles the theme in the query, which has nothing in it that anybody could write CSS with.
func (h *Handlers) previewStylesheet(v *visit, _ *types.UserPoolType) error {
	css, err := theme.Compile(styled(v.QueryParams()))
	if err != nil {
		return err
	}
	v.Response().Header().Set("Cache-Control", "private, max-age=300")
	return v.Blob(http.StatusOK, "text/css; charset=utf-8", []byte(css))
}

// brandingPicture serves a picture of the pool to who may see it.
func (h *Handlers) brandingPicture(v *visit, _ *types.UserPoolType) error {
	id := v.Param("picture")
	out, err := call[gatehouse.GetThemePictureOutput](h, v, &gatehouse.GetThemePictureInput{UserPoolId: &v.pool.ID, PictureId: &id})
	if err != nil {
		return err
	}
	return web.Picture(v, *out.Type, web.KeptByBrowser, out.Bytes)
}

func (h *Handlers) showBrandingHistory(v *visit, _ *types.UserPoolType) error {
	b, err := h.branded(v)
	if err != nil {
		return err
	}
	return h.brandingHistoryPage(v, b, nil)
}

func (h *Handlers) brandingHistoryPage(v *visit, b *branded, problems ui.Problems) error {
	limit := int32(20)
	out, err := call[gatehouse.ListThemeVersionsOutput](h, v, &gatehouse.ListThemeVersionsInput{
		UserPoolId: &v.pool.ID, ClientId: some(b.client), MaxResults: &limit, NextToken: some(v.QueryParam("after")),
	})
	if err != nil {
		return err
	}
	title := v.t.T("console.branding.history")
	p := pages.BrandingHistoryPage{
		ConsoleFrame: h.frame(v, "branding", title, v.brandingCrumbs(b, true)...), Heading: title + ": " + b.name, Back: b.at(v, paths.ConsoleBranding),
		Form: v.form(paths.Link(paths.ConsoleBrandingHistory, v.pool.ID), problems, ui.Param{Name: "client", Value: b.client}, ui.Param{Name: "revision", Value: strconv.FormatInt(*b.state.Revision, 10)}),
	}
	layouts := pages.ThemeChoices(v.t, map[string]string{"layout": "card"})[0].Options
	for _, x := range out.Versions {
		row := pages.BrandingVersion{Number: strconv.FormatInt(*x.Version, 10), Published: *x.PublicationDate, Colour: x.Theme.Primary, Shown: b.state.Version != nil && *b.state.Version == *x.Version}
		if x.PublishedBy != nil {
			row.By = *x.PublishedBy
		}
		if i := slices.IndexFunc(layouts, func(o ui.Option) bool { return o.Value == cmp.Or(x.Theme.Layout, "card") }); i >= 0 {
			row.Layout = layouts[i].Label
		}
		p.Versions = append(p.Versions, row)
	}
	if out.NextToken != nil {
		p.Next = b.at(v, paths.ConsoleBrandingHistory, "after", *out.NextToken)
	}
	if v.QueryParam("after") != "" {
		p.First = b.at(v, paths.ConsoleBrandingHistory)
	}
	return web.Render(v, http.StatusOK, p.Show())
}

// restoreBranding makes a version the draft.
func (h *Handlers) restoreBranding(v *visit, _ *types.UserPoolType) error {
	b, err := h.branded(v)
	if err != nil {
		return err
	}
	version, err := strconv.ParseInt(v.posted("version"), 10, 64)
	if err != nil {
		return web.ErrNotFound
	}
	seen, err := strconv.ParseInt(v.posted("revision"), 10, 64)
	if err != nil {
		seen = -1
	}
	_, err = call[gatehouse.RestoreThemeVersionOutput](h, v, &gatehouse.RestoreThemeVersionInput{UserPoolId: &v.pool.ID, ClientId: some(b.client), Version: &version, Revision: &seen})
	if problems, ok := v.refused(err, ""); ok {
		return h.brandingHistoryPage(v, b, problems)
	}
	if err != nil {
		return err
	}
	return v.done(b.at(v, paths.ConsoleBranding), "branding_restored")
}

func (h *Handlers) showBrandingDelete(v *visit, _ *types.UserPoolType) error {
	b, err := h.branded(v)
	if err != nil {
		return err
	}
	return h.brandingDeletePage(v, b, nil)
}

func (h *Handlers) brandingDeletePage(v *visit, b *branded, problems ui.Problems) error {
	title := v.t.T("console.branding.delete")
	text := v.t.T("console.branding.delete.pool")
	if b.client != "" {
		text = v.t.T("console.branding.delete.client")
	}
	return web.Render(v, http.StatusOK, pages.DeletePage{
		ConsoleFrame: h.frame(v, "branding", title, v.brandingCrumbs(b, true)...),
		Form:         v.form(paths.Link(paths.ConsoleBrandingDelete, v.pool.ID), problems, ui.Param{Name: "client", Value: b.client}),
		Heading:      title, Text: text, Name: b.name, Back: b.at(v, paths.ConsoleBranding),
	}.Show())
}

func (h *Handlers) deleteBranding(v *visit, _ *types.UserPoolType) error {
	b, err := h.branded(v)
	if err != nil {
		return err
	}
	if problems := v.mistyped(b.name); problems != nil {
		return h.brandingDeletePage(v, b, problems)
	}
	_, err = call[gatehouse.DeleteThemeOutput](h, v, &gatehouse.DeleteThemeInput{UserPoolId: &v.pool.ID, ClientId: some(b.client)})
	if problems, ok := v.refused(err, ""); ok {
		return h.brandingDeletePage(v, b, problems)
	}
	if err != nil {
		return err
	}
	return v.done(paths.Link(paths.ConsoleBranding, v.pool.ID), "branding_deleted")
}
