package gatehouse

import (
	"context"

	"gatehouse/internal/api"
	"gatehouse/internal/authorizer"
	"gatehouse/internal/identity"
	"gatehouse/internal/policy"
)

// AuthorizeSubject says whose request is decided, in exactly one way: PrincipalArn, AccessKeyId with SessionToken,
// SignedRequest, or UserToken.
type AuthorizeSubject struct {
	// PrincipalArn is a root user, user, role or session of a role of the caller's account. SessionPolicy and SessionTags
	// are what the session has beyond; nothing proves them.
	PrincipalArn  *string
	SessionPolicy *string
	SessionTags   []AuthorizeTag
	// SessionToken is of temporary credentials of any account, and AccessKeyId theirs.
	AccessKeyId, SessionToken *string
	// SignedRequest is a request that the service got, whose signature is verified.
	SignedRequest *SignedRequest
	// UserToken is an access or ID token of a user pool.
	UserToken *string
}

// AuthorizeTag is a tag of a session.
type AuthorizeTag struct{ Key, Value *string }

// SignedRequest is a request as it came on the wire.
type SignedRequest struct {
	Method *string
	Path   *string // as it was sent, escaped
	Query  *string // as it was sent, without the question mark
	// Headers are at least those that were signed, Host among them; a name that came twice is there twice.
	Headers []SignedHeader
	// PayloadHash is the SHA-256 of the body in hexadecimal, as the service computed it; without it the
	// x-amz-content-sha256 that was signed counts, or that there was no body.
	PayloadHash *string
}

// SignedHeader is a header of a request.
type SignedHeader struct{ Name, Value *string }

// AuthorizeContextKey is a condition key of the request and its values; IsList tells a key that may have several.
type AuthorizeContextKey struct {
	Key    *string
	Values []string
	IsList *bool
}

// AuthorizeInput asks whether a subject may do an action on a resource in a context.
type AuthorizeInput struct {
	Subject          *AuthorizeSubject
	Action, Resource *string // Resource is an ARN, or "*"
	// ResourceAccount owns the resource where its ARN does not say, as those of S3; the caller's account when left out.
	ResourceAccount *string
	ResourcePolicy  *string // JSON
	Context         []AuthorizeContextKey
	// Explain has the answer explained, and EncodeMessage adds a message to a refusal that sts:DecodeAuthorizationMessage opens.
	Explain, EncodeMessage *bool
}

// AuthorizeOutput is the decision.
type AuthorizeOutput struct {
	Allowed   *bool
	Decision  *string // Allowed, ExplicitDeny or ImplicitDeny
	Reason    *string // the sentence of a refusal
	Principal *AuthorizedPrincipal
	// EncodedMessage and Explanation are there where they were asked for; an explanation only where the principal is of the
	// caller's account.
	EncodedMessage *string
	Explanation    *AuthorizeExplanation
}

// BatchAuthorizeInput asks up to 30 questions about one subject.
type BatchAuthorizeInput struct {
	Subject                *AuthorizeSubject
	Context                []AuthorizeContextKey // of every question, beside its own
	Questions              []AuthorizeQuestion
	Explain, EncodeMessage *bool
}

// AuthorizeQuestion is one of them; members as AuthorizeInput has them.
type AuthorizeQuestion struct {
	Action, Resource, ResourceAccount, ResourcePolicy *string
	Context                                           []AuthorizeContextKey
}

// BatchAuthorizeOutput is the decisions, in the order of the questions.
type BatchAuthorizeOutput struct {
	Principal *AuthorizedPrincipal
	Results   []AuthorizeResult
}

// AuthorizeResult is one decision; members as AuthorizeOutput has them.
type AuthorizeResult struct {
	Action, Resource *string
	Allowed          *bool
	Decision, Reason *string
	EncodedMessage   *string
	Explanation      *AuthorizeExplanation
}

// AuthorizedPrincipal is who the subject turned out to be.
type AuthorizedPrincipal struct {
	Arn, AccountId, UserId, Type *string // Type is as aws:PrincipalType names it
	AccessKeyId                  *string // that signed
}

const maxQuestions = 30

func (s *Service) registerAuthorize(r *api.Registry) {
	api.Add(r, name, api.Op[AuthorizeInput, AuthorizeOutput]{
		Access: api.Signed(), Effect: api.Read,
		Resource:   askedAbout(func(in *AuthorizeInput) *AuthorizeSubject { return in.Subject }),
		Conditions: func(in *AuthorizeInput, c *policy.Context) { askedActions(c, text(in.Action)) },
		Run:        s.authorize,
	})
	api.Add(r, name, api.Op[BatchAuthorizeInput, BatchAuthorizeOutput]{
		Access: api.Signed("gatehouse:Authorize"), Effect: api.Read,
		Resource: askedAbout(func(in *BatchAuthorizeInput) *AuthorizeSubject { return in.Subject }),
		Conditions: func(in *BatchAuthorizeInput, c *policy.Context) {
			var all []string
			for _, q := range in.Questions {
				all = append(all, text(q.Action))
			}
			askedActions(c, all...)
		},
		Run: s.batchAuthorize,
	})
}

// askedAbout is the principal that a service names, so that policies can say whom it may ask about; those who prove
// themselves are "*".
func askedAbout[In any](subject func(*In) *AuthorizeSubject) func(context.Context, *In) (api.Resource, error) {
	return func(_ context.Context, in *In) (api.Resource, error) {
		if v := subject(in); v != nil && text(v.PrincipalArn) != "" {
			return api.Resource{ARN: text(v.PrincipalArn)}, nil
		}
		return api.Resource{ARN: "*"}, nil
	}
}

// askedActions is the condition key by which policies can say what a service may ask.
func askedActions(c *policy.Context, actions ...string) {
	c.SetList("gatehouse:AskedActions", actions...)
}

func (s *Service) authorize(ctx context.Context, in *AuthorizeInput) (*AuthorizeOutput, error) {
	a, err := s.asking(ctx, in.Subject, in.Explain, in.EncodeMessage)
	if err != nil {
		return nil, err
	}
	q, err := a.question(in.Action, in.Resource, in.ResourceAccount, in.ResourcePolicy, in.Context)
	if err != nil {
		return nil, err
	}
	r, err := a.ask(ctx, q)
	if err != nil {
		return nil, err
	}
	return &AuthorizeOutput{Allowed: r.Allowed, Decision: r.Decision, Reason: r.Reason, Principal: a.principal(), EncodedMessage: r.EncodedMessage, Explanation: r.Explanation}, nil
}

func (s *Service) batchAuthorize(ctx context.Context, in *BatchAuthorizeInput) (*BatchAuthorizeOutput, error) {
	if n := len(in.Questions); n < 1 || n > maxQuestions {
		return nil, errValidation.With("There are 1 to %d questions.", maxQuestions)
	}
	a, err := s.asking(ctx, in.Subject, in.Explain, in.EncodeMessage)
	if err != nil {
		return nil, err
	}
	out := &BatchAuthorizeOutput{Principal: a.principal(), Results: []AuthorizeResult{}}
	for _, one := range in.Questions {
		q, err := a.question(one.Action, one.Resource, one.ResourceAccount, one.ResourcePolicy, in.Context, one.Context)
		if err != nil {
			return nil, err
		}
		r, err := a.ask(ctx, q)
		if err != nil {
			return nil, err
		}
		out.Results = append(out.Results, r)
	}
	return out, nil
}

func factsOf(v *AuthorizeSubject) authorizer.Facts {
	f := authorizer.Facts{Policy: text(v.SessionPolicy)}
	for _, t := range v.SessionTags {
		f.Tags = append(f.Tags, identity.Tag{Key: text(t.Key), Value: text(t.Value)})
	}
	return f
}
