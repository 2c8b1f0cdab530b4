// Package hosted is the edge for people who sign in with a browser: it parses their forms, calls one
// service and shows the page that the answer asks for. It decides nothing about accounts, and answers
// known and unknown users alike.
package hosted

import (
	"context"
	"io"
	"net/url"
	"time"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/authn"
	"gatehouse/internal/branding"
	"gatehouse/internal/directory"
	"gatehouse/internal/oauth"
	"gatehouse/internal/session"
	"gatehouse/internal/userpool"
	"gatehouse/templates/messages"
	"gatehouse/web"
	"gatehouse/web/paths"
)

// Pools finds the pool and the client that a request addresses.
type Pools interface {
	Pool(ctx context.Context, id string) (*userpool.Pool, error)
	ClientOf(ctx context.Context, poolID, clientID string) (*userpool.Client, error)
}

// OAuth checks authorize requests and finishes them.
type OAuth interface {
	// Authorize validates an authorize request that arrived at a base. Every page validates its query anew.
	Authorize(ctx context.Context, poolID, base string, q url.Values) (*oauth.Request, *oauth.AuthorizeError)
	// Resume issues what the request asks for to who is signed in, and answers where the browser goes on;
	// oauth.ErrSession when the session may not.
	Resume(ctx context.Context, r *oauth.Request, s *session.Session) (redirect string, err error)
}

// SignIn is the sign-in state machine.
type SignIn interface {
	Start(ctx context.Context, a authn.Attempt) (authn.Step, error)
	Respond(ctx context.Context, a authn.Answer) (authn.Step, error)
	// Waiting is the step that a session waits for, as it was offered; the session stays.
	Waiting(ctx context.Context, pool *userpool.Pool, client *userpool.Client, session string) (authn.Step, error)
	// PendingTOTP is the software token that a session of MFA_SETUP sets up, the same one until it is verified.
	// The answer carries the session to go on with.
	PendingTOTP(ctx context.Context, pool *userpool.Pool, client *userpool.Client, session string) (authn.Associated, error)
	VerifyTOTP(ctx context.Context, pool *userpool.Pool, client *userpool.Client, session, code, name string) (next string, err error)
}

// Accounts is *directory.Service. With Caller.Hosted it answers unknown users as it answers known ones.
type Accounts interface {
	SignUp(ctx context.Context, pool *userpool.Pool, client *userpool.Client, in directory.SignUpRequest) (*directory.SignedUp, error)
	ConfirmSignUp(ctx context.Context, pool *userpool.Pool, client *userpool.Client, in directory.ConfirmRequest) (*directory.User, error)
	ResendConfirmationCode(ctx context.Context, pool *userpool.Pool, client *userpool.Client, username string, by directory.Caller) (directory.Delivery, error)
	ForgotPassword(ctx context.Context, pool *userpool.Pool, client *userpool.Client, username string, by directory.Caller) (directory.Delivery, error)
	ConfirmForgotPassword(ctx context.Context, pool *userpool.Pool, client *userpool.Client, in directory.RecoveryRequest) (*directory.User, error)
	User(ctx context.Context, poolID, sub string) (*directory.User, error)
}

// Sessions keeps signed-in browsers and sign-ins between two pages.
type Sessions interface {
	Start(ctx context.Context, s session.Session, previous string) (cookie string, started *session.Session, err error)
	Current(ctx context.Context, cookie, realm, base string) (*session.Session, error)
	End(ctx context.Context, cookie, realm string) error
	EndAll(ctx context.Context, realm, sub string) error
	Begin(ctx context.Context, browserCookie, realm, base, query, authnSession string) (handle string, err error)
	Peek(ctx context.Context, handle, browserCookie, realm, base string) (*session.Attempt, error)
	Take(ctx context.Context, handle, browserCookie, realm, base string) (*session.Attempt, error)
	Rotate(ctx context.Context, handle, browserCookie, realm, base, authnSession string) (next string, err error)
}

// Looks knows how pages look: *branding.Service.
type Looks interface {
	Look(ctx context.Context, pool *userpool.Pool, clientID string) (branding.Look, error)
	Picture(ctx context.Context, poolID, id string) (*branding.Picture, error)
}

// Handlers serves the hosted pages. All fields but Demo and Exposed are required.
type Handlers struct {
	Site     func(echo.Context) web.Site
	Pools    Pools
	OAuth    OAuth
	SignIn   SignIn
	Accounts Accounts
	Sessions Sessions
	Looks    Looks
	Cookies  func(realm string) web.Cookies
	Messages *messages.Catalogue
	Clock    func() time.Time
	Rand     io.Reader
	Demo     bool // error pages tell developers why
	Exposed  bool // a demo that others can reach: every page says so
}

// Mount registers the pages.
func (h *Handlers) Mount(r web.Routes) {
	r.GET(paths.Login, h.of(h.showSignIn))
	r.POST(paths.Login, h.of(h.signIn))
	r.GET(paths.SignUp, h.of(h.showSignUp))
	r.POST(paths.SignUp, h.of(h.signUp))
	r.GET(paths.Confirm, h.of(h.showConfirm))
	r.POST(paths.Confirm, h.of(h.confirm))
	r.GET(paths.ConfirmUser, h.showConfirmLink)
	r.POST(paths.ConfirmUser, h.confirmLink)
	r.GET(paths.ResendCode, h.of(h.showResend))
	r.POST(paths.ResendCode, h.of(h.resend))
	r.GET(paths.ForgotPassword, h.of(h.showForgot))
	r.POST(paths.ForgotPassword, h.of(h.forgot))
	r.GET(paths.ResetPassword, h.of(h.showReset))
	r.POST(paths.ResetPassword, h.of(h.reset))
	r.GET(paths.MFA, h.of(h.showTOTP))
	r.POST(paths.MFA, h.of(h.answerTOTP))
	r.GET(paths.MFASetup, h.of(h.showSetup))
	r.POST(paths.MFASetup, h.of(h.answerSetup))
	r.GET(paths.ChangePassword, h.of(h.showNewPassword))
	r.POST(paths.ChangePassword, h.of(h.answerNewPassword))
	r.GET(paths.SignOut, h.showSignOut)
	r.POST(paths.SignOut, h.signOut)
	r.GET(paths.Error, h.showError)
	r.GET(paths.Theme, h.theme)
	r.GET(paths.ThemePicture, h.picture)
}
