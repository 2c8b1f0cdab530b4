package gatehouse

import (
	"context"
	"time"

	"gatehouse/internal/api"
	"gatehouse/internal/authorizer"
)

// CreateProtectedServiceInput makes a service behind a proxy that asks the forward-auth endpoint about each request.
type CreateProtectedServiceInput struct {
	Name         *string
	Proxy        *string  // nginx, forwarded (Caddy, Traefik) or envoy
	Hosts        []string // that the service is reached by, with the port where clients name one
	Mapping      *string  // execute-api, or s3; the former when left out
	ApiId, Stage *string  // of execute-api; the service's id and $default when left out
	SigningName  *string  // that requests are signed for; that of the mapping when left out
	UserPoolIds  []string // whose access tokens count, of the call's account and region
}

// CreateProtectedServiceOutput is the service and, once, the secret of its proxy.
type CreateProtectedServiceOutput struct {
	Service *ProtectedService
	Secret  *string
}

// ProtectedService is one, without its secret.
type ProtectedService struct {
	Id, Arn, Name, Proxy, Mapping, ApiId, Stage, SigningName *string
	Hosts, UserPoolIds                                       []string
	CreationDate                                             *time.Time
}

// ListProtectedServicesInput asks for those of the call's region.
type ListProtectedServicesInput struct{}

// ListProtectedServicesOutput is them, by name.
type ListProtectedServicesOutput struct{ Services []ProtectedService }

// DeleteProtectedServiceInput names one by its id.
type DeleteProtectedServiceInput struct{ ServiceId *string }

// DeleteProtectedServiceOutput is empty.
type DeleteProtectedServiceOutput struct{}

func (s *Service) registerProtected(r *api.Registry) {
	api.Add(r, name, api.Op[CreateProtectedServiceInput, CreateProtectedServiceOutput]{Access: api.Signed(), Effect: api.Change, Run: s.createProtectedService})
	api.Add(r, name, api.Op[ListProtectedServicesInput, ListProtectedServicesOutput]{Access: api.Signed(), Effect: api.Read, Run: s.listProtectedServices})
	api.Add(r, name, api.Op[DeleteProtectedServiceInput, DeleteProtectedServiceOutput]{
		Access: api.Signed(), Effect: api.Change,
		Resource: func(ctx context.Context, in *DeleteProtectedServiceInput) (api.Resource, error) {
			at := api.ScopeFrom(ctx)
			return api.Resource{ARN: authorizer.ProtectedARN(at.Region, at.AccountID, text(in.ServiceId))}, nil
		},
		Run: s.deleteProtectedService,
	})
}

func (s *Service) createProtectedService(ctx context.Context, in *CreateProtectedServiceInput) (*CreateProtectedServiceOutput, error) {
	for i := range in.UserPoolIds {
		if _, err := s.ownPool(ctx, &in.UserPoolIds[i]); err != nil {
			return nil, err
		}
	}
	at := api.ScopeFrom(ctx)
	p, secret, err := s.Protected.Create(ctx, at.AccountID, at.Region, text(in.Name), authorizer.Settings{
		Proxy: text(in.Proxy), Hosts: in.Hosts, Mapping: text(in.Mapping), APIID: text(in.ApiId), Stage: text(in.Stage),
		SigningName: text(in.SigningName), UserPoolIDs: in.UserPoolIds,
	})
	if err != nil {
		return nil, err
	}
	view := protectedView(&p)
	return &CreateProtectedServiceOutput{Service: &view, Secret: some(secret.Reveal())}, nil
}

func protectedView(p *authorizer.Protected) ProtectedService {
	return ProtectedService{
		Id: &p.ID, Arn: some(p.ARN()), Name: &p.Name, Proxy: &p.Proxy, Mapping: &p.Mapping, ApiId: some(p.APIID), Stage: some(p.Stage), SigningName: some(p.SigningName),
		Hosts: p.Hosts, UserPoolIds: p.UserPoolIDs, CreationDate: &p.CreatedAt,
	}
}

func (s *Service) listProtectedServices(ctx context.Context, _ *ListProtectedServicesInput) (*ListProtectedServicesOutput, error) {
	at := api.ScopeFrom(ctx)
	list, err := s.Protected.Store.ListProtected(ctx, at.AccountID, at.Region)
	if err != nil {
		return nil, err
	}
	out := &ListProtectedServicesOutput{Services: []ProtectedService{}}
	for i := range list {
		out.Services = append(out.Services, protectedView(&list[i]))
	}
	return out, nil
}

func (s *Service) deleteProtectedService(ctx context.Context, in *DeleteProtectedServiceInput) (*DeleteProtectedServiceOutput, error) {
	at := api.ScopeFrom(ctx)
	ok, err := s.Protected.Store.DeleteProtected(ctx, at.AccountID, at.Region, text(in.ServiceId))
	if err == nil && !ok {
		err = authorizer.ErrNoProtected
	}
	return &DeleteProtectedServiceOutput{}, err
}
