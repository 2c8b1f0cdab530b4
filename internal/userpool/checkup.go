package userpool

import (
	"context"
	"slices"
	"strings"
)

// Severities of what a check finds.
const (
	SeverityHigh   = "HIGH"
	SeverityMedium = "MEDIUM"
	SeverityLow    = "LOW"
)

// Check is one question of a pool's security check-up and its answer.
type Check struct {
	Name     string // MFA_OFF, WEAK_PASSWORD_POLICY, …: what would be wrong
	Severity string
	Found    bool
	Clients  []*Client // those that it is found at; nil for what is the pool's own
}

// clientChecks are what a client can have wrong.
var clientChecks = []struct {
	name, severity string
	found          func(*Client) bool
}{
	{"IMPLICIT_GRANT", SeverityHigh, func(c *Client) bool { return slices.Contains(c.OAuthFlows, "implicit") }},
	{"USER_EXISTENCE_SHOWN", SeverityMedium, func(c *Client) bool { return !c.PreventUserExistenceErrors }},
	{"NO_TOKEN_REVOCATION", SeverityMedium, func(c *Client) bool { return !c.TokenRevocation }},
	{"SRP_VERIFIERS_KEPT", SeverityLow, func(c *Client) bool { return c.Allows("ALLOW_USER_SRP_AUTH") }},
	{"HTTP_CALLBACK", SeverityLow, func(c *Client) bool {
		return slices.ContainsFunc(c.CallbackURLs, func(u string) bool { return strings.HasPrefix(strings.ToLower(u), "http://") })
	}},
}

// CheckUp is every check of a pool, the gravest kinds first.
func (s *Service) CheckUp(ctx context.Context, p *Pool) ([]Check, error) {
	w := p.Password
	out := []Check{
		{Name: "MFA_OFF", Severity: SeverityHigh, Found: p.MFA == MFAOff},
		{Name: "WEAK_PASSWORD_POLICY", Severity: SeverityHigh, Found: weak(w)},
		{Name: "NO_DELETION_PROTECTION", Severity: SeverityMedium, Found: !p.DeletionProtection},
	}
	clients, err := s.Clients.ListClients(ctx, p.ID, Cursor{}, MaxClients)
	if err != nil {
		return nil, err
	}
	for _, x := range clientChecks {
		c := Check{Name: x.name, Severity: x.severity}
		for _, client := range clients {
			if x.found(client) {
				c.Found, c.Clients = true, append(c.Clients, client)
			}
		}
		out = append(out, c)
	}
	rank := []string{SeverityHigh, SeverityMedium, SeverityLow}
	slices.SortStableFunc(out, func(a, b Check) int { return slices.Index(rank, a.Severity) - slices.Index(rank, b.Severity) })
	return out, nil
}

// weak tells whether a policy lets passwords through that guessing finds: short ones, or ones of eight to eleven
// characters of which no kind is asked for.
func weak(w PasswordPolicy) bool {
	kinds := 0
	for _, asked := range []bool{w.RequireLowercase, w.RequireUppercase, w.RequireNumbers, w.RequireSymbols} {
		if asked {
			kinds++
		}
	}
	return w.MinimumLength < 8 || w.MinimumLength < 12 && kinds < 3
}
