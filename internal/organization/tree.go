package organization

import (
	"context"
	"slices"
	"strings"
)

// Tree is the root and units of an organization at one moment.
type Tree struct {
	organization *Organization
	units        map[string]Unit
}

// Tree reads it.
func (s *Service) Tree(ctx context.Context, o *Organization) (Tree, error) {
	units, err := s.Units.ListUnits(ctx, o.ID, "", "", maxUnits+1)
	t := Tree{organization: o, units: map[string]Unit{}}
	for _, u := range units {
		t.units[u.ID] = u
	}
	return t, err
}

// Above answers the ids from the root down to a root or unit, with itself.
func (t Tree) Above(id string) []string {
	ids := []string{id}
	for id != t.organization.RootID {
		u, ok := t.units[id]
		if !ok || len(ids) > maxUnits {
			break
		}
		id = u.ParentID
		ids = append(ids, id)
	}
	slices.Reverse(ids)
	return ids
}

// Path is o-…/r-…/ou-…/ down to a root or unit, as aws:PrincipalOrgPaths has it; below is what follows.
func (t Tree) Path(id string, below ...string) string {
	return t.organization.ID + "/" + strings.Join(append(t.Above(id), below...), "/") + "/"
}
