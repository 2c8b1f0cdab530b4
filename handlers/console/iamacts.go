package console

import (
	"cmp"
	"maps"
	"net/http"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	pages "gatehouse/templates/console"
	"gatehouse/templates/ui"
	"gatehouse/web"
	"gatehouse/web/paths"
)

// afterIdentity leads back to the identity, with what was done or what was in the way.
func (h *Handlers) afterIdentity(v *visit, i *identity, err error, typed typedIdentity, field, done string) error {
	if problems, ok := v.refused(err, field); ok {
		return h.identityPage(v, i, typed, problems)
	}
	if err != nil {
		return err
	}
	return v.done(i.to(paths.ConsoleIAMOne), done)
}

// changeIdentityPolicies attaches a managed policy, or takes one or an inline one away. Each may widen what somebody
// is permitted, for a policy may deny.
func (h *Handlers) changeIdentityPolicies(v *visit, i *identity) error {
	if arn := v.posted("detach"); arn != "" {
		if v.ofOneself(i) {
			return h.askOneself(v, i, paths.ConsoleIAMOnePolicies, v.t.T("console.iam.detach"), policyName(arn), ui.Param{Name: "detach", Value: arn})
		}
		return h.afterIdentity(v, i, h.detachPolicy(v, i.kind, i.name, arn), typedIdentity{}, "", "policy_detached")
	}
	if name := v.posted("delete"); name != "" {
		if v.ofOneself(i) {
			return h.askOneself(v, i, paths.ConsoleIAMOnePolicies, v.t.T("console.iam.inline.delete"), name, ui.Param{Name: "delete", Value: name})
		}
		return h.afterIdentity(v, i, h.deleteInlinePolicy(v, i.kind, i.name, name), typedIdentity{}, "", "policy_deleted")
	}
	arn, err := h.policyARN(v, v.typed("policy"))
	if err != nil {
		return err
	}
	return h.afterIdentity(v, i, h.attachPolicy(v, i.kind, i.name, arn), typedIdentity{policy: v.typed("policy")}, "policy", "policy_attached")
}

// ofOneself tells whether the page is about whoever is signed in, who did not say yet to be sure.
func (v *visit) ofOneself(i *identity) bool {
	return i.arn == v.session.ARN && v.posted("sure") == ""
}

// askOneself asks before somebody takes from themselves what they are permitted by: perhaps that too by which they could
// take it back.
func (h *Handlers) askOneself(v *visit, i *identity, pattern, act, what string, again ui.Param) error {
	return web.Render(v, http.StatusOK, pages.OneselfPage{
		ConsoleFrame: h.identityFrame(v, i, act), Form: v.sureForm(i.to(pattern), again), Act: act, What: what, Text: v.t.T("console.iam.oneself.text"), Back: i.to(paths.ConsoleIAMOne),
	}.Show())
}

// sureForm sends an act again, by somebody who is sure.
func (v *visit) sureForm(action string, again ui.Param) ui.Form {
	return v.form(action, nil, again, ui.Param{Name: "sure", Value: "yes"})
}

// policyARN is what was typed for a policy: its ARN, or the name of one of AWS, or of the account. AWS's come first, so that
// nobody who may make policies makes another of what an administrator attaches. Whoever may not list them names one of the
// account at the path "/".
func (h *Handlers) policyARN(v *visit, typed string) (string, error) {
	if typed == "" || strings.HasPrefix(typed, "arn:") {
		return typed, nil
	}
	for _, scope := range []types.PolicyScopeType{types.PolicyScopeTypeAws, types.PolicyScopeTypeLocal} {
		for in := (&iam.ListPoliciesInput{Scope: scope, MaxItems: aws.Int32(iamRead)}); ; {
			out, err := allowed(callIfAllowed[iam.ListPoliciesOutput](h, v, in))
			if err != nil {
				return "", err
			}
			for _, p := range out.Policies {
				if strings.EqualFold(*p.PolicyName, typed) {
					return *p.Arn, nil
				}
			}
			if in.Marker = out.Marker; in.Marker == nil {
				break
			}
		}
	}
	return "arn:aws:iam::" + v.account() + ":policy/" + typed, nil
}

func (h *Handlers) changeBoundary(v *visit, i *identity) error {
	arn, err := h.policyARN(v, v.typed("boundary"))
	if err != nil {
		return err
	}
	done := "boundary_set"
	if v.posted("act") == "remove" {
		arn, done = "", "boundary_removed"
	} else if arn == "" {
		return h.identityPage(v, i, typedIdentity{}, ui.Problems{{Field: "boundary", Text: v.t.T("console.iam.policy.missing")}})
	}
	return h.afterIdentity(v, i, h.setBoundary(v, i.kind, i.name, arn), typedIdentity{boundary: v.typed("boundary")}, "boundary", done)
}

// typedTags reads the form of tags: what is to be set and what is gone, as what somebody else set meanwhile stays. A
// line that is none is the problem.
func (v *visit) typedTags() (set map[string]string, gone []string, problems ui.Problems) {
	was := parseTags(strings.Split(v.posted("was"), "\n"))
	for _, line := range v.lines("tags") {
		if key, _, ok := strings.Cut(line, "="); !ok || strings.TrimSpace(key) == "" {
			return nil, nil, ui.Problems{{Field: "tags", Text: v.t.T("console.tags.wrong", "Line", line)}}
		}
	}
	set = parseTags(v.lines("tags"))
	for k := range was {
		if _, ok := set[k]; !ok {
			gone = append(gone, k)
		}
	}
	maps.DeleteFunc(set, func(k, value string) bool { old, ok := was[k]; return ok && old == value })
	return set, gone, nil
}

// saveIdentityTags is a dangerous act, as policies may permit by tags.
func (h *Handlers) saveIdentityTags(v *visit, i *identity) error {
	typed := typedIdentity{tags: v.posted("tags")}
	set, gone, problems := v.typedTags()
	if problems != nil {
		return h.identityPage(v, i, typed, problems)
	}
	return h.afterIdentity(v, i, h.changeIAMTags(v, i.kind, i.name, set, gone), typed, "tags", "tags_saved")
}

// renameIdentity gives a user or group another name or path. Policies may permit by its ARN, which changes with them.
func (h *Handlers) renameIdentity(v *visit, i *identity) error {
	typed := typedIdentity{name: v.typed("name"), path: v.typed("path")}
	if typed.name == "" {
		return h.identityPage(v, i, typed, ui.Problems{{Field: "name", Text: v.t.T("console.iam.name.missing")}})
	}
	err := h.renameIAM(v, i.kind, i.name, typed.name, cmp.Or(typed.path, "/"))
	if problems, ok := v.refused(err, ""); ok {
		return h.identityPage(v, i, typed, problems)
	}
	if err != nil {
		return err
	}
	return v.done(paths.Link(paths.ConsoleIAMOne, i.kind, typed.name), "identity_renamed")
}

func (h *Handlers) changeIAMUserGroups(v *visit, i *identity) error {
	if gone := v.posted("remove"); gone != "" {
		if v.ofOneself(i) {
			return h.askOneself(v, i, paths.ConsoleIAMUserGroups, v.t.T("console.group.remove"), gone, ui.Param{Name: "remove", Value: gone})
		}
		_, err := call[iam.RemoveUserFromGroupOutput](h, v, &iam.RemoveUserFromGroupInput{GroupName: &gone, UserName: &i.name})
		return h.afterIdentity(v, i, err, typedIdentity{}, "", "group_left")
	}
	group := v.typed("group")
	_, err := call[iam.AddUserToGroupOutput](h, v, &iam.AddUserToGroupInput{GroupName: &group, UserName: &i.name})
	return h.afterIdentity(v, i, err, typedIdentity{group: group}, "group", "member_added")
}

func (h *Handlers) changeIAMMembers(v *visit, i *identity) error {
	if gone := v.posted("remove"); gone != "" {
		_, err := call[iam.RemoveUserFromGroupOutput](h, v, &iam.RemoveUserFromGroupInput{GroupName: &i.name, UserName: &gone})
		return h.afterIdentity(v, i, err, typedIdentity{}, "", "member_removed")
	}
	member := v.typed("member")
	_, err := call[iam.AddUserToGroupOutput](h, v, &iam.AddUserToGroupInput{GroupName: &i.name, UserName: &member})
	return h.afterIdentity(v, i, err, typedIdentity{member: member}, "member", "member_added")
}

// saveRoleSettings saves a role's description and how long its sessions may be.
func (h *Handlers) saveRoleSettings(v *visit, i *identity) error {
	typed := typedIdentity{description: v.typed("description"), session: v.typed("session")}
	minutes, err := strconv.Atoi(typed.session)
	if err != nil || minutes < 60 || minutes > 720 {
		return h.identityPage(v, i, typed, ui.Problems{{Field: "session", Text: v.t.T("console.iam.session.wrong")}})
	}
	if int32(minutes)*60 > i.session { // stolen credentials would live longer
		if err := h.proven(v); err != nil {
			return err
		}
	}
	_, err = call[iam.UpdateRoleOutput](h, v, &iam.UpdateRoleInput{RoleName: &i.name, Description: &typed.description, MaxSessionDuration: aws.Int32(int32(minutes) * 60)})
	return h.afterIdentity(v, i, err, typed, "", "settings_saved")
}

func (h *Handlers) showIdentityDelete(v *visit, i *identity) error {
	return h.identityDeletePage(v, i, nil)
}

func (h *Handlers) identityDeletePage(v *visit, i *identity, problems ui.Problems) error {
	heading, text := v.t.T("console.iam.role.delete"), v.t.T("console.iam.role.delete.text")
	switch i.kind {
	case iamUsers:
		heading, text = v.t.T("console.user.delete"), v.t.T("console.iam.user.delete.text")
	case iamGroups:
		heading, text = v.t.T("console.group.delete"), v.t.T("console.iam.group.delete.text")
	}
	return web.Render(v, http.StatusOK, pages.DeletePage{
		ConsoleFrame: h.identityFrame(v, i, heading), Form: v.form(i.to(paths.ConsoleIAMOneDelete), problems),
		Heading: heading, Text: text, Name: i.name, Back: i.to(paths.ConsoleIAMOne),
	}.Show())
}

func (h *Handlers) deleteIdentity(v *visit, i *identity) error {
	if problems := v.mistyped(i.name); problems != nil {
		return h.identityDeletePage(v, i, problems)
	}
	done, err := "", h.strip(v, i)
	if err == nil {
		switch i.kind {
		case iamUsers:
			done = "iam_user_deleted"
			_, err = call[iam.DeleteUserOutput](h, v, &iam.DeleteUserInput{UserName: &i.name})
		case iamGroups:
			done = "group_deleted"
			_, err = call[iam.DeleteGroupOutput](h, v, &iam.DeleteGroupInput{GroupName: &i.name})
		case iamRoles:
			done = "role_deleted"
			_, err = call[iam.DeleteRoleOutput](h, v, &iam.DeleteRoleInput{RoleName: &i.name})
		}
	}
	if problems, ok := v.refused(err, ""); ok {
		return h.identityDeletePage(v, i, problems)
	}
	if err != nil {
		return err
	}
	return v.done(iamList(i.kind), done)
}
