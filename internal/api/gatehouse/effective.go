package gatehouse

import (
	"context"
	"slices"
	"strings"

	"gatehouse/internal/api"
	"gatehouse/internal/policy"
)

// ListEffectivePermissionsInput asks what somebody may.
type ListEffectivePermissionsInput struct {
	PrincipalArn *string // a user, a role or a session of it, or the root, of the caller's account
}

// ListEffectivePermissionsOutput is what of each service's actions the policies of the principal allow; policies of
// resources are not among them.
type ListEffectivePermissionsOutput struct{ Services []ServicePermissions }

// ServicePermissions is what somebody may of one service.
type ServicePermissions struct {
	Service *string
	Total   *int32            // actions that there are
	Actions []EffectiveAction // those that are allowed, by name
}

// EffectiveAction is an action that is allowed, always or sometimes.
type EffectiveAction struct {
	Action *string
	Extent *string // ALWAYS, or SOMETIMES: of some resources, or under conditions
	Allows []StatementReference
	Denies []StatementReference // what is denied all the same
	Limits []StatementReference // what a boundary, or another limit, leaves of it
}

// StatementReference is a statement that has a say.
type StatementReference struct {
	PolicyType, Policy, Sid *string
	Number                  *int32
	Resources               []string
	NotResource             *bool // all but these
	Conditions              []string
}

func (s *Service) registerEffective(r *api.Registry) {
	api.Add(r, name, api.Op[ListEffectivePermissionsInput, ListEffectivePermissionsOutput]{
		Access: api.Signed(),
		Resource: func(_ context.Context, in *ListEffectivePermissionsInput) (api.Resource, error) {
			return api.Resource{ARN: text(in.PrincipalArn)}, nil
		},
		Run: s.listEffectivePermissions,
	})
}

// actions are all that policies are asked about, by name.
func (s *Service) actions() []string {
	all := policy.PermissionOnly()
	for _, o := range s.registry.Operations() {
		if o.Access.NeedsSignature() {
			all = append(all, o.Action())
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func (s *Service) listEffectivePermissions(ctx context.Context, in *ListEffectivePermissionsInput) (*ListEffectivePermissionsOutput, error) {
	who, err := s.principal(ctx, text(in.PrincipalArn))
	if err != nil {
		return nil, err
	}
	actions := s.actions()
	q := &policy.Request{Principal: who, Context: policy.PrincipalContext(&who)}
	reaches, err := s.Permissions.Reach(ctx, q, actions)
	if err != nil {
		return nil, err
	}
	out := &ListEffectivePermissionsOutput{}
	for i, action := range actions {
		service, _, _ := strings.Cut(action, ":")
		if n := len(out.Services); n == 0 || *out.Services[n-1].Service != service {
			out.Services = append(out.Services, ServicePermissions{Service: &service, Total: number(0), Actions: []EffectiveAction{}})
		}
		of := &out.Services[len(out.Services)-1]
		if *of.Total++; reaches[i].Extent != policy.Never {
			of.Actions = append(of.Actions, effective(action, reaches[i]))
		}
	}
	return out, nil
}

func effective(action string, r policy.Reach) EffectiveAction {
	extent := "SOMETIMES"
	if r.Extent == policy.Always {
		extent = "ALWAYS"
	}
	return EffectiveAction{Action: &action, Extent: &extent, Allows: references(r.Allows), Denies: references(r.Denies), Limits: references(r.Limits)}
}

func references(list []policy.Match) (out []StatementReference) {
	for _, m := range list {
		st, kind := m.Statement(), m.Kind().String()
		r := StatementReference{PolicyType: &kind, Policy: &m.Policy().Name, Sid: some(st.Sid.Value), Number: number(m.Number()), NotResource: &st.NotResource}
		for _, t := range st.Resources {
			r.Resources = append(r.Resources, t.Value)
		}
		for _, c := range st.Conditions {
			var values []string
			for _, v := range c.Values {
				values = append(values, v.Value)
			}
			r.Conditions = append(r.Conditions, c.Operator.Value+" "+c.Key.Value+" "+strings.Join(values, ", "))
		}
		out = append(out, r)
	}
	return out
}
