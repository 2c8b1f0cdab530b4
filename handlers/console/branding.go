package console

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"
	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"gatehouse/internal/api/gatehouse"
	"gatehouse/internal/theme"
	pages "gatehouse/templates/console"
	"gatehouse/templates/layout"
	"gatehouse/templates/ui"
	"gatehouse/web"
	"gatehouse/web/paths"
)

// Preview is a hosted page to be drawn with a theme that is not published.
type Preview struct {
	PoolID, ClientID string
	Page             string
	Lang, Scheme     string
	Theme            theme.Theme
	ThemeURL         string
	Picture          func(id string) string
}

// DrawPreview draws it: hosted.Handlers.Preview.
type DrawPreview func(context.Context, Preview) (templ.Component, error)

func (h *Handlers) mountBranding(r web.Routes) {
	r.GET(paths.ConsoleBranding, h.of(h.ofPool(h.showBranding)))
	r.GET(paths.ConsoleBrandingHistory, h.of(h.ofPool(h.showBrandingHistory)))
	r.POST(paths.ConsoleBrandingHistory, h.of(h.ofPool(h.restoreBranding)))
	r.GET(paths.ConsoleBrandingDelete, h.fresh(h.ofPool(h.showBrandingDelete)))
	r.POST(paths.ConsoleBrandingDelete, h.fresh(h.ofPool(h.deleteBranding)))
	r.GET(paths.ConsoleBrandingContrast, h.of(h.ofPool(h.brandingContrast)))
	r.GET(paths.ConsoleBrandingPreview, h.of(h.ofPool(h.previewBranding)))
	r.GET(paths.ConsoleBrandingTheme, h.of(h.ofPool(h.previewStylesheet)))
	r.GET(paths.ConsoleBrandingPicture, h.of(h.ofPool(h.brandingPicture)))
}

// MountUploads registers what takes files.
func (h *Handlers) MountUploads(r web.Routes) {
	r.POST(paths.ConsoleBranding, h.of(h.ofPool(h.changeBranding)))
}

// branded is the theme that a page is about.
type branded struct {
	client string // "" for the pool's
	name   string // of the client, else of the pool
	state  *gatehouse.ThemeState
	base   theme.Theme // what the editor begins with
	status string      // none, inherited, draft, published
}

// branded reads the theme that the request is about, of the pool or of the app client that it names.
func (h *Handlers) branded(v *visit) (*branded, error) {
	b := &branded{client: v.QueryParam("client"), name: v.pool.Name}
	if v.Request().Method == http.MethodPost {
		b.client = v.posted("client")
	}
	if b.client != "" {
		out, err := call[idp.DescribeUserPoolClientOutput](h, v, &idp.DescribeUserPoolClientInput{UserPoolId: &v.pool.ID, ClientId: &b.client})
		if err != nil {
			return nil, err
		}
		b.name = aws.ToString(out.UserPoolClient.ClientName)
	}
	var err error
	if b.state, err = h.themeOf(v, b.client); err != nil {
		return nil, err
	}
	b.begin(b.state, "none")
	if b.status == "none" && b.client != "" {
		pool, err := h.themeOf(v, "")
		if err != nil {
			return nil, err
		}
		b.begin(pool, "none")
		b.status = "inherited"
	}
	return b, nil
}

func (b *branded) begin(s *gatehouse.ThemeState, otherwise string) {
	switch {
	case s.Draft != nil:
		b.base, b.status = *s.Draft, "draft"
	case s.Published != nil:
		b.base, b.status = *s.Published, "published"
	default:
		b.status = otherwise
	}
}

func (h *Handlers) themeOf(v *visit, client string) (*gatehouse.ThemeState, error) {
	out, err := call[gatehouse.GetThemeOutput](h, v, &gatehouse.GetThemeInput{UserPoolId: &v.pool.ID, ClientId: some(client)})
	if err != nil {
		return nil, err
	}
	return out.Theme, nil
}

// at is a page of the editor for the same theme.
func (b *branded) at(v *visit, pattern string, more ...string) string {
	return paths.Link(pattern, append([]string{v.pool.ID, "client", b.client}, more...)...)
}

func (v *visit) brandingTitle(b *branded) string {
	if b.client == "" {
		return v.t.T("console.nav.branding")
	}
	return v.t.T("console.branding.of", "Client", b.name)
}

func (v *visit) brandingCrumbs(b *branded, further bool) []layout.Crumb {
	at := layout.Crumb{Label: v.t.T("console.nav.branding"), Href: paths.Link(paths.ConsoleBranding, v.pool.ID)}
	switch {
	case b.client != "" && further:
		return v.poolCrumbs(at, layout.Crumb{Label: b.name, Href: b.at(v, paths.ConsoleBranding)})
	case b.client != "" || further:
		return v.poolCrumbs(at)
	}
	return v.poolCrumbs()
}

func (h *Handlers) showBranding(v *visit, _ *types.UserPoolType) error {
	b, err := h.branded(v)
	if err != nil {
		return err
	}
	return h.brandingPage(v, b, b.base, brandingShown{})
}

// brandingShown is what the editor says beyond the theme.
type brandingShown struct {
	problems ui.Problems
	conflict bool
}

// brandingPage shows the editor with a theme, which may be one that could not be saved.
func (h *Handlers) brandingPage(v *visit, b *branded, t theme.Theme, shown brandingShown) error {
	clients, err := h.themedClients(v, b)
	if err != nil {
		return err
	}
	title := v.brandingTitle(b)
	crumb := title
	if b.client != "" {
		crumb = b.name
	}
	p := pages.BrandingPage{
		ConsoleFrame: h.frame(v, "branding", crumb, v.brandingCrumbs(b, false)...), Heading: title, ClientID: b.client, State: b.status,
		Form: v.form(b.at(v, paths.ConsoleBranding), shown.problems, ui.Param{Name: "client", Value: b.client},
			ui.Param{Name: "revision", Value: strconv.FormatInt(*b.state.Revision, 10)}),
		HasDraft: b.state.Draft != nil, Undoable: aws.ToBool(b.state.Undoable), Conflict: shown.conflict,
		History: b.at(v, paths.ConsoleBrandingHistory), At: paths.Link(paths.ConsoleBranding, v.pool.ID), ContrastURL: paths.Link(paths.ConsoleBrandingContrast, v.pool.ID),
		Primary: t.Primary, Choices: pages.ThemeChoices(v.t, choicesOf(t)), Pictures: v.themePictures(t), Words: h.themeWords(v, t, shown.problems),
		Overrides: clients.own, Others: clients.others,
	}
	if *b.state.Revision > 0 {
		p.Delete = b.at(v, paths.ConsoleBrandingDelete)
	}
	if t.Check() == nil {
		p.Ratios = v.ratios(t.Contrast())
	} else {
		p.Ratios = v.ratios(b.base.Contrast())
	}
	p.Preview = h.shownPreview(v, b)
	web.AllowFrames(v)
	return web.Render(v, http.StatusOK, p.Show())
}

// ratios are contrast figures in words.
func (v *visit) ratios(c theme.Contrast) []pages.Ratio {
	figure := func(x float64) string { return strconv.FormatFloat(float64(int(x*10))/10, 'f', 1, 64) + ":1 AA" }
	return []pages.Ratio{
		{Name: "button", Label: v.t.T("console.branding.ratio.button"), Value: figure(c.Button)},
		{Name: "link", Label: v.t.T("console.branding.ratio.link"), Value: figure(c.Link)},
		{Name: "dark-button", Label: v.t.T("console.branding.ratio.dark_button"), Value: figure(c.DarkButton)},
		{Name: "dark-link", Label: v.t.T("console.branding.ratio.dark_link"), Value: figure(c.DarkLink)},
	}
}

// brandingContrast answers the figures of a colour, for a page that is being edited.
func (h *Handlers) brandingContrast(v *visit, _ *types.UserPoolType) error {
	t := theme.Theme{Primary: strings.TrimSpace(v.QueryParam("primary"))}
	if err := t.Check(); err != nil {
		return err
	}
	out := map[string]string{}
	for _, r := range v.ratios(t.Contrast()) {
		out[r.Name] = r.Value
	}
	v.Response().Header().Set("Cache-Control", "no-store")
	return v.JSON(http.StatusOK, out)
}

// clientThemes are a pool's app clients as to their themes.
type clientThemes struct {
	own    []pages.Override
	others []ui.Option
}

// themedClients tells the clients that have a theme of their own from the first of those that have not.
func (h *Handlers) themedClients(v *visit, b *branded) (out clientThemes, err error) {
	if b.client != "" {
		return out, nil
	}
	themes, err := call[gatehouse.ListThemesOutput](h, v, &gatehouse.ListThemesInput{UserPoolId: &v.pool.ID})
	if err != nil {
		return out, err
	}
	clients, err := call[idp.ListUserPoolClientsOutput](h, v, &idp.ListUserPoolClientsInput{UserPoolId: &v.pool.ID, MaxResults: aws.Int32(60)})
	if err != nil {
		return out, err
	}
	names := map[string]string{}
	for _, c := range clients.UserPoolClients {
		names[aws.ToString(c.ClientId)] = aws.ToString(c.ClientName)
	}
	for _, t := range themes.Themes {
		id := aws.ToString(t.ClientId)
		if id == "" {
			continue
		}
		o := pages.Override{Name: names[id], Href: paths.Link(paths.ConsoleBranding, v.pool.ID, "client", id), State: "draft"}
		if o.Name == "" {
			o.Name = id
		}
		if t.Version != nil {
			o.State = "published"
		}
		out.own = append(out.own, o)
		delete(names, id)
	}
	for _, c := range clients.UserPoolClients {
		if name, ok := names[aws.ToString(c.ClientId)]; ok {
			out.others = append(out.others, ui.Option{Value: aws.ToString(c.ClientId), Label: name})
		}
	}
	return out, nil
}
