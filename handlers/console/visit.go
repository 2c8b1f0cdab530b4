package console

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/labstack/echo/v4"

	"gatehouse/internal/api"
	"gatehouse/internal/api/gatehouse"
	"gatehouse/internal/fault"
	"gatehouse/internal/iam"
	"gatehouse/internal/seal"
	"gatehouse/internal/sts"
	"gatehouse/internal/switchrole"
	"gatehouse/templates/layout"
	"gatehouse/templates/messages"
	"gatehouse/templates/ui"
	"gatehouse/web"
	"gatehouse/web/paths"
)

// Purposes of the console's cookies.
const (
	sessionCookie = "session"
	browserCookie = "browser" // what the form of the sign-in page is tied to, before anybody signed in
	comingCookie  = "coming"  // who comes from an identity provider, until the browser goes on as them
	regionCookie  = "region"
	langCookie    = "lang"
	accountCookie = "account" // that somebody signed in to last
)

// errExpired: the form is not of this browser, or of a session that has ended.
var errExpired = fault.Status(http.StatusForbidden, "PageExpired", "The form is not of this session.")

// visit is a request of somebody who is signed in.
type visit struct {
	echo.Context
	session   *iam.ConsoleSession
	temporary *sts.Session // of a role that somebody signed in by; nil for who proved a password
	cookie    string
	t         messages.Printer
	region    string // that the calls act in; "*" where the person looks at all of them
	pool      *layout.PoolNav
	schema    []types.SchemaAttributeType // of the pool, on the pages of its app clients
	hosted    string                      // where the pool's hosted pages are or would be, there too
	served    bool                        // whether they are, there too
	at        string                      // the page of settings in sections, where the path does not tell
	role      *switchrole.Role            // that the person acts as; nil for none
	ended     bool                        // the role that it acted as has, since the last page
	oneself   bool                        // the page is about the person, who acts as no role on it
}

type handler func(*visit) error

const visitKey = "console.visit"

// of makes a page handler for people who are signed in; anybody else is sent to the door first. A posted form
// must be one that this session was shown.
func (h *Handlers) of(handle handler) echo.HandlerFunc {
	return func(c echo.Context) error {
		v, err := h.enter(c)
		if errors.Is(err, iam.ErrNoConsoleSession) {
			return web.SeeOther(c, paths.Link(paths.ConsoleSignIn, "next", ownPath(c), "account", c.QueryParam("account")))
		}
		if err != nil {
			return err
		}
		switch {
		case v.ended: // what was meant for the role is not done by the person
			return v.done(paths.Console, "role_ended")
		case v.session.MFA == iam.MFAWanted:
			return web.SeeOther(c, paths.Link(paths.ConsoleMFA, "next", ownPath(c)))
		case v.session.MustChange:
			return web.SeeOther(c, paths.Link(paths.ConsoleMePassword, "next", ownPath(c)))
		}
		to, err := h.rootLed(v)
		if err != nil {
			return err
		}
		if to != "" {
			return web.SeeOther(c, to)
		}
		if c.Request().Method == http.MethodPost && !seal.Equal(v.posted("_csrf"), v.token()) {
			return errExpired
		}
		if err := handle(v); !errors.Is(err, errUnproved) {
			return err
		}
		return h.askProof(v)
	}
}

// enter finds the session of a request.
func (h *Handlers) enter(c echo.Context) (*visit, error) {
	v := &visit{Context: c, cookie: h.Cookies.Value(c.Request(), sessionCookie), t: h.printer(c)}
	s, err := h.IAM.ConsoleSession(c.Request().Context(), v.cookie)
	if err != nil {
		return nil, err
	}
	v.session = s
	if s.Temporary != "" {
		if err := json.Unmarshal([]byte(s.Temporary), &v.temporary); err != nil {
			return nil, fmt.Errorf("read session of role: %w", err)
		}
	}
	v.region = h.regionOf(c)
	if v.ended, err = h.acting(v); err != nil {
		return nil, err
	}
	c.Set(visitKey, v)
	return v, nil
}

// regionForm is what a region's name may look like; any such name is a region.
var regionForm = regexp.MustCompile(`^[a-z]{2,}(-[a-z0-9]+){1,4}$`)

// regionOf is the region of the pool in the path, else the one that was chosen, else where the console begins.
func (h *Handlers) regionOf(c echo.Context) string {
	if region, _, ok := strings.Cut(c.Param("pool"), "_"); ok && regionForm.MatchString(region) {
		return region
	}
	if chosen := h.Cookies.Value(c.Request(), regionCookie); chosen == "*" || regionForm.MatchString(chosen) {
		return chosen
	}
	return h.Region
}

// call runs an operation as the person who is signed in, in the region of the page.
func call[Out, In any](h *Handlers, v *visit, in *In) (*Out, error) {
	return callIn[Out](h, v, v.region, in)
}

func callIn[Out, In any](h *Handlers, v *visit, region string, in *In) (*Out, error) {
	if region == "*" {
		region = h.Region
	}
	return api.Call[Out](v.operation(region), h.API, v.principal(), in)
}

// callIfAllowed is call for what a page shows where it may, and does without where not.
func callIfAllowed[Out, In any](h *Handlers, v *visit, in *In) (*Out, error) {
	region := v.region
	if region == "*" {
		region = h.Region
	}
	ctx := v.operation(region)
	r := api.RequestFrom(ctx)
	r.Optional = true
	return api.Call[Out](api.WithRequest(ctx, r), h.API, v.principal(), in)
}

// operation is the context of a call.
func (v *visit) operation(region string) context.Context {
	r := v.Request()
	rq := web.From(r.Context())
	return api.WithRequest(r.Context(), api.Request{
		ID: rq.ID(), ClientIP: rq.Client(), UserAgent: agentOf(r), Region: region, Secure: rq.Scheme == "https",
	})
}

// agentOf is the browser as records name it: headers may have any bytes, PostgreSQL keeps UTF-8 alone.
func agentOf(r *http.Request) string {
	agent := r.UserAgent()
	return strings.ToValidUTF8(agent[:min(len(agent), 512)], "")
}

func (v *visit) principal() api.Principal {
	s := v.session
	if v.role != nil && !v.oneself {
		p := api.SessionPrincipal(&v.role.Session)
		p.SessionID = s.PublicID
		return p
	}
	if v.temporary != nil {
		p := api.SessionPrincipal(v.temporary)
		p.SessionID = s.PublicID
		return p
	}
	p := api.Principal{AccountID: s.AccountID, Kind: api.Kind(s.Kind), ARN: s.ARN, UserID: s.UserID, SessionID: s.PublicID, PolicyVersion: s.PolicyVersion}
	if !s.OfRoot() { // policies ask of a user's session when it began, and for its second factor
		p.Session = &sts.Session{Kind: sts.User, AccountID: s.AccountID, IssuerID: s.UserID, IssuerARN: s.ARN, IssuedAt: s.Created, Expires: s.Expires, MFAAt: s.MFAAt()}
	}
	return p
}

// token proves that a form was made for this session, without telling its cookie, and for the role that it acts as: what
// was filled in as one is not done as another.
func (v *visit) token() string {
	if v.role != nil {
		return formToken(v.cookie + "\x00" + v.role.Session.ARN() + "\x00" + v.role.Session.IssuedAt.String())
	}
	return formToken(v.cookie)
}

func formToken(cookie string) string {
	return hex.EncodeToString(seal.HashHandle("console form\x00" + cookie)[:16])
}

// form is what every form of a page has: where it goes and what it carries unseen.
func (v *visit) form(action string, problems ui.Problems, more ...ui.Param) ui.Form {
	return ui.Form{Action: action, Hidden: append([]ui.Param{{Name: "_csrf", Value: v.token()}}, more...), Problems: problems}
}

// posted is a value of the form; what stands in the URL is none.
func (v *visit) posted(name string) string { return v.Request().PostFormValue(name) }

// search is a value of the query without the spaces around it.
func (v *visit) search(name string) string { return strings.TrimSpace(v.QueryParam(name)) }

// typed is a posted value without the spaces that get typed or pasted around it.
func (v *visit) typed(name string) string { return strings.TrimSpace(v.posted(name)) }

// chosen are all values of a posted name.
func (v *visit) chosen(name string) []string {
	v.posted(name) // parses the form
	return v.Request().PostForm[name]
}

// lines are the lines of a posted text that say something.
func (v *visit) lines(name string) []string {
	var out []string
	for line := range strings.Lines(v.posted(name)) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// text is a posted text as it was typed, with the line ends of the server; none where it says nothing.
func (v *visit) text(name string) []string {
	s := strings.ReplaceAll(v.posted(name), "\r\n", "\n")
	if strings.TrimSpace(s) == "" {
		return nil
	}
	return []string{s}
}

// mistyped is the problem of a form that asks for a name to be typed; nil where it was.
func (v *visit) mistyped(name string) ui.Problems {
	if v.typed("confirm") == strings.TrimSpace(name) {
		return nil
	}
	return ui.Problems{{Field: "confirm", Text: v.t.T("console.confirm.wrong")}}
}

// done sends the browser on after an act; message names the sentence console.done.… that the next page says.
func (v *visit) done(location, message string) error {
	u, err := url.Parse(location)
	if err != nil {
		return err
	}
	q := u.Query()
	q.Set("done", message)
	u.RawQuery = q.Encode()
	return web.SeeOther(v, u.String())
}

// here is the page's own address, without what an act added.
func (v *visit) here() string { return ownPath(v.Context) }

func ownPath(c echo.Context) string {
	u := *c.Request().URL
	q := u.Query()
	q.Del("done")
	q.Del("lang")
	u.RawQuery = q.Encode()
	if c.Request().Method != http.MethodGet && c.Request().Method != http.MethodHead {
		u.RawQuery = ""
	}
	return u.RequestURI()
}

// onward is where a page may send a browser on to: into the console and nowhere else.
func onward(next string) string {
	u, err := url.Parse(next)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || strings.ContainsAny(next, "\\\r\n\t") ||
		u.Path != paths.Console && !strings.HasPrefix(u.Path, paths.Console+"/") {
		return paths.Console
	}
	return u.RequestURI()
}

// printer speaks the language that was chosen, that was chosen before, that the browser prefers.
func (h *Handlers) printer(c echo.Context) messages.Printer {
	chosen := c.QueryParam("lang")
	if chosen != "" && h.Messages.Speaks(chosen) {
		h.Cookies.Set(c.Response(), langCookie, h.Messages.Printer(chosen).Lang, h.Clock().AddDate(1, 0, 0))
	}
	return h.Messages.Printer(chosen, h.Cookies.Value(c.Request(), langCookie), c.Request().Header.Get("Accept-Language"))
}

// frame is what a page has around it. Crumbs are the way to the page, without the page itself.
func (h *Handlers) frame(v *visit, section, title string, crumbs ...layout.Crumb) layout.ConsoleFrame {
	f := h.outside(v.Context, v.t)
	f.Section, f.Crumbs, f.Pool = section, append(crumbs, layout.Crumb{Label: title}), v.pool
	f.Region, f.Regions = v.region, h.regions(v)
	f.Who, f.Account, f.Token, f.Path, f.Root = v.session.Name, v.account(), v.token(), v.here(), v.session.OfRoot()
	if v.role != nil {
		f.Acting = &layout.Acting{Name: v.role.Name, Role: v.role.Session.ARN(), Colour: v.role.Colour, Ends: v.role.Session.Expires}
	}
	if message := "console.done." + v.QueryParam("done"); v.t.Has(message) {
		f.Done = v.t.T(message)
	}
	return f
}

// outside is the frame of a page for somebody who is not signed in.
func (h *Handlers) outside(c echo.Context, t messages.Printer) layout.ConsoleFrame {
	f := layout.ConsoleFrame{T: t, Version: h.Version, Language: languageMenu(c), Shortcuts: true}
	if h.Exposed {
		f.Notice = t.T("demo.notice")
	}
	for _, k := range c.Request().CookiesNamed("scheme") { // chosen by console.js
		if k.Value == "light" || k.Value == "dark" {
			f.Scheme = k.Value
		}
	}
	return f
}

// regions are those to choose from: where pools are, where the console begins, and where one is. Whoever may
// not list them chooses among the latter.
func (h *Handlers) regions(v *visit) []string {
	all := []string{h.Region}
	if out, err := callIfAllowed[gatehouse.ListUserPoolRegionsOutput](h, v, &gatehouse.ListUserPoolRegionsInput{}); err == nil {
		for _, r := range out.Regions {
			all = append(all, *r.Region)
		}
	}
	if v.region != "*" {
		all = append(all, v.region)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func (h *Handlers) chooseRegion(v *visit) error {
	if region := v.posted("region"); region == "*" || regionForm.MatchString(region) {
		h.Cookies.Set(v.Response(), regionCookie, region, h.Clock().AddDate(1, 0, 0))
	}
	return web.SeeOther(v, onward(v.posted("back")))
}

// languageMenu leads back to the page that was asked for.
func languageMenu(c echo.Context) ui.LanguageMenu {
	m := ui.LanguageMenu{Action: c.Request().URL.EscapedPath()}
	q := c.QueryParams()
	for _, k := range slices.Sorted(maps.Keys(q)) {
		if k != "lang" && k != "done" {
			for _, value := range q[k] {
				m.Keep = append(m.Keep, ui.Param{Name: k, Value: value})
			}
		}
	}
	return m
}

// browserEnd makes a cookie end with the browser.
var browserEnd time.Time
