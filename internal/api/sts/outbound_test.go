package sts

import (
	"maps"
	"testing"

	"gatehouse/internal/identity"
)

// Attack: pass a session tag whose key differs in the case of its letters from one of the role, so that who verifies the
// token reads the other of the two.
func TestAttackTagsOfBothCases(t *testing.T) {
	m := map[string]string{}
	addTags(m, []identity.Tag{{Key: "Team", Value: "blue"}, {Key: "site", Value: "a"}})
	addTags(m, []identity.Tag{{Key: "team", Value: "red"}})
	if !maps.Equal(m, map[string]string{"team": "red", "site": "a"}) {
		t.Error(m)
	}
}
