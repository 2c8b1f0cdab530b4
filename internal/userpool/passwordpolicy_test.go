package userpool

import (
	"slices"
	"testing"
)

func TestUnmetNamesEachDemand(t *testing.T) {
	all := PasswordPolicy{MinimumLength: 8, RequireUppercase: true, RequireLowercase: true, RequireNumbers: true, RequireSymbols: true}
	for _, c := range []struct {
		policy   PasswordPolicy
		password string
		want     []string
	}{
		{all, "weak", []string{"min", "upper", "number", "symbol"}},
		{all, "ÄÖÜäöü12", []string{"upper", "lower", "symbol"}},
		{all, "Long enough 1", nil},
		{all, "Str0ng-one", nil},
		{PasswordPolicy{MinimumLength: 6}, "äöüäö", []string{"min"}},
		{PasswordPolicy{MinimumLength: 6}, "äöüäöü", nil},
	} {
		if got := c.policy.Unmet(c.password); !slices.Equal(got, c.want) {
			t.Errorf("%q: %v, want %v", c.password, got, c.want)
		}
	}
}
