package identity

import (
	"context"
	"strconv"
)

// DetailKinds are what ListDetails may tell of.
type DetailKinds struct {
	Users, Groups, Roles, Policies, PoliciesOfAWS bool
}

// Detail is an identity, or a managed policy, with all that it has.
type Detail struct {
	Identity *Identity
	Inline   []InlinePolicy
	Attached []string   // ARNs
	Groups   []string   // names of a user's
	Profiles []Identity // that hold a role

	Policy   *Policy
	Versions []Version
}

// section is one of the lists that ListDetails puts together.
type section struct {
	on   bool
	list func(after string, limit int) ([]Detail, error)
}

// ListDetails answers a page of all that decides who may do what: users, groups, roles, the account's policies, and
// those of AWS that are in use.
func (s *Service) ListDetails(ctx context.Context, accountID string, of DetailKinds, at Place) (Page[Detail], error) {
	sections := []section{
		{of.Users, s.identityDetails(ctx, accountID, User)},
		{of.Groups, s.identityDetails(ctx, accountID, Group)},
		{of.Roles, s.identityDetails(ctx, accountID, Role)},
		{of.Policies, s.policyDetails(ctx, accountID)},
		{of.PoliciesOfAWS, s.detailsOfAWS(ctx, accountID)},
	}
	list := "details/" + accountID + "/" + yes(of.Users) + yes(of.Groups) + yes(of.Roles) + yes(of.Policies) + yes(of.PoliciesOfAWS)
	return page(s, list, at, func(after string, limit int) ([]Detail, error) {
		var out []Detail
		first := 0
		if after != "" { // the number of a section, and a place in it
			first, after = int(after[0]-'0'), after[1:]
		}
		for i := first; i < len(sections) && len(out) < limit; i++ {
			if !sections[i].on {
				continue
			}
			more, err := sections[i].list(after, limit-len(out))
			if err != nil {
				return nil, err
			}
			out, after = append(out, more...), ""
		}
		return out, nil
	}, func(d Detail) string { return d.key() })
}

func (d *Detail) key() string {
	if d.Policy == nil {
		n := map[Kind]int{User: 0, Group: 1, Role: 2}[d.Identity.Kind]
		return strconv.Itoa(n) + nameKey(d.Identity.Name)
	}
	if d.Policy.AccountID == AWS {
		return "4" + nameKey(d.Policy.Name)
	}
	return "3" + nameKey(d.Policy.Name)
}

func (s *Service) identityDetails(ctx context.Context, accountID string, k Kind) func(string, int) ([]Detail, error) {
	return func(after string, limit int) ([]Detail, error) {
		all, err := s.Identities.ListIdentities(ctx, accountID, k, "/", after, limit)
		if err != nil {
			return nil, err
		}
		out := make([]Detail, len(all))
		for n := range all {
			if out[n], err = s.identityDetail(ctx, &all[n]); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
}

func (s *Service) identityDetail(ctx context.Context, i *Identity) (d Detail, err error) {
	d.Identity = i
	if d.Inline, err = s.Inline.ListInlinePolicies(ctx, i.AccountID, i.ID, "", maxItems); err != nil {
		return d, err
	}
	if d.Attached, err = s.Attachments.ListAttachments(ctx, i.AccountID, i.ID); err != nil || i.Kind == Group {
		return d, err
	}
	if i.Kind == Role {
		d.Profiles, err = s.Identities.ProfilesOf(ctx, i.AccountID, i.ID, "", maxItems)
		return d, err
	}
	groups, err := s.Members.GroupsOf(ctx, i.AccountID, i.ID, "", maxGroups)
	for _, g := range groups {
		d.Groups = append(d.Groups, g.Name)
	}
	return d, err
}

func (s *Service) policyDetails(ctx context.Context, accountID string) func(string, int) ([]Detail, error) {
	return func(after string, limit int) ([]Detail, error) {
		all, err := s.Policies.ListPolicies(ctx, accountID, PolicyFilter{PathPrefix: "/"}, after, limit)
		if err != nil {
			return nil, err
		}
		return s.withVersions(ctx, accountID, all)
	}
}

func (s *Service) detailsOfAWS(ctx context.Context, accountID string) func(string, int) ([]Detail, error) {
	return func(after string, limit int) ([]Detail, error) {
		all, err := s.listOfAWS(ctx, accountID, PolicyFilter{PathPrefix: "/"}, after, len(managed))
		if err != nil {
			return nil, err
		}
		var used []Policy
		for _, p := range all {
			if p.Attached+p.Bounding > 0 && len(used) < limit {
				used = append(used, p)
			}
		}
		return s.withVersions(ctx, accountID, used)
	}
}

func (s *Service) withVersions(ctx context.Context, accountID string, policies []Policy) ([]Detail, error) {
	out := make([]Detail, len(policies))
	for n := range policies {
		versions, err := s.versions(ctx, accountID, policies[n].ARN())
		if err != nil {
			return nil, err
		}
		out[n] = Detail{Policy: &policies[n], Versions: versions}
	}
	return out, nil
}
