package sts

import (
	"strconv"
	"time"

	"gatehouse/internal/permission"
	"gatehouse/internal/policy"
)

var principalKinds = map[Kind]policy.PrincipalKind{Role: policy.RoleSession, User: policy.User, Root: policy.Root, Federated: policy.FederatedUser}

// Principal is who holds the session, as policies know it.
func (v *Session) Principal() policy.Principal {
	p := policy.Principal{Kind: principalKinds[v.Kind], Account: v.AccountID, ARN: v.ARN(), ID: v.IssuerID, Issuer: v.IssuerARN}
	if v.AssumedRoot { // for whom session policies count, which the root user itself has not
		p.Kind = policy.FederatedUser
	}
	return p
}

// Limits is what the session adds to a decision.
func (v *Session) Limits() *permission.Session {
	return &permission.Session{Policy: v.Policy, PolicyARNs: v.PolicyARNs, Tags: v.Tags}
}

// Conditions adds the condition keys of temporary credentials, save the tags, which stand for those of the issuer.
func (v *Session) Conditions(c *policy.Context, now time.Time) {
	c.Set("aws:TokenIssueTime", v.IssuedAt.UTC().Format(time.RFC3339))
	c.Set("aws:MultiFactorAuthPresent", strconv.FormatBool(!v.MFAAt.IsZero()))
	if !v.MFAAt.IsZero() {
		c.Set("aws:MultiFactorAuthAge", strconv.FormatInt(int64(now.Sub(v.MFAAt)/time.Second), 10))
	}
	if v.SourceIdentity != "" {
		c.Set("aws:SourceIdentity", v.SourceIdentity)
	}
	if v.Provider != "" {
		c.Set("aws:FederatedProvider", v.Provider)
	}
	if v.AssumedRoot {
		c.Set("aws:AssumedRoot", "true")
		c.Set("aws:PrincipalType", string(Root))
		c.Set("aws:userid", v.AccountID)
	}
	SetClaims(c, v.Claims)
}

// SetClaims adds the condition keys that a provider's token or assertion gives.
func SetClaims(c *policy.Context, claims map[string][]string) {
	for k, values := range claims {
		if len(values) == 1 {
			c.Set(k, values[0])
		} else {
			c.SetList(k, values...)
		}
	}
}
