package api

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"gatehouse/internal/api/constraints"
	"gatehouse/internal/policy"
)

// Op declares one operation. Name is that of the input type (SignUpInput is SignUp).
type Op[In, Out any] struct {
	// Access says who may call; an operation without one panics at start.
	Access Access
	// Effect says what is audited; zero derives it from the name.
	Effect Effect
	// Resource resolves what policies are asked about; nil is every resource, "*". It may read the store, and an
	// error of it answers the call. Only signed operations have one.
	Resource func(context.Context, *In) (Resource, error)
	// Conditions adds the condition keys that this input gives; nil adds none.
	Conditions func(*In, *policy.Context)
	// Also are further questions that policies must answer with yes (the tags of what is created).
	Also func(context.Context, *In) ([]Also, error)
	// Run does it. The input fits the service model's constraints and the caller may do this.
	Run func(context.Context, *In) (*Out, error)
}

// Operation is a registered Op, its types erased.
type Operation struct {
	Service string // the endpoint name: cognito-idp, iam, sts, …
	Name    string
	Access  Access
	Effect  Effect
	In, Out reflect.Type // structs, never pointers

	limits     *constraints.Input
	resource   func(context.Context, any) (Resource, error)
	conditions func(any, *policy.Context)
	also       func(context.Context, any) ([]Also, error)
	run        func(context.Context, any) (any, error)
}

// Resource is what an operation acts on, as policies see it.
type Resource struct {
	ARN string // "*" where there is none
	// Told stands in the place of ARN where a call is refused, which must not tell what is there: the name as it was
	// given. "" is ARN.
	Told string
	// Tags are those of the resource, which are read only when policies are asked; nil for what has none.
	Tags func(context.Context) (map[string]string, error)
	// Account owns the resource where that may be another than the caller's, and Policy is the resource's own policy;
	// both are for operations that ask themselves.
	Account string
	Policy  *policy.Set
	// Keys are further condition keys that follow from the resource; what the request gives comes before them.
	Keys map[string]string
}

// resourceMembers are the members of inputs that say what an operation acts on.
var resourceMembers = []string{"UserPoolId", "ResourceArn", "PolicyArn", "PolicySourceArn", "UserName", "GroupName", "RoleName", "SerialNumber"}

// namesResource tells whether an input says what the operation acts on.
func (o *Operation) namesResource() bool {
	return slices.ContainsFunc(resourceMembers, func(m string) bool {
		_, has := o.In.FieldByName(m)
		return has
	})
}

// Also is a further action that an operation does.
type Also struct {
	Action   string
	Resource *Resource // nil is that of the operation
	// Conditions adds the condition keys of this action; nil adds those of the operation's.
	Conditions func(*policy.Context)
}

// Action is the name that policies know the operation by: cognito-idp:SignUp.
func (o *Operation) Action() string {
	if o.Access.action != "" {
		return o.Access.action
	}
	return o.Service + ":" + o.Name
}

// Audited tells whether a successful call leaves a record.
func (o *Operation) Audited() bool {
	return o.Access.signed() && o.Effect != Read
}

// Add registers an operation of a service. It panics on what may not be: no access, a second operation
// of that name, an operation of AWS's signed ones that is not signed, accessors of another input.
func Add[In, Out any](r *Registry, service string, op Op[In, Out]) {
	in := reflect.TypeFor[In]()
	o := &Operation{
		Service: service,
		Name:    strings.TrimSuffix(in.Name(), "Input"),
		Access:  op.Access,
		Effect:  op.Effect,
		In:      in,
		Out:     reflect.TypeFor[Out](),
	}
	if op.Run == nil {
		panic(fmt.Sprintf("api: %s has no Run", o.Action()))
	}
	o.run = func(ctx context.Context, v any) (any, error) {
		out, err := op.Run(ctx, v.(*In))
		if err != nil {
			return nil, err
		}
		if out == nil {
			return nil, fmt.Errorf("%s answered neither output nor error", o.Action())
		}
		return out, nil
	}
	if op.Resource != nil {
		o.resource = func(ctx context.Context, v any) (Resource, error) { return op.Resource(ctx, v.(*In)) }
	}
	if op.Conditions != nil {
		o.conditions = func(v any, c *policy.Context) { op.Conditions(v.(*In), c) }
	}
	if op.Also != nil {
		o.also = func(ctx context.Context, v any) ([]Also, error) { return op.Also(ctx, v.(*In)) }
	}
	if o.Effect == byName {
		o.Effect = effectOf(service, o.Name)
	}
	r.add(o)
}
