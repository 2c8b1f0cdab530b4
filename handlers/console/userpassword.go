package console

import (
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"gatehouse/internal/api/gatehouse"
	pages "gatehouse/templates/console"
	"gatehouse/templates/ui"
	"gatehouse/web"
	"gatehouse/web/paths"
)

func (h *Handlers) showUserPassword(v *visit, p *person) error {
	return h.userPasswordPage(v, p, "temporary", nil)
}

func (h *Handlers) userPasswordPage(v *visit, p *person, kind string, problems ui.Problems) error {
	return web.Render(v, http.StatusOK, pages.UserPasswordPage{
		ConsoleFrame: h.userFrame(v, p, v.t.T("console.user.password")), Form: v.form(v.userLink(paths.ConsoleUserPassword, p), problems),
		Name: p.name, Kind: kind, Back: v.userLink(paths.ConsoleUser, p),
	}.Show())
}

// setUserPassword sets a password that the person is told by other means: nothing is sent.
func (h *Handlers) setUserPassword(v *visit, p *person) error {
	kind, password := v.posted("kind"), v.posted("password")
	if password == "" {
		return h.userPasswordPage(v, p, kind, ui.Problems{{Field: "password", Text: v.t.T("console.user.password.missing")}})
	}
	_, err := call[idp.AdminSetUserPasswordOutput](h, v, &idp.AdminSetUserPasswordInput{UserPoolId: &v.pool.ID, Username: &p.sub, Password: &password, Permanent: kind == "permanent"})
	if problems, ok := v.refused(err, "password"); ok {
		return h.userPasswordPage(v, p, kind, problems)
	}
	if err != nil {
		return err
	}
	return v.done(v.userLink(paths.ConsoleUser, p), "password_set")
}

func (h *Handlers) showUserReset(v *visit, p *person) error { return h.userResetPage(v, p, true, nil) }

func (h *Handlers) userResetPage(v *visit, p *person, everywhere bool, problems ui.Problems) error {
	return web.Render(v, http.StatusOK, pages.UserResetPage{
		ConsoleFrame: h.userFrame(v, p, v.t.T("console.user.reset")), Form: v.form(v.userLink(paths.ConsoleUserReset, p), problems),
		Name: p.name, Everywhere: everywhere, Back: v.userLink(paths.ConsoleUser, p),
	}.Show())
}

// resetUserPassword voids a password and mails a code for a new one; apps stay signed in unless it is asked for.
func (h *Handlers) resetUserPassword(v *visit, p *person) error {
	everywhere := v.posted("everywhere") != ""
	_, err := call[idp.AdminResetUserPasswordOutput](h, v, &idp.AdminResetUserPasswordInput{UserPoolId: &v.pool.ID, Username: &p.sub})
	if err == nil && everywhere {
		_, err = call[gatehouse.RevokeUserSessionsOutput](h, v, &gatehouse.RevokeUserSessionsInput{UserPoolId: &v.pool.ID, Username: &p.sub})
	}
	if problems, ok := v.refused(err, ""); ok {
		return h.userResetPage(v, p, everywhere, problems)
	}
	if err != nil {
		return err
	}
	return v.done(v.userLink(paths.ConsoleUser, p), "user_reset")
}

func (h *Handlers) showUserFactors(v *visit, p *person) error {
	return web.Render(v, http.StatusOK, pages.UserFactorPage{
		ConsoleFrame: h.userFrame(v, p, v.t.T("console.user.totp.remove")), Form: v.form(v.userLink(paths.ConsoleUserFactors, p), nil),
		Name: p.name, On: len(p.UserMFASettingList) > 0, Back: v.userLink(paths.ConsoleUser, p),
	}.Show())
}

// removeUserFactor is for somebody who lost the device: the next sign-in asks for the password alone, or, where
// the pool wants a second factor, for a new one to be set up.
func (h *Handlers) removeUserFactor(v *visit, p *person) error {
	_, err := call[idp.AdminSetUserMFAPreferenceOutput](h, v, &idp.AdminSetUserMFAPreferenceInput{
		UserPoolId: &v.pool.ID, Username: &p.sub, SoftwareTokenMfaSettings: &types.SoftwareTokenMfaSettingsType{Enabled: false, PreferredMfa: false},
	})
	return h.afterAct(v, p, err, "totp_removed")
}

// newUser is the form of a new user: who it is, and how they hear of it.
func (v *visit) newUser(pool *types.UserPoolType) (out []pages.Setting) {
	for _, a := range v.schema {
		name := aws.ToString(a.Name)
		if name == "sub" || name == usernameIs(pool) || name == usernameIs(pool)+"_verified" || !aws.ToBool(a.Required) && !newUserAsks[name] {
			continue
		}
		s := v.attributeSetting(a, "")
		s.Optional = true
		if aws.ToBool(a.Required) && s.Kind == pages.Text {
			s.Hint = strings.TrimSpace(v.t.T("console.user.required") + " " + s.Hint)
		}
		out = append(out, s)
	}
	return out
}

// newUserAsks are asked for of every new user, besides what the pool requires.
var newUserAsks = map[string]bool{"email": true, "email_verified": true, "phone_number": true, "phone_number_verified": true, "name": true}

// usernameIs is the attribute that the username is, "" where it is a name of its own.
func usernameIs(pool *types.UserPoolType) string {
	if len(pool.UsernameAttributes) == 1 {
		return string(pool.UsernameAttributes[0])
	}
	return ""
}

func (h *Handlers) showUserNew(v *visit, pool *types.UserPoolType) error {
	v.schema = pool.SchemaAttributes
	return h.userNewPage(v, pool, pages.NewUser{Invite: "EMAIL", Attributes: v.newUser(pool)}, nil)
}

func (h *Handlers) userNewPage(v *visit, pool *types.UserPoolType, n pages.NewUser, problems ui.Problems) error {
	names := make([]string, len(pool.UsernameAttributes))
	for i, a := range pool.UsernameAttributes {
		names[i] = string(a)
	}
	return web.Render(v, http.StatusOK, pages.UserNewPage{
		ConsoleFrame: h.frame(v, "users", v.t.T("console.user.create"), v.usersCrumbs()...), Form: v.form(paths.Link(paths.ConsoleUserNew, v.pool.ID), problems),
		New: n, SignsInBy: names, Back: paths.Link(paths.ConsoleUsers, v.pool.ID),
	}.Show())
}

func (h *Handlers) createUser(v *visit, pool *types.UserPoolType) error {
	v.schema = pool.SchemaAttributes
	n := pages.NewUser{Username: v.typed("username"), Invite: v.posted("invite")}
	var x formValues
	x, n.Attributes, _ = v.readSettings(v.newUser(pool))
	in := &idp.AdminCreateUserInput{UserPoolId: pool.Id, Username: &n.Username, TemporaryPassword: some(v.posted("password"))}
	for name, s := range x {
		value := s.Value()
		if s.Kind == pages.Yes && value != "" {
			value = "true"
		}
		if value != "" {
			in.UserAttributes = append(in.UserAttributes, types.AttributeType{Name: &name, Value: &value})
		}
	}
	if own := usernameIs(pool); own != "" && v.posted("verified") != "" {
		in.UserAttributes = append(in.UserAttributes, types.AttributeType{Name: aws.String(own + "_verified"), Value: aws.String("true")})
	}
	n.Verified = v.posted("verified") != ""
	switch n.Invite {
	case "EMAIL", "SMS":
		in.DesiredDeliveryMediums = []types.DeliveryMediumType{types.DeliveryMediumType(n.Invite)}
	default:
		in.MessageAction = types.MessageActionTypeSuppress
	}
	if n.Username == "" {
		return h.userNewPage(v, pool, n, ui.Problems{{Field: "username", Text: v.t.T("console.user.username.missing")}})
	}
	if in.MessageAction == types.MessageActionTypeSuppress && in.TemporaryPassword == nil { // nobody would ever know it
		return h.userNewPage(v, pool, n, ui.Problems{{Field: "password", Text: v.t.T("console.user.password.unknown")}})
	}
	out, err := call[idp.AdminCreateUserOutput](h, v, in)
	if problems, ok := v.refused(err, ""); ok {
		return h.userNewPage(v, pool, n, problems)
	}
	if err != nil {
		return err
	}
	made := ""
	for _, a := range out.User.Attributes {
		if aws.ToString(a.Name) == "sub" {
			made = aws.ToString(a.Value)
		}
	}
	done := "user_created"
	if in.MessageAction == "" && out.User.UserStatus == types.UserStatusTypeForceChangePassword {
		done = "user_welcomed"
	}
	return v.done(paths.Link(paths.ConsoleUser, v.pool.ID, made), done)
}
