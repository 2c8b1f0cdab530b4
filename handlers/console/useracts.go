package console

import (
	"bytes"
	"encoding/json"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"gatehouse/internal/api/gatehouse"
	pages "gatehouse/templates/console"
	"gatehouse/templates/ui"
	"gatehouse/web"
	"gatehouse/web/paths"
)

// actOnUser does what one button asks for.
func (h *Handlers) actOnUser(v *visit, p *person) (err error) {
	pool, name := &v.pool.ID, &p.sub
	done := ""
	switch v.posted("act") {
	case "confirm":
		done = "user_confirmed"
		_, err = call[idp.AdminConfirmSignUpOutput](h, v, &idp.AdminConfirmSignUpInput{UserPoolId: pool, Username: name})
	case "enable":
		done = "user_enabled"
		_, err = call[idp.AdminEnableUserOutput](h, v, &idp.AdminEnableUserInput{UserPoolId: pool, Username: name})
	case "disable":
		done = "user_disabled"
		_, err = call[idp.AdminDisableUserOutput](h, v, &idp.AdminDisableUserInput{UserPoolId: pool, Username: name})
	case "resend":
		done = "user_invited"
		_, err = call[idp.AdminCreateUserOutput](h, v, &idp.AdminCreateUserInput{UserPoolId: pool, Username: p.Username, MessageAction: types.MessageActionTypeResend})
	default:
		return web.ErrNotFound
	}
	return h.afterAct(v, p, err, done)
}

// afterAct leads back to the user, with what was done or what was in the way.
func (h *Handlers) afterAct(v *visit, p *person, err error, done string) error {
	if problems, ok := v.refused(err, ""); ok {
		return h.userPage(v, p, nil, problems)
	}
	if err != nil {
		return err
	}
	return v.done(v.userLink(paths.ConsoleUser, p), done)
}

// changeUserGroups is a dangerous act, as apps grant by groups.
func (h *Handlers) changeUserGroups(v *visit, p *person) error {
	if err := h.proven(v); err != nil {
		return err
	}
	if gone := v.posted("remove"); gone != "" {
		_, err := call[idp.AdminRemoveUserFromGroupOutput](h, v, &idp.AdminRemoveUserFromGroupInput{UserPoolId: &v.pool.ID, Username: &p.sub, GroupName: &gone})
		return h.afterAct(v, p, err, "group_left")
	}
	_, err := call[idp.AdminAddUserToGroupOutput](h, v, &idp.AdminAddUserToGroupInput{UserPoolId: &v.pool.ID, Username: &p.sub, GroupName: aws.String(v.typed("group"))})
	if problems, ok := v.refused(err, "group"); ok {
		return h.userPage(v, p, nil, problems)
	}
	return h.afterAct(v, p, err, "group_joined")
}

// revokeSessions ends one session, or all where the button says so.
func (h *Handlers) revokeSessions(v *visit, p *person) error {
	in := &gatehouse.RevokeUserSessionsInput{UserPoolId: &v.pool.ID, Username: &p.sub, SessionId: some(v.posted("session"))}
	done := "session_revoked"
	if in.SessionId == nil {
		if v.posted("act") != "all" {
			return web.ErrNotFound
		}
		done = "sessions_revoked"
	}
	_, err := call[gatehouse.RevokeUserSessionsOutput](h, v, in)
	return h.afterAct(v, p, err, done)
}

// showUserJSON shows a user as the operation answers it.
func (h *Handlers) showUserJSON(v *visit, p *person) error {
	answer := *p.AdminGetUserOutput
	raw, err := json.Marshal(answer)
	if err != nil {
		return err
	}
	var members map[string]any
	if err := json.Unmarshal(raw, &members); err != nil {
		return err
	}
	delete(members, "ResultMetadata")
	for name, value := range members {
		if value == nil {
			delete(members, name)
		}
	}
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(members); err != nil {
		return err
	}
	return web.Render(v, http.StatusOK, pages.UserJSONPage{
		ConsoleFrame: h.userFrame(v, p, v.t.T("console.user.json")), Text: text.String(), Back: v.userLink(paths.ConsoleUser, p),
		Command: "aws cognito-idp admin-get-user --user-pool-id " + v.pool.ID + " --username " + p.sub,
	}.Show())
}

func (h *Handlers) showUserDelete(v *visit, p *person) error { return h.userDeletePage(v, p, nil) }

func (h *Handlers) userDeletePage(v *visit, p *person, problems ui.Problems) error {
	return web.Render(v, http.StatusOK, pages.DeletePage{
		ConsoleFrame: h.userFrame(v, p, v.t.T("console.user.delete")), Form: v.form(v.userLink(paths.ConsoleUserDelete, p), problems),
		Heading: v.t.T("console.user.delete"), Text: v.t.T("console.user.delete.text"), Name: p.name, Back: v.userLink(paths.ConsoleUser, p),
	}.Show())
}

func (h *Handlers) deleteUser(v *visit, p *person) error {
	if problems := v.mistyped(p.name); problems != nil {
		return h.userDeletePage(v, p, problems)
	}
	_, err := call[idp.AdminDeleteUserOutput](h, v, &idp.AdminDeleteUserInput{UserPoolId: &v.pool.ID, Username: &p.sub})
	if problems, ok := v.refused(err, ""); ok {
		return h.userDeletePage(v, p, problems)
	}
	if err != nil {
		return err
	}
	return v.done(paths.Link(paths.ConsoleUsers, v.pool.ID), "user_deleted")
}
