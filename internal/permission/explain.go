package permission

import (
	"context"

	"gatehouse/internal/policy"
)

// Explain decides as Decide does, and says why to somebody of the principal's account: of what another account's
// organization and roles say it tells the decision alone, which the request itself would be told.
func (s *Service) Explain(ctx context.Context, q *policy.Request, by By) (*policy.Explanation, error) {
	all, err := s.policies(ctx, q, by)
	if err != nil {
		return nil, err
	}
	if by.ResourceSide {
		return all.Explain(q, policy.Secret{}), nil
	}
	secret := SecretOf(q)
	if d, refused := untrusted(&all, q); refused {
		e := unknown(all).Explain(without(q, secret), secret)
		e.Decision = d
		return e, nil
	}
	return all.Explain(q, secret), nil
}

// unknown are the policies as for a role that is not there: of one of another account that does not let the principal in
// its own policies are not told either.
func unknown(all policy.Policies) *policy.Policies {
	all.Resource = nothing
	return &all
}

func without(q *policy.Request, secret policy.Secret) *policy.Request {
	told := *q
	told.Context = q.Context.Clone()
	for _, key := range q.Context.Names() {
		if secret.Key(key) {
			told.Context.Delete(key)
		}
	}
	return &told
}

// SecretOf is what the principal's account may not know of the account of the resource.
func SecretOf(q *policy.Request) policy.Secret {
	if !q.CrossAccount() {
		return policy.Secret{}
	}
	s := policy.Secret{Kinds: []policy.Kind{policy.ResourceControl}, Keys: []string{"aws:resourceorg"}}
	if Assumes(q.Action, q.Resource) {
		s.Kinds, s.Keys = append(s.Kinds, policy.Trust), append(s.Keys, "aws:resourcetag/", "iam:resourcetag/")
	}
	return s
}

// Reach answers what the principal of a request may of each action, whatever the resource; the request's own action and
// resource do not count.
func (s *Service) Reach(ctx context.Context, q *policy.Request, actions []string) ([]policy.Reach, error) {
	all, err := s.policies(ctx, q, By{})
	if err != nil {
		return nil, err
	}
	out := make([]policy.Reach, len(actions))
	for i, a := range actions {
		of, say := *q, all
		of.Action = a
		if !controlled(a) {
			say.ResourceControl = nil
		}
		out[i] = say.Reach(&of)
	}
	return out, nil
}
