package hosted

import (
	"slices"

	"gatehouse/internal/userpool"
	"gatehouse/templates/ui"
)

// newPasswordRules shows the pool's policy, and where a password was refused, what that one lacks.
func (v *visit) newPasswordRules(field string, problems ui.Problems) []ui.Rule {
	rules := passwordRules(v.pool.Password)
	if problems.Of(field) == "" || v.posted(field) == "" {
		return rules
	}
	unmet := v.pool.Password.Unmet(v.posted(field))
	for i, r := range rules {
		rules[i].Failed = slices.Contains(unmet, r.Kind)
	}
	return rules
}

func passwordRules(p userpool.PasswordPolicy) []ui.Rule {
	rules := []ui.Rule{{Kind: "min", Min: p.MinimumLength}}
	for _, r := range []struct {
		kind string
		on   bool
	}{{"upper", p.RequireUppercase}, {"lower", p.RequireLowercase}, {"number", p.RequireNumbers}, {"symbol", p.RequireSymbols}} {
		if r.on {
			rules = append(rules, ui.Rule{Kind: r.kind})
		}
	}
	return rules
}
