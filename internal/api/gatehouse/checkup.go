package gatehouse

import (
	"context"

	"gatehouse/internal/api"
)

// CheckUserPoolInput asks for the security check-up of a pool.
type CheckUserPoolInput struct{ UserPoolId *string }

// CheckUserPoolOutput is every check, found or not, the gravest first.
type CheckUserPoolOutput struct {
	Checks            []SecurityCheck
	NumberOfClients   *int64
	NumberOfResources *int64 // resource servers
}

// SecurityCheck is one question and its answer.
type SecurityCheck struct {
	Name     *string // what would be wrong
	Severity *string // HIGH, MEDIUM or LOW
	Found    *bool
	Clients  []CheckedClient // the first ten that it is found at
	// NumberOfClients is at how many clients it is found; absent for what is the pool's own.
	NumberOfClients *int64
}

// CheckedClient is an app client that something is found at.
type CheckedClient struct{ ClientId, ClientName *string }

func (s *Service) registerCheckUp(r *api.Registry) {
	api.Add(r, name, api.Op[CheckUserPoolInput, CheckUserPoolOutput]{
		Access: api.Signed(), Effect: api.Read,
		Resource: poolARN(s, func(in *CheckUserPoolInput) *string { return in.UserPoolId }),
		Run:      s.checkUserPool,
	})
}

func (s *Service) checkUserPool(ctx context.Context, in *CheckUserPoolInput) (*CheckUserPoolOutput, error) {
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	checks, err := s.Pools.CheckUp(ctx, p)
	if err != nil {
		return nil, err
	}
	out := &CheckUserPoolOutput{Checks: []SecurityCheck{}, NumberOfClients: &p.Clients, NumberOfResources: &p.ResourceServers}
	for _, c := range checks {
		x := SecurityCheck{Name: &c.Name, Severity: &c.Severity, Found: &c.Found}
		if n := int64(len(c.Clients)); n > 0 {
			x.NumberOfClients = &n
		}
		for _, client := range c.Clients[:min(len(c.Clients), 10)] {
			x.Clients = append(x.Clients, CheckedClient{ClientId: &client.ID, ClientName: &client.Name})
		}
		out.Checks = append(out.Checks, x)
	}
	return out, nil
}
