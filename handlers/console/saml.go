package console

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awssts "github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/labstack/echo/v4"

	"gatehouse/internal/api"
	"gatehouse/internal/iam"
	"gatehouse/internal/sts"
	pages "gatehouse/templates/console"
	"gatehouse/templates/ui"
	"gatehouse/web"
	"gatehouse/web/paths"
)

// SAML reads what only the private key of a provider opens.
type SAML interface {
	// Offer answers the errors of AssumeRoleWithSAML.
	Offer(ctx context.Context, providerUUID, response string) (sts.SAMLOffer, error)
}

// MountCrossSite registers where identity providers send people to. What they bring proves itself, and is spent.
func (h *Handlers) MountCrossSite(r web.Routes) {
	for _, path := range []string{paths.SAML, paths.SAMLProvider} {
		r.GET(path, func(c echo.Context) error { return web.SeeOther(c, paths.ConsoleSignIn) })
		r.POST(path, h.comeBySAML)
	}
}

// samlProviderForm is what the id in the sign-in address of a provider looks like.
var samlProviderForm = regexp.MustCompile(`^SAMLSP[A-Z0-9]+$`)

// comeBySAML signs somebody in in the role of a SAML response. Where it gives several they choose first, and bring it again.
func (h *Handlers) comeBySAML(c echo.Context) error {
	r, provider := c.Request(), c.Param("provider")
	if provider != "" && !samlProviderForm.MatchString(provider) {
		return web.ErrNotFound
	}
	response, chosen := r.PostFormValue("SAMLResponse"), r.PostFormValue("role")
	offer := sts.ClaimedOffer(response)
	if len(offer.Roles) == 0 && provider != "" { // encrypted
		var err error
		if offer, err = h.SAML.Offer(r.Context(), provider, response); err != nil {
			return h.refuseSAML(c, err)
		}
	}
	if len(offer.Roles) == 0 {
		return h.samlPage(c, nil, ui.Problems{{Text: h.printer(c).T("console.saml.none")}})
	}
	if len(offer.Roles) == 1 {
		chosen = "0"
	}
	n, err := strconv.Atoi(chosen)
	if err != nil || n < 0 || n >= len(offer.Roles) {
		return h.samlPage(c, offer.Roles, nil)
	}
	out, err := h.assumeWithSAML(c, offer.Roles[n], offer.Duration, response)
	if err != nil {
		return h.refuseSAML(c, err)
	}
	return h.enterRole(c, out)
}

func (h *Handlers) refuseSAML(c echo.Context, err error) error {
	_, message, ok := reason(err)
	if !ok {
		return err
	}
	web.NoteFailure(c, err)
	return h.samlPage(c, nil, ui.Problems{{Text: message}})
}

func (h *Handlers) assumeWithSAML(c echo.Context, role sts.RoleByProvider, duration int32, response string) (*awssts.AssumeRoleWithSAMLOutput, error) {
	in := &awssts.AssumeRoleWithSAMLInput{RoleArn: &role.Role, PrincipalArn: &role.Provider, SAMLAssertion: &response}
	if duration > 0 {
		in.DurationSeconds = &duration
	}
	ctx := (&visit{Context: c}).operation(h.Region)
	return api.Call[awssts.AssumeRoleWithSAMLOutput](ctx, h.API, api.Principal{}, in)
}

// enterRole keeps the sign-in by temporary credentials and goes on to the page that begins its console session, where the
// browser brings its cookies.
func (h *Handlers) enterRole(c echo.Context, out *awssts.AssumeRoleWithSAMLOutput) error {
	r := c.Request()
	_, role, err := h.Sessions.Open(r.Context(), aws.ToString(out.Credentials.AccessKeyId), aws.ToString(out.Credentials.SessionToken))
	if err != nil {
		return err
	}
	text, err := json.Marshal(role)
	if err != nil {
		return fmt.Errorf("write session of role: %w", err)
	}
	handle, err := h.IAM.ComeTemporary(r.Context(), iam.Temporary{
		AccountID: role.AccountID, UserID: role.UserID(), Kind: string(role.Kind), ARN: role.ARN(), Name: nameOf(role), Session: string(text), Expires: role.Expires,
	}, h.browser(c))
	if err != nil {
		return err
	}
	h.Cookies.Set(c.Response(), comingCookie, handle, h.Clock().Add(iam.ConsoleComing))
	return web.SeeOther(c, paths.Link(paths.ConsoleArrive, "next", onward(r.PostFormValue("RelayState"))))
}

// nameOf is whom the console greets: role/session.
func nameOf(role *sts.Session) string {
	_, name, _ := strings.Cut(role.ARN(), ":assumed-role/")
	return name
}

func (h *Handlers) samlPage(c echo.Context, roles []sts.RoleByProvider, problems ui.Problems) error {
	r, action := c.Request(), paths.SAML
	if provider := c.Param("provider"); provider != "" {
		action = paths.Link(paths.SAMLProvider, provider)
	}
	p := pages.SAMLPage{ConsoleFrame: h.outside(c, h.printer(c)), Form: ui.Form{Action: action, Problems: problems}, Chosen: "0"}
	p.Language.Action = paths.ConsoleSignIn // what was posted cannot be asked for again
	for i, role := range roles {
		account, name, _ := strings.Cut(strings.TrimPrefix(role.Role, "arn:aws:iam::"), ":role/")
		p.Roles = append(p.Roles, ui.Option{Value: strconv.Itoa(i), Label: name, Hint: account})
	}
	if len(roles) > 0 {
		p.Hidden = []ui.Param{{Name: "SAMLResponse", Value: r.PostFormValue("SAMLResponse")}, {Name: "RelayState", Value: r.PostFormValue("RelayState")}}
	}
	return web.Render(c, http.StatusOK, p.Show())
}

// againPage is for who cannot prove a password, having come from a provider.
func (h *Handlers) againPage(v *visit) error {
	return web.Render(v, http.StatusOK, pages.AgainPage{
		ConsoleFrame: h.outside(v.Context, v.t), Out: v.form(paths.ConsoleSignOut, nil), Who: v.session.Name, Back: paths.Console,
	}.Show())
}
