package api

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
	"time"

	"gatehouse/internal/arn"
	"gatehouse/internal/permission"
	"gatehouse/internal/policy"
	"gatehouse/internal/sts"
)

// Question is what policies are asked: may the principal do this to that?
type Question struct {
	Action, Resource string
	Told             string // stands for Resource in a refusal; "" for Resource itself
	// Account owns the resource; "" is the principal's own account.
	Account string
	// Policy is that of the resource, which then has its say; nil where it has none.
	Policy *policy.Set
	// Context answers the condition keys of the call; who needs none does not ask.
	Context func(context.Context) (policy.Context, error)
}

// Authorizer decides whether a principal may do something.
type Authorizer interface {
	// Authorize answers nil, or ErrAccessDenied (by With, in AWS's words).
	Authorize(ctx context.Context, p Principal, q Question) error
}

// Policies lets a principal do what its policies and those of the resource allow, and the root user everything in its
// own account that the organization does not keep from it.
type Policies struct {
	Permissions *permission.Service
	Clock       func() time.Time
}

// Authorize implements Authorizer.
func (a Policies) Authorize(ctx context.Context, p Principal, q Question) error {
	if p.Kind == Root && p.AccountID != "" && q.Policy == nil && !p.assumedRoot() {
		if all, err := a.Permissions.Unlimited(ctx, p.AccountID, p.PolicyVersion); err != nil || all {
			return Refusal(p, err)
		}
	}
	r := policy.Request{Principal: p.policy(), Action: q.Action, Resource: q.Resource, ResourceAccount: q.Account}
	given, err := q.Context(ctx)
	if err != nil {
		return err
	}
	r.Context = policy.PrincipalContext(&r.Principal)
	by := permission.By{Version: p.PolicyVersion, Resource: q.Policy}
	if v := p.Session; v != nil {
		v.Conditions(&r.Context, a.Clock())
		by.Session = v.Limits()
	}
	r.Context.Add(given) // a second factor that the call itself brings counts before that of the session
	d, err := a.Permissions.Decide(ctx, &r, by)
	switch {
	case err != nil:
		return Refusal(p, err)
	case !d.Allowed:
		if q.Told != "" {
			r.Resource = q.Told
		}
		return ErrAccessDenied.With("%s", d.Denied(&r))
	}
	return nil
}

// Refusal is what a decision that could not be made is to the caller. Temporary credentials of a closed account are refused
// as its keys are.
func Refusal(p Principal, err error) error {
	switch {
	case !errors.Is(err, permission.ErrClosed):
		return err
	case p.AccessKeyID != "":
		return sts.ErrInvalidToken
	}
	return ErrAccessDenied.With("The account of the caller is closed.")
}

var policyKinds = map[Kind]policy.PrincipalKind{Root: policy.Root, IAMUser: policy.User}

// policy is a principal as policies know it.
func (p *Principal) policy() policy.Principal {
	switch {
	case p.Kind == AWSService:
		return policy.Principal{Kind: policy.AWSService, Name: p.Provider}
	case p.Provider != "":
		return policy.Principal{Kind: policy.Provider, Name: p.Provider}
	}
	if p.Session != nil {
		return p.Session.Principal()
	}
	return policy.Principal{Kind: policyKinds[p.Kind], Account: p.AccountID, ARN: p.ARN, ID: p.UserID}
}

func (p *Principal) assumedRoot() bool { return p.Session != nil && p.Session.AssumedRoot }

// authorise asks for the action of an operation, and for what else it does.
func (a *API) authorise(ctx context.Context, o *Operation, res Resource, in any) error {
	asks := []Also{{Action: o.Action(), Resource: &res}}
	if o.also != nil {
		further, err := o.also(ctx, in)
		if err != nil {
			return err
		}
		asks = append(asks, further...)
	}
	for _, ask := range asks {
		if ask.Resource == nil {
			ask.Resource = &res
		}
		if err := a.ask(ctx, o, ask, in); err != nil {
			return err
		}
	}
	return nil
}

// ask puts one question, whose Resource is set.
func (a *API) ask(ctx context.Context, o *Operation, what Also, in any) error {
	q := Question{Action: what.Action, Resource: what.Resource.ARN, Told: what.Resource.Told, Account: what.Resource.Account, Policy: what.Resource.Policy, Context: func(ctx context.Context) (policy.Context, error) {
		c, err := a.context(ctx, o, *what.Resource)
		switch {
		case err != nil:
		case what.Conditions != nil:
			what.Conditions(&c)
		case o.conditions != nil:
			o.conditions(in, &c)
		}
		return c, err
	}}
	return a.Authorizer.Authorize(ctx, PrincipalFrom(ctx), q)
}

type askKey struct{}

// May asks whether the caller may do the signed operation that runs to a further resource, which it came upon: nil, or
// ErrAccessDenied. The context's Request has the region that is asked about. It panics in an operation that policies do
// not decide.
func May(ctx context.Context, on Resource) error { return MayAlso(ctx, Also{Resource: &on}) }

// MayAlso is May for a further action; an empty one is that of the operation. The resource is set.
func MayAlso(ctx context.Context, what Also) error {
	ask, ok := ctx.Value(askKey{}).(func(context.Context, Also) error)
	if !ok {
		panic("api: May in an operation that is not signed")
	}
	return ask(ctx, what)
}

// globalServices act in no region; their requests are of us-east-1, as AWS has it.
var globalServices = set("iam organizations")

// context is the condition keys of a call but those of its principal and its input. aws:MultiFactorAuthPresent is not
// among them: only temporary credentials have it.
func (a *API) context(ctx context.Context, o *Operation, res Resource) (c policy.Context, err error) {
	r := RequestFrom(ctx)
	now := a.Audit.Clock().UTC()
	c.Set("aws:CurrentTime", now.Format(time.RFC3339))
	c.Set("aws:EpochTime", strconv.FormatInt(now.Unix(), 10))
	c.Set("aws:SecureTransport", strconv.FormatBool(r.Secure))
	c.Set("aws:ViaAWSService", "false")
	if r.ClientIP.IsValid() {
		c.Set("aws:SourceIp", r.ClientIP.Unmap().String())
	}
	if r.UserAgent != "" {
		c.Set("aws:UserAgent", r.UserAgent)
	}
	if region := r.Region; globalServices[o.Service] {
		c.Set("aws:RequestedRegion", "us-east-1")
	} else if region != "" {
		c.Set("aws:RequestedRegion", region)
	}
	if a, err := arn.Parse(res.ARN); err == nil {
		c.Set("aws:ResourceAccount", a.AccountID)
	}
	for k, v := range res.Keys {
		c.Set(k, v)
	}
	if res.Tags != nil {
		tags, err := res.Tags(ctx)
		if err != nil {
			return c, err
		}
		for _, k := range slices.Sorted(maps.Keys(tags)) { // of keys that differ by case alone the last one counts
			c.Set("aws:ResourceTag/"+k, tags[k])
			if o.Service == "iam" {
				c.Set("iam:ResourceTag/"+k, tags[k])
			}
		}
	}
	return c, nil
}

// RequestTags are the condition keys of the tags that a request brings.
func RequestTags(c *policy.Context, tags map[string]string) {
	if len(tags) == 0 {
		return
	}
	keys := slices.Sorted(maps.Keys(tags))
	for _, k := range keys {
		c.Set("aws:RequestTag/"+k, tags[k])
	}
	c.SetList("aws:TagKeys", keys...)
}
