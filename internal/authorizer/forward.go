package authorizer

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"gatehouse/internal/policy"
)

// Verdict is the answer to a proxy. A request that is not let through has a Reason.
type Verdict struct {
	Status  int // 200, 401 for somebody who did not prove who they are, 403
	Reason  string
	Subject *Subject // of 200
	KeyID   string   // that signed
	Sub     string   // of the user of a user pool
}

// Forward decides about a request that a proxy got for a service. Errors are ours; what is wrong with the request is a
// verdict. Nothing is remembered: each request is decided by what policies, keys and tokens say at that moment.
func (s *Service) Forward(ctx context.Context, p *Protected, o *Original) (*Verdict, error) {
	r, err := o.request(p)
	if errors.Is(err, ErrAmbiguous) {
		return refuse(http.StatusForbidden, err), nil
	}
	v, err := s.who(ctx, p, o, r)
	if v.Status != 0 || err != nil {
		return v, err
	}
	questions, err := p.questions(r)
	if errors.Is(err, ErrAmbiguous) {
		return refuse(http.StatusForbidden, err), nil
	}
	if err != nil {
		return nil, err
	}
	for _, q := range questions {
		q.Owner = p.AccountID
		o.conditions(&q.Context)
		a, err := s.Decide(ctx, v.Subject, q, false)
		if errors.Is(err, ErrInvalid) {
			return refuse(http.StatusForbidden, err), nil
		}
		if err != nil {
			return nil, err
		}
		if !a.Allowed {
			return &Verdict{Status: http.StatusForbidden, Reason: a.Reason}, nil
		}
	}
	v.Status = http.StatusOK
	return v, nil
}

func refuse(status int, err error) *Verdict { return &Verdict{Status: status, Reason: err.Error()} }

// who verifies the one proof that a request brings; a verdict with a status is a refusal.
func (s *Service) who(ctx context.Context, p *Protected, o *Original, r *http.Request) (*Verdict, error) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if strings.EqualFold(scheme, "Bearer") {
		return s.bearer(ctx, p, r, strings.TrimSpace(token))
	}
	signed, err := s.BySignature(ctx, r, "", Asker{p.ARN(), o.IP})
	switch {
	case errors.Is(err, ErrUnproved):
		return refuse(http.StatusUnauthorized, err), nil
	case err != nil:
		return &Verdict{}, err
	case signed.Service != p.signingName():
		return refuse(http.StatusUnauthorized, ErrUnproved.With("Credential should be scoped to correct service: '%s'.", p.signingName())), nil
	}
	return &Verdict{Subject: signed.Subject, KeyID: signed.AccessKeyID}, nil
}

func (p *Protected) signingName() string {
	if p.SigningName != "" {
		return p.SigningName
	}
	return p.Mapping
}

func (s *Service) bearer(ctx context.Context, p *Protected, r *http.Request, token string) (*Verdict, error) {
	for name := range r.URL.Query() {
		if low := strings.ToLower(name); strings.HasPrefix(low, "x-amz-") || low == "access_token" {
			return refuse(http.StatusUnauthorized, ErrUnproved.With("The request has both a token and %s.", name)), nil
		}
	}
	u, err := s.ByUserToken(ctx, token, false)
	switch {
	case errors.Is(err, ErrUnproved):
		return refuse(http.StatusUnauthorized, err), nil
	case err != nil:
		return &Verdict{}, err
	case !slices.Contains(p.UserPoolIDs, u.Access.Pool.ID):
		return refuse(http.StatusUnauthorized, ErrUnproved.With("The token is not of a user pool of the service.")), nil
	}
	return &Verdict{Subject: u.Subject, Sub: u.Access.User.Sub}, nil
}

// conditions are the condition keys of the request that do not depend on the mapping. What the proxy does not tell is not
// there, save whether the request came over TLS, which then is no.
func (o *Original) conditions(c *policy.Context) {
	c.Set("aws:SecureTransport", strconv.FormatBool(o.Scheme == "https"))
	c.Set("aws:ViaAWSService", "false")
	if o.IP.IsValid() {
		c.Set("aws:SourceIp", o.IP.Unmap().WithZone("").String())
	}
	if agent := o.Header.Get("User-Agent"); agent != "" {
		c.Set("aws:UserAgent", agent)
	}
	if from := o.Header.Get("Referer"); from != "" {
		c.Set("aws:Referer", from)
	}
}

// questions are what policies are asked about a request, all of which must be answered with yes.
func (p *Protected) questions(r *http.Request) ([]Question, error) {
	var list []Question
	var err error
	if p.Mapping == S3 {
		list, err = s3Questions(r)
	} else {
		list, err = p.invoke(r)
	}
	for i := range list {
		list[i].Context.Set("aws:RequestedRegion", p.Region)
	}
	return list, err
}

// invoke is API Gateway's action on method and path. Parameters of a path segment are refused: programs differ in whether
// they are of the path.
func (p *Protected) invoke(r *http.Request) ([]Question, error) {
	if strings.Contains(r.URL.Path, ";") {
		return nil, ErrAmbiguous.With("The path has parameters.")
	}
	resource := "arn:aws:execute-api:" + p.Region + ":" + p.AccountID + ":" + p.APIID + "/" + p.Stage + "/" + r.Method + r.URL.Path
	return []Question{{Action: "execute-api:Invoke", Resource: resource}}, nil
}
