package gatehouse

import (
	"context"
	"encoding/json"
	"fmt"
	"net/netip"
	"time"

	"gatehouse/internal/api"
)

// starter is bulk.Job.Who: who started a job or confirmed it, when, and what policies may ask of that request.
type starter struct {
	api.Principal
	At        time.Time
	ClientIP  netip.Addr
	UserAgent string
	Secure    bool
}

// startedBy is the caller, as jobs keep it.
func (s *Service) startedBy(ctx context.Context) (string, error) {
	r := api.RequestFrom(ctx)
	b, err := json.Marshal(starter{api.PrincipalFrom(ctx), s.Clock().UTC(), r.ClientIP, r.UserAgent, r.Secure})
	if err != nil {
		return "", fmt.Errorf("encode principal: %w", err)
	}
	return string(b), nil
}

func starterOf(who string) (s starter, err error) {
	if err := json.Unmarshal([]byte(who), &s); err != nil {
		return s, fmt.Errorf("read principal of job: %w", err)
	}
	return s, nil
}

// SameStarter is bulk.Service.Same. ARNs are given anew when users are, so the id counts too; the key or session
// does not.
func SameStarter(a, b string) bool {
	p, errA := starterOf(a)
	q, errB := starterOf(b)
	return errA == nil && errB == nil && p.ARN != "" && p.AccountID == q.AccountID && p.Kind == q.Kind && p.ARN == q.ARN && p.UserID == q.UserID
}
