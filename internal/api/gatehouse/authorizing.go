package gatehouse

import (
	"context"
	"net/http"
	"net/textproto"
	"net/url"
	"strconv"
	"strings"

	"gatehouse/internal/api"
	"gatehouse/internal/authorizer"
	"gatehouse/internal/policy"
)

// asking is what a service asks about one subject.
type asking struct {
	s                *Service
	account          string // of the service
	subject          *authorizer.Subject
	accessKeyID      string // that signed
	explain, message bool
}

// asking finds the subject, whom exactly one member names or proves.
func (s *Service) asking(ctx context.Context, v *AuthorizeSubject, explain, message *bool) (*asking, error) {
	a := &asking{s: s, account: api.ScopeFrom(ctx).AccountID, explain: explain != nil && *explain, message: message != nil && *message}
	if v == nil {
		return nil, errValidation.With("Subject must say whose request is decided.")
	}
	ways := 0
	for _, given := range []bool{v.PrincipalArn != nil, v.SessionToken != nil, v.SignedRequest != nil, v.UserToken != nil} {
		if given {
			ways++
		}
	}
	switch {
	case ways != 1:
		return nil, errValidation.With("Subject has exactly one of PrincipalArn, SessionToken, SignedRequest and UserToken.")
	case v.PrincipalArn == nil && (v.SessionPolicy != nil || v.SessionTags != nil):
		return nil, errValidation.With("SessionPolicy and SessionTags are for a PrincipalArn: who proves who it is brings its own.")
	case (v.SessionToken == nil) != (v.AccessKeyId == nil):
		return nil, errValidation.With("SessionToken and AccessKeyId go together.")
	}
	return a, a.find(ctx, v)
}

func (a *asking) find(ctx context.Context, v *AuthorizeSubject) (err error) {
	by := authorizer.Asker{ARN: api.PrincipalFrom(ctx).ARN, IP: api.RequestFrom(ctx).ClientIP}
	switch {
	case v.PrincipalArn != nil:
		a.subject, err = a.s.Authorizer.ByARN(ctx, a.account, *v.PrincipalArn, factsOf(v))
	case v.SessionToken != nil:
		a.subject, err = a.s.Authorizer.BySession(ctx, *v.AccessKeyId, *v.SessionToken, by)
	case v.UserToken != nil:
		var u *authorizer.UserToken
		if u, err = a.s.Authorizer.ByUserToken(ctx, *v.UserToken, true); err == nil {
			a.subject = u.Subject
		}
	default:
		var r *http.Request
		if r, err = v.SignedRequest.request(); err != nil {
			return err
		}
		var signed *authorizer.Signed
		if signed, err = a.s.Authorizer.BySignature(ctx, r, text(v.SignedRequest.PayloadHash), by); err == nil {
			a.subject, a.accessKeyID = signed.Subject, signed.AccessKeyID
		}
	}
	return err
}

// request is a signed request as net/http would have read it.
func (v *SignedRequest) request() (*http.Request, error) {
	u, err := url.ParseRequestURI(text(v.Path))
	if err != nil || !strings.HasPrefix(text(v.Path), "/") || strings.ContainsAny(text(v.Path), "?#") {
		return nil, errValidation.With("Path must be the path of the request as it was sent.")
	}
	u.RawQuery = text(v.Query)
	r := &http.Request{Method: text(v.Method), URL: u, Header: http.Header{}}
	for _, h := range v.Headers {
		key := textproto.CanonicalMIMEHeaderKey(text(h.Name))
		switch {
		case key == "Host" && r.Host != "":
			return nil, errValidation.With("There is one header Host.")
		case key == "Host":
			r.Host = text(h.Value)
		case key == "Content-Length":
			if r.ContentLength, err = strconv.ParseInt(text(h.Value), 10, 64); err != nil {
				return nil, errValidation.With("Content-Length must be a number.")
			}
		default:
			r.Header.Add(key, text(h.Value))
		}
	}
	return r, nil
}

// question reads one, with the condition keys of all contexts.
func (a *asking) question(action, resource, owner, resourcePolicy *string, contexts ...[]AuthorizeContextKey) (q authorizer.Question, err error) {
	q = authorizer.Question{Action: text(action), Resource: text(resource), Owner: a.account, Policy: text(resourcePolicy)}
	if owner != nil {
		if q.Owner = *owner; len(q.Owner) != 12 || strings.Trim(q.Owner, "0123456789") != "" {
			return q, errValidation.With("ResourceAccount must be the id of an account.")
		}
	}
	for _, keys := range contexts {
		if len(keys) > 100 {
			return q, errValidation.With("A context has at most 100 keys.")
		}
		for _, k := range keys {
			if err := a.key(&q.Context, k); err != nil {
				return q, err
			}
		}
	}
	return q, nil
}

func (a *asking) key(c *policy.Context, k AuthorizeContextKey) error {
	key := text(k.Key)
	if key == "" || len(key) > 256 || len(k.Values) > 100 {
		return errValidation.With("A key of a context has a name of 1 to 256 characters, and at most 100 values.")
	}
	if err := a.subject.MayGive(key); err != nil {
		return err
	}
	switch {
	case k.IsList != nil && *k.IsList:
		c.SetList(key, k.Values...)
	case len(k.Values) == 1:
		c.Set(key, k.Values[0])
	default:
		return errValidation.With("%s has one value, or IsList.", key)
	}
	return nil
}

// inside tells whether the principal is of the service's account, which may then know its policies.
func (a *asking) inside() bool { return a.subject.Principal.Account == a.account }

func (a *asking) ask(ctx context.Context, q authorizer.Question) (r AuthorizeResult, err error) {
	answer, err := a.s.Authorizer.Decide(ctx, a.subject, q, (a.explain || a.message) && a.inside())
	if err != nil {
		return r, err
	}
	decision := "ImplicitDeny"
	switch {
	case answer.Allowed:
		decision = "Allowed"
	case answer.Explicit:
		decision = "ExplicitDeny"
	}
	r = AuthorizeResult{Action: &q.Action, Resource: &q.Resource, Allowed: &answer.Allowed, Decision: &decision, Reason: some(answer.Reason)}
	if a.explain && answer.Explanation != nil {
		r.Explanation = explanation(answer.Explanation)
	}
	if a.message && !answer.Allowed {
		sealed, err := a.s.Authorizer.Message(a.account, answer, a.inside())
		if err != nil {
			return r, err
		}
		r.EncodedMessage = some(sealed)
	}
	return r, nil
}

func (a *asking) principal() *AuthorizedPrincipal {
	p := &a.subject.Principal
	arn := p.ARN
	switch {
	case arn != "":
	case p.Issuer != "":
		arn = p.Issuer
	default:
		arn = p.Name
	}
	return &AuthorizedPrincipal{
		Arn: some(arn), AccountId: some(p.Account), UserId: some(a.subject.UserID), Type: some(a.subject.Type()), AccessKeyId: some(a.accessKeyID),
	}
}
