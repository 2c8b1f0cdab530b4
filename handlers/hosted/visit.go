package hosted

import (
	"encoding/hex"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/authn"
	"gatehouse/internal/directory"
	"gatehouse/internal/fault"
	"gatehouse/internal/oauth"
	"gatehouse/internal/seal"
	"gatehouse/internal/session"
	"gatehouse/internal/userpool"
	"gatehouse/templates/layout"
	"gatehouse/templates/messages"
	"gatehouse/templates/ui"
	"gatehouse/web"
	"gatehouse/web/paths"
)

// The pages' own cookies, by purpose; package session names the others.
const (
	accountCookie = "account" // what the person typed as a name, to show it on the next page
	langCookie    = "lang"
)

// Reasons to show a page in place of a form.
var (
	errCookies = fault.Status(http.StatusBadRequest, "CookiesRequired", "The browser sent no cookie back.")
	// errUnavailable: the client signs people in by other providers alone.
	errUnavailable = fault.Status(http.StatusBadRequest, "LoginUnavailable", "Login option is not available. Please try another one.")
	// errNoSignIn: a page that is a step of a sign-in was opened on its own.
	errNoSignIn = fault.Status(http.StatusBadRequest, "NoSignIn", "No sign-in is under way.")
	errExpired  = fault.Status(http.StatusBadRequest, "PageExpired", "The form is not of this browser or has expired.")
)

// visit is a request to a page of a sign-in: whose pool, on behalf of which app, in which language.
type visit struct {
	echo.Context
	site    web.Site
	pool    *userpool.Pool
	client  *userpool.Client
	request *oauth.Request
	t       messages.Printer
	cookies web.Cookies
	browser string     // the browser cookie
	query   url.Values // the authorize request and nothing else
}

// of makes a page handler: it finds the pool, checks the authorize request that every page carries, and
// refuses posted forms that this browser was not shown.
func (h *Handlers) of(handle func(*visit) error) echo.HandlerFunc {
	return func(c echo.Context) error {
		v, err := h.visit(c)
		if err != nil {
			return err
		}
		if done, err := h.check(v); done || err != nil {
			return err
		}
		if providers := v.client.IdentityProviders; len(providers) > 0 && !slices.Contains(providers, "COGNITO") {
			return errUnavailable
		}
		web.AllowFormTo(c, v.request.RedirectURI)
		v.t = h.printer(c, v.pool.ID, v.request.UILocales...)
		if c.Request().Method == http.MethodPost {
			if err := v.ownForm(); err != nil {
				return err
			}
		} else if err := h.rememberBrowser(v); err != nil {
			return err
		}
		return handle(v)
	}
}

// check validates the authorize request. One that is refused goes back to the app where the app is known to
// have made it, which done tells, and is an error page otherwise.
func (h *Handlers) check(v *visit) (done bool, err error) {
	r, refused := h.OAuth.Authorize(v.Request().Context(), v.pool.ID, v.base(), v.query)
	switch {
	case refused == nil:
		v.request, v.pool, v.client = r, r.Pool, r.Client
		return false, nil
	case refused.Redirect != "":
		return true, web.SeeOther(v, refused.Redirect)
	case refused.Cause != nil:
		return true, refused
	}
	if refused.Description == unknownClient {
		return true, fault.New("invalid_client", refused.Description)
	}
	return true, fault.New(refused.Code, refused.Description)
}

// unknownClient is how an authorize request for a client that the pool has not is refused.
const unknownClient = "Client does not exist."

// visit knows the pool and the browser of a request.
func (h *Handlers) visit(c echo.Context) (*visit, error) {
	v := &visit{Context: c, site: h.Site(c)}
	pool, err := h.Pools.Pool(c.Request().Context(), v.site.PoolID)
	var refused *fault.Error
	if errors.As(err, &refused) {
		return nil, web.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	v.pool = pool
	v.cookies = h.Cookies(pool.ID)
	v.browser = v.cookies.Value(c.Request(), session.CookieBrowser)
	v.query = authorizeQuery(c.QueryParams())
	v.t = h.printer(c, pool.ID)
	return v, nil
}

// rememberBrowser gives a browser that has none yet the handle that its forms are tied to.
func (h *Handlers) rememberBrowser(v *visit) error {
	if v.browser != "" {
		return nil
	}
	handle, err := seal.NewHandle(h.Rand)
	if err != nil {
		return err
	}
	v.browser = handle
	v.cookies.Set(v.Response(), session.CookieBrowser, handle, time.Time{})
	return nil
}

// ownForm refuses a form that another browser was shown, which the check of origins lets pass where a
// browser tells none (login CSRF).
func (v *visit) ownForm() error {
	switch {
	case v.browser == "":
		return errCookies
	case !seal.Equal(v.posted("_csrf"), v.token()):
		return errExpired
	}
	return nil
}

// token proves that a form was made for this browser, without telling its cookie.
func (v *visit) token() string {
	return hex.EncodeToString(seal.HashHandle("form\x00" + v.browser)[:16])
}

// hidden is what every form carries unseen.
func (v *visit) hidden() []ui.Param { return []ui.Param{{Name: "_csrf", Value: v.token()}} }

// posted is a value of the form; what stands in the URL is none.
func (v *visit) posted(name string) string { return v.Request().PostFormValue(name) }

// typed is a posted name, address or code, without the spaces that get typed or pasted around it.
func (v *visit) typed(name string) string { return strings.TrimSpace(v.posted(name)) }

// link leads to another page of the same sign-in.
func (v *visit) link(pattern string, more ...string) string {
	q := url.Values{}
	for k, values := range v.query {
		q[k] = values
	}
	for i := 0; i+1 < len(more); i += 2 {
		q.Set(more[i], more[i+1])
	}
	return v.site.Base.Link(pattern, q)
}

// authorizeQuery is the authorize request in a page's query: everything but what the pages add themselves.
func authorizeQuery(q url.Values) url.Values {
	out := url.Values{}
	for k, values := range q {
		switch k {
		case "attempt", "sent", "done", "switch", "lang":
		default:
			out[k] = values
		}
	}
	return out
}

func (v *visit) realm() string { return session.PoolRealm(v.pool.ID) }
func (v *visit) base() string  { return v.site.Base.String() }

func (v *visit) caller() authn.Caller {
	rq := web.From(v.Request().Context())
	return authn.Caller{IP: rq.Client().String(), UserAgent: v.Request().UserAgent(), RequestID: rq.ID(), Hosted: true}
}

// person is caller in directory's terms.
func (v *visit) person() directory.Caller {
	by := v.caller()
	return directory.Caller{IP: by.IP, UserAgent: by.UserAgent, Hosted: true, Language: v.t.Lang}
}

// frame is what the page has around it.
func (h *Handlers) frame(v *visit) layout.Frame {
	f := layout.Frame{T: v.t, Brand: v.pool.Name, Notice: h.notice(v.t), Language: languageMenu(v.Context)}
	client := ""
	if v.client != nil {
		f.App, client = v.client.Name, v.client.ID
	}
	h.dress(v.Request().Context(), &f, v.pool, client, v.site.Base)
	return f
}

func (h *Handlers) notice(t messages.Printer) string {
	if !h.Exposed {
		return ""
	}
	return t.T("demo.notice")
}

// languageMenu leads back to the page that was asked for.
func languageMenu(c echo.Context) ui.LanguageMenu {
	m := ui.LanguageMenu{Action: c.Request().URL.EscapedPath()}
	q := c.QueryParams()
	for _, k := range slices.Sorted(maps.Keys(q)) {
		if k != "lang" {
			for _, value := range q[k] {
				m.Keep = append(m.Keep, ui.Param{Name: k, Value: value})
			}
		}
	}
	return m
}

// printer speaks the language that was chosen, that the app wishes, that was chosen before, that the
// browser prefers, in this order. A choice is remembered.
func (h *Handlers) printer(c echo.Context, poolID string, wishes ...string) messages.Printer {
	k := h.Cookies(poolID)
	chosen := c.QueryParam("lang")
	if chosen != "" && h.Messages.Speaks(chosen) {
		k.Set(c.Response(), langCookie, h.Messages.Printer(chosen).Lang, h.Clock().AddDate(1, 0, 0))
	}
	candidates := append([]string{chosen}, wishes...)
	return h.Messages.Printer(append(candidates, k.Value(c.Request(), langCookie), c.Request().Header.Get("Accept-Language"))...)
}

// account is the name that the person typed last.
func (v *visit) account() string {
	b, err := hex.DecodeString(v.cookies.Value(v.Request(), accountCookie))
	if err != nil {
		return ""
	}
	return string(b)
}

// rememberAccount keeps the name for the next pages.
func (h *Handlers) rememberAccount(v *visit, name string) {
	if len(name) <= 256 {
		v.cookies.Set(v.Response(), accountCookie, hex.EncodeToString([]byte(name)), h.Clock().Add(time.Hour))
	}
}

func (v *visit) signInURL() string { return v.link(paths.Login, "switch", "1") }
