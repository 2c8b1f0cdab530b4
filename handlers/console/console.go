// Package console is the edge for administrators in a browser. It has no power of its own: every act is one
// operation of internal/api, called as the person who is signed in, so that whatever the console does the AWS
// CLI can do, and passes the same authorisation and audit. It decides nothing and reads no store.
package console

import (
	"context"
	"io"
	"net/http"
	"time"

	"gatehouse/internal/api"
	"gatehouse/internal/iam"
	"gatehouse/internal/seal"
	"gatehouse/internal/sts"
	"gatehouse/internal/switchrole"
	"gatehouse/templates/messages"
	"gatehouse/web"
	"gatehouse/web/paths"
)

// SignIn is who may come in: *iam.Service.
type SignIn interface {
	SignInRoot(ctx context.Context, email string, password seal.Secret, from iam.Browser) (cookie string, v *iam.ConsoleSession, err error)
	SignInUser(ctx context.Context, account, name string, password seal.Secret, from iam.Browser) (cookie string, v *iam.ConsoleSession, err error)
	HasLogins(ctx context.Context) (bool, error)
	RootFirst(ctx context.Context, v *iam.ConsoleSession) (iam.RootFirst, error)
	AnswerMFA(ctx context.Context, v *iam.ConsoleSession, second iam.SecondFactor) error
	Reauthenticate(ctx context.Context, v *iam.ConsoleSession, password seal.Secret, second iam.SecondFactor) error
	ConsoleSession(ctx context.Context, cookie string) (*iam.ConsoleSession, error)
	ComeTemporary(ctx context.Context, in iam.Temporary, from iam.Browser) (handle string, err error)
	Coming(ctx context.Context, handle string) (*iam.ConsoleSession, error)
	EnterTemporary(ctx context.Context, handle string, from iam.Browser) (cookie string, v *iam.ConsoleSession, err error)
	SignOut(ctx context.Context, cookie string) error

	SecondFactors(ctx context.Context, v *iam.ConsoleSession) (codes, passkeys bool, err error)
	TakesPasskeys() bool
	BeginPasskey(ctx context.Context, v *iam.ConsoleSession) (options []byte, err error)
	AskPasskey(ctx context.Context, v *iam.ConsoleSession) (options []byte, err error)

	HasSoftwareToken(ctx context.Context, v *iam.ConsoleSession) (bool, error)
	EnrolSoftwareToken(ctx context.Context, v *iam.ConsoleSession) (iam.Enrolment, error)
	EnableSoftwareToken(ctx context.Context, v *iam.ConsoleSession, code string) error
	RemoveSoftwareToken(ctx context.Context, v *iam.ConsoleSession) error
}

// Temporary opens temporary credentials: *sts.Service.
type Temporary interface {
	Open(ctx context.Context, accessKeyID, token string) (seal.Secret, *sts.Session, error)
}

// Handlers serves the console. All fields but Exposed and PathPages are required.
type Handlers struct {
	API      *api.API
	IAM      SignIn
	Sessions Temporary
	SAML     SAML
	Accounts Accounts
	Roles    *switchrole.Service // that people act as
	Cookies  web.Cookies         // of the realm "console"
	Messages *messages.Catalogue
	Region   string       // where the console begins
	URL      string       // the installation's public origin
	Own      *http.Client // reaches the installation itself, in this process
	// DomainURL is where the hosted pages of a pool's domain are.
	DomainURL func(name string, custom bool) string
	PathPages bool // pools have hosted pages under their issuer, whatever domains they have
	Version   string
	Clock     func() time.Time
	Rand      io.Reader
	// Preview draws a hosted page with a theme that is not published.
	Preview DrawPreview
	Exposed bool // a demo that others can reach: every page says so
}

// Realm is the console's own, for cookies.
const Realm = "console"

// Mount registers the pages, a section at a time.
func (h *Handlers) Mount(r web.Routes) {
	h.mountSignIn(r)
	h.mountMe(r)
	h.mountAdministrator(r)
	h.mountSwitchRole(r)
	r.GET(paths.Console, h.of(h.showHome))
	r.POST(paths.ConsoleRegion, h.of(h.chooseRegion))
	h.mountPools(r)
	h.mountUsers(r)
	h.mountUser(r)
	h.mountGroups(r)
	h.mountClients(r)
	h.mountDomain(r)
	h.mountBranding(r)
	h.mountMessages(r)
	h.mountTry(r)
	h.mountAudit(r)
	h.mountIAM(r)
	h.mountOrganization(r)
	h.mountInstallation(r)
	h.mountActivity(r)
	h.mountPoolData(r)
	h.mountPrivacy(r)
	h.mountFind(r)
	r.GET(paths.Console+"/*", h.of(nothing))
	r.POST(paths.Console+"/*", h.of(nothing))
}

// nothing is below the console, but no page of it.
func nothing(*visit) error { return web.ErrNotFound }
