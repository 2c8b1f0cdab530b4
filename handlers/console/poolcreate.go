package console

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"gatehouse/internal/api/gatehouse"
	pages "gatehouse/templates/console"
	"gatehouse/templates/layout"
	"gatehouse/templates/ui"
	"gatehouse/web"
	"gatehouse/web/paths"
)

// newPool is the form as it begins: what suits most apps.
func (h *Handlers) newPool(v *visit) pages.NewPool {
	region := v.region
	if region == "*" {
		region = h.Region
	}
	return pages.NewPool{Region: region, SignIn: "email", SignUp: true, MFA: "OPTIONAL", Password: "long", Protect: true, App: "web"}
}

func postedPool(v *visit) pages.NewPool {
	return pages.NewPool{
		Name: v.typed("name"), Region: v.typed("pool_region"), SignIn: v.posted("signin"), SignUp: v.posted("signup") != "",
		Required: v.chosen("required"), MFA: v.posted("mfa"), Password: v.posted("password"), Protect: v.posted("protect") != "",
		Prefix: v.typed("prefix"), App: v.posted("app"), AppName: v.typed("app_name"), Callbacks: strings.Join(v.lines("callbacks"), "\n"),
	}
}

func (h *Handlers) showPoolNew(v *visit) error { return h.poolNewPage(v, h.newPool(v), nil) }

func (h *Handlers) poolNewPage(v *visit, n pages.NewPool, problems ui.Problems) error {
	return web.Render(v, http.StatusOK, pages.PoolNewPage{
		ConsoleFrame: h.frame(v, "pools", v.t.T("console.new_pool"), layout.Crumb{Label: v.t.T("console.nav.pools"), Href: paths.ConsolePools}),
		Form:         v.form(paths.ConsolePoolNew, problems), New: n,
	}.Show())
}

// createPool makes a pool and, one after the other, what was asked for with it. What cannot be made then does not
// undo what was: the summary says both.
func (h *Handlers) createPool(v *visit) error {
	n := postedPool(v)
	if problems := h.checkNewPool(v, n); problems != nil {
		return h.poolNewPage(v, n, problems)
	}
	out, err := callIn[idp.CreateUserPoolOutput](h, v, n.Region, poolInput(n))
	if err != nil {
		if problems, ok := v.refused(err, ""); ok {
			return h.poolNewPage(v, n, problems)
		}
		return err
	}
	pool := out.UserPool
	v.region = n.Region
	v.pool = &layout.PoolNav{ID: aws.ToString(pool.Id), Name: aws.ToString(pool.Name)}
	p := pages.PoolMadePage{
		ConsoleFrame: h.frame(v, "overview", v.t.T("console.new_pool.made"), v.poolCrumbs()...),
		New:          n, ID: v.pool.ID, Name: v.pool.Name, Issuer: h.issuer(v.pool.ID),
	}
	for _, step := range h.poolSteps(v, n, &p) {
		if err := step.run(); err != nil {
			_, message, _ := reason(err)
			web.NoteFailure(v, err)
			p.Failed = append(p.Failed, pages.FailedStep{What: step.what, Why: message, Href: step.href})
		}
	}
	if p.ClientID != "" && (p.DomainURL != "" || h.PathPages) {
		p.Try = paths.Link(paths.ConsoleTryClient, p.ID, p.ClientID)
	}
	return web.Render(v, http.StatusOK, p.Show())
}

// poolStep is something that is made in a new pool; href is where it can be made by hand.
type poolStep struct {
	what, href string
	run        func() error
}

func (h *Handlers) poolSteps(v *visit, n pages.NewPool, p *pages.PoolMadePage) (steps []poolStep) {
	id := aws.String(v.pool.ID)
	if n.MFA != "OFF" {
		steps = append(steps, poolStep{v.t.T("console.signin_mfa"), paths.Link(paths.ConsoleSignInSettings, *id), func() error {
			_, err := call[idp.SetUserPoolMfaConfigOutput](h, v, &idp.SetUserPoolMfaConfigInput{
				UserPoolId: id, MfaConfiguration: types.UserPoolMfaType(n.MFA), SoftwareTokenMfaConfiguration: &types.SoftwareTokenMfaConfigType{Enabled: true},
			})
			return err
		}})
	}
	if n.Prefix != "" {
		steps = append(steps, poolStep{v.t.T("console.domain.prefix"), paths.Link(paths.ConsoleDomain, *id), func() error {
			_, err := call[idp.CreateUserPoolDomainOutput](h, v, &idp.CreateUserPoolDomainInput{UserPoolId: id, Domain: &n.Prefix, ManagedLoginVersion: aws.Int32(2)})
			if err == nil {
				p.DomainURL = h.DomainURL(n.Prefix, false)
			}
			return err
		}})
	}
	if n.App != "none" {
		steps = append(steps, poolStep{v.t.T("console.client"), paths.Link(paths.ConsoleClientNew, *id, "kind", n.App), func() error {
			in := clientInput(v.pool.ID, pages.NewClient{Kind: n.App, Name: n.AppName, Callbacks: n.Callbacks})
			out, err := call[idp.CreateUserPoolClientOutput](h, v, in)
			if err == nil {
				c := out.UserPoolClient
				p.ClientID, p.ClientName, p.Secret = aws.ToString(c.ClientId), aws.ToString(c.ClientName), aws.ToString(c.ClientSecret)
			}
			return err
		}})
	}
	return steps
}

// checkNewPool finds what no operation would refuse, or only after the pool is made.
func (h *Handlers) checkNewPool(v *visit, n pages.NewPool) (problems ui.Problems) {
	add := func(field, text string) { problems = append(problems, ui.Problem{Field: field, Text: text}) }
	if n.Name == "" {
		add("name", v.t.T("console.new_pool.name.missing"))
	} else if h.justMade(v, n) {
		add("name", v.t.T("console.new_pool.name.again"))
	}
	if !regionForm.MatchString(n.Region) {
		add("pool_region", v.t.T("console.new_pool.region.wrong"))
	}
	if n.App != "none" {
		if n.AppName == "" {
			add("app_name", v.t.T("console.client.name.missing"))
		}
		if n.Callbacks == "" {
			add("callbacks", v.t.T("console.client.callbacks.missing"))
		}
	}
	return problems
}

// justMade keeps a form that is sent twice, or whose answer is reloaded, from making two pools.
func (h *Handlers) justMade(v *visit, n pages.NewPool) bool {
	out, err := call[gatehouse.SearchUserPoolsOutput](h, v, &gatehouse.SearchUserPoolsInput{Text: some(n.Name), Regions: []string{n.Region}})
	return err == nil && slices.ContainsFunc(out.UserPools, func(p gatehouse.UserPoolSummary) bool {
		return *p.Name == n.Name && h.Clock().Sub(*p.CreationDate) < 2*time.Minute
	})
}

func poolInput(n pages.NewPool) *idp.CreateUserPoolInput {
	in := &idp.CreateUserPoolInput{
		PoolName: &n.Name, UsernameConfiguration: &types.UsernameConfigurationType{CaseSensitive: aws.Bool(false)},
		AdminCreateUserConfig: &types.AdminCreateUserConfigType{AllowAdminCreateUserOnly: !n.SignUp},
		Policies:              &types.UserPoolPolicyType{PasswordPolicy: passwordPreset(n.Password)},
		DeletionProtection:    types.DeletionProtectionTypeInactive,
		AccountRecoverySetting: &types.AccountRecoverySettingType{RecoveryMechanisms: []types.RecoveryOptionType{
			{Name: types.RecoveryOptionNameTypeVerifiedEmail, Priority: aws.Int32(1)},
		}},
		AutoVerifiedAttributes:      []types.VerifiedAttributeType{types.VerifiedAttributeTypeEmail},
		UserAttributeUpdateSettings: &types.UserAttributeUpdateSettingsType{AttributesRequireVerificationBeforeUpdate: []types.VerifiedAttributeType{types.VerifiedAttributeTypeEmail}},
	}
	if n.Protect {
		in.DeletionProtection = types.DeletionProtectionTypeActive
	}
	required := n.Required
	switch n.SignIn {
	case "email":
		in.UsernameAttributes = []types.UsernameAttributeType{types.UsernameAttributeTypeEmail}
		required = append(required, "email")
	case "email_phone":
		in.UsernameAttributes = []types.UsernameAttributeType{types.UsernameAttributeTypeEmail, types.UsernameAttributeTypePhoneNumber}
	case "alias":
		in.AliasAttributes = []types.AliasAttributeType{types.AliasAttributeTypeEmail}
		required = append(required, "email")
	}
	slices.Sort(required)
	for _, name := range slices.Compact(required) {
		in.Schema = append(in.Schema, types.SchemaAttributeType{Name: aws.String(name), Required: aws.Bool(true)})
	}
	return in
}

// passwordPreset is a policy by name. Length does more than kinds of characters (NIST SP 800-63B, section 3.1.1.2).
func passwordPreset(name string) *types.PasswordPolicyType {
	p := &types.PasswordPolicyType{MinimumLength: aws.Int32(12), TemporaryPasswordValidityDays: 7}
	if name == "classic" || name == "strict" {
		p.RequireLowercase, p.RequireUppercase, p.RequireNumbers, p.RequireSymbols = true, true, true, true
		p.MinimumLength = aws.Int32(8)
	}
	if name == "strict" {
		p.MinimumLength, p.PasswordHistorySize = aws.Int32(14), aws.Int32(5)
	}
	return p
}
