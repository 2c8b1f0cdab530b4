package console

import (
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsorg "github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	pages "gatehouse/templates/console"
	"gatehouse/templates/ui"
	"gatehouse/web"
	"gatehouse/web/paths"
)

// fillInvitations tells the invitations that wait for the account, or those of its organization that wait for others.
func (h *Handlers) fillInvitations(v *visit, p *pages.OrganizationPage) error {
	of := &types.HandshakeFilter{ActionType: types.ActionTypeInviteAccountToOrganization}
	var list []types.Handshake
	var err error
	if p.Manages {
		list, err = allHandshakes(func(token *string) ([]types.Handshake, *string, error) {
			out, err := callIfAllowed[awsorg.ListHandshakesForOrganizationOutput](h, v, &awsorg.ListHandshakesForOrganizationInput{Filter: of, NextToken: token})
			if err != nil {
				return nil, nil, err
			}
			return out.Handshakes, out.NextToken, nil
		})
	} else if p.None {
		list, err = allHandshakes(func(token *string) ([]types.Handshake, *string, error) {
			out, err := callIfAllowed[awsorg.ListHandshakesForAccountOutput](h, v, &awsorg.ListHandshakesForAccountInput{Filter: of, NextToken: token})
			if err != nil {
				return nil, nil, err
			}
			return out.Handshakes, out.NextToken, nil
		})
	}
	if code, message, _ := reason(err); denied(code) {
		p.InvitationsRefused = message
		return nil
	}
	if err != nil {
		return err
	}
	for _, one := range list {
		if one.State == types.HandshakeStateOpen {
			p.Invitations = append(p.Invitations, h.invitation(v, one))
		}
	}
	return nil
}

// allHandshakes reads a list to its end, of at most five pages: a hundred entries.
func allHandshakes(read func(token *string) ([]types.Handshake, *string, error)) (all []types.Handshake, err error) {
	var token *string
	for range 5 {
		list, next, err := read(token)
		if err != nil {
			return nil, err
		}
		if all, token = append(all, list...), next; token == nil {
			break
		}
	}
	return all, nil
}

func (h *Handlers) invitation(v *visit, of types.Handshake) pages.Invitation {
	i := pages.Invitation{Form: v.form(paths.Link(paths.ConsoleInvitation, *of.Id), nil), Ends: aws.ToTime(of.ExpirationTimestamp)}
	for _, p := range of.Parties {
		if p.Type == types.HandshakePartyTypeOrganization {
			i.Organization = aws.ToString(p.Id)
		} else {
			i.To = aws.ToString(p.Id)
		}
	}
	for _, r := range of.Resources {
		if r.Type == types.HandshakeResourceTypeNotes {
			i.Notes = aws.ToString(r.Value)
		}
		for _, inner := range r.Resources {
			switch inner.Type {
			case types.HandshakeResourceTypeMasterName:
				i.Name = aws.ToString(inner.Value)
			case types.HandshakeResourceTypeMasterEmail:
				i.Email = aws.ToString(inner.Value)
			}
		}
	}
	return i
}

// answerInvitation accepts or declines an invitation to the account, or cancels one of its organization.
func (h *Handlers) answerInvitation(v *visit) (err error) {
	id := v.Param("handshake")
	switch v.posted("act") {
	case "accept":
		_, err = call[awsorg.AcceptHandshakeOutput](h, v, &awsorg.AcceptHandshakeInput{HandshakeId: &id})
		return h.afterOrganization(v, err, "invitation_accepted")
	case "decline":
		_, err = call[awsorg.DeclineHandshakeOutput](h, v, &awsorg.DeclineHandshakeInput{HandshakeId: &id})
		return h.afterOrganization(v, err, "invitation_declined")
	case "cancel":
		_, err = call[awsorg.CancelHandshakeOutput](h, v, &awsorg.CancelHandshakeInput{HandshakeId: &id})
		return h.afterOrganization(v, err, "invitation_cancelled")
	}
	return web.ErrNotFound
}

func (h *Handlers) showInvite(v *visit) error { return h.invitePage(v, pages.Invited{}, nil) }

func (h *Handlers) invitePage(v *visit, i pages.Invited, problems ui.Problems) error {
	return web.Render(v, http.StatusOK, pages.InvitePage{
		ConsoleFrame: h.orgFrame(v, v.t.T("console.org.invite")), Form: v.form(paths.ConsoleInvite, problems), Invited: i, Back: paths.ConsoleOrganization,
	}.Show())
}

// invite asks an account to join, by its id or the address of its root user.
func (h *Handlers) invite(v *visit) error {
	i := pages.Invited{Account: v.typed("account"), Notes: v.typed("notes")}
	if i.Account == "" {
		return h.invitePage(v, i, ui.Problems{{Field: "account", Text: v.t.T("console.org.invite.missing")}})
	}
	to := &types.HandshakeParty{Type: types.HandshakePartyTypeAccount, Id: aws.String(strings.ReplaceAll(i.Account, "-", ""))}
	if strings.Contains(i.Account, "@") {
		to = &types.HandshakeParty{Type: types.HandshakePartyTypeEmail, Id: &i.Account}
	}
	_, err := call[awsorg.InviteAccountToOrganizationOutput](h, v, &awsorg.InviteAccountToOrganizationInput{Target: to, Notes: some(i.Notes)})
	if problems, ok := v.refused(err, "account"); ok {
		return h.invitePage(v, i, problems)
	}
	if err != nil {
		return err
	}
	return v.done(paths.ConsoleOrganization, "invitation_made")
}
