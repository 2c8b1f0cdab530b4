package gatehouse

import (
	"context"
	"encoding/json"
	"fmt"

	"gatehouse/internal/api"
)

// startedBy is the caller, as bulk.Job.Who has it.
func startedBy(ctx context.Context) (string, error) {
	b, err := json.Marshal(api.PrincipalFrom(ctx))
	if err != nil {
		return "", fmt.Errorf("encode principal: %w", err)
	}
	return string(b), nil
}

func starterOf(who string) (p api.Principal, err error) {
	if err := json.Unmarshal([]byte(who), &p); err != nil {
		return p, fmt.Errorf("read principal of job: %w", err)
	}
	return p, nil
}

// SameStarter is bulk.Service.Same. ARNs are given anew when users are, so the id counts too; the key or session
// does not.
func SameStarter(a, b string) bool {
	p, errA := starterOf(a)
	q, errB := starterOf(b)
	return errA == nil && errB == nil && p.ARN != "" && p.AccountID == q.AccountID && p.Kind == q.Kind && p.ARN == q.ARN && p.UserID == q.UserID
}
