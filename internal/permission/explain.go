package permission

import (
	"context"

	"gatehouse/internal/policy"
)

// Explain decides as Decide does, and says why.
func (s *Service) Explain(ctx context.Context, q *policy.Request, by By) (*policy.Explanation, error) {
	all, err := s.policies(ctx, q, by)
	if err != nil {
		return nil, err
	}
	return all.Explain(q), nil
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
		of := *q
		of.Action = a
		out[i] = all.Reach(&of)
	}
	return out, nil
}
