package aws

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"reflect"
	"strings"

	"gatehouse/internal/api"
	"gatehouse/web"
)

// request is one that was read: its body, and how to decode it.
type request struct {
	body   []byte
	decode func(*api.Operation) (any, error)
}

// find reads the request and sets the service and operation that it is for.
func (x *exchange) find(r *http.Request) (*request, error) {
	if target := r.Header.Get("X-Amz-Target"); target != "" {
		return x.findJSON(r, target)
	}
	if r.URL.Path == "/" || r.URL.Path == "" {
		return x.findQuery(r)
	}
	return x.findREST(r)
}

// findJSON takes awsJson1.1: the operation is in a header, so the body is read by its own limit.
func (x *exchange) findJSON(r *http.Request, target string) (*request, error) {
	if r.Method != http.MethodPost || len(r.Header.Values("X-Amz-Target")) != 1 {
		return nil, errUnknownOperation.With("X-Amz-Target is for POST, and is given once.")
	}
	prefix, name, _ := strings.Cut(target, ".")
	if x.svc = x.h.byTarget[prefix]; x.svc == nil {
		return nil, errUnknownOperation.With("X-Amz-Target names no service of Gatehouse.")
	}
	x.opName = name
	if x.op = x.h.ops[x.svc][name]; x.op == nil {
		return nil, x.unknown()
	}
	body, err := x.read(r, limitOf(x.op))
	if err != nil {
		return nil, err
	}
	return &request{body, func(o *api.Operation) (any, error) {
		in := reflect.New(o.In).Interface()
		return in, x.h.codec.DecodeJSON(body, in)
	}}, nil
}

// findQuery takes awsQuery: Action and Version are in the query or in the form. A name that is in both,
// or twice in one, is refused: every part of the pipeline must read the same one.
func (x *exchange) findQuery(r *http.Request) (*request, error) {
	x.svc = x.h.byVersion["2011-06-15"] // until the version is known, errors are XML
	limit := int64(maxSignedBody)
	if strings.Contains(r.Header.Get("Authorization"), "/iam/aws4_request") {
		limit = maxIAMBody
	}
	body, err := x.read(r, limit)
	if err != nil {
		return nil, err
	}
	form, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, errMalformedQuery
	}
	if len(body) > 0 {
		kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
		if kind != "application/x-www-form-urlencoded" {
			if strings.HasPrefix(kind, "application/x-amz-json") {
				x.svc = x.h.byTarget["AWSCognitoIdentityProviderService"]
				return nil, errUnknownOperation.With("X-Amz-Target is missing.")
			}
			return nil, errUnknownOperation.With("The body is no form.")
		}
		posted, err := url.ParseQuery(string(body))
		if err != nil {
			return nil, errMalformedQuery
		}
		for k, vs := range posted {
			form[k] = append(form[k], vs...)
		}
	}
	for k, vs := range form {
		if len(vs) > 1 {
			return nil, errMalformedQuery.With("The parameter '%s' is given more than once.", k)
		}
	}
	s := x.h.byVersion[form.Get("Version")]
	x.opName = form.Get("Action")
	switch {
	case x.opName == "":
		return nil, errMissingAction
	case s == nil:
		return nil, errUnknownOperation.With("Could not find operation %s for version %s", clip(x.opName), clip(form.Get("Version")))
	}
	x.svc = s
	if x.op = x.h.ops[s][x.opName]; x.op == nil {
		return nil, errUnknownOperation.With("Could not find operation %s for version %s", clip(x.opName), s.version)
	}
	if int64(len(body)) > s.maxBody {
		return nil, errTooLarge
	}
	return &request{body, func(o *api.Operation) (any, error) {
		in := reflect.New(o.In).Interface()
		return in, x.h.codec.DecodeQuery(form, in)
	}}, nil
}

// findREST takes restJson1: method and path.
func (x *exchange) findREST(r *http.Request) (*request, error) {
	s, name, labels := x.h.route(r)
	if s == nil {
		return nil, errUnknownOperation.With("No operation has this method and path.")
	}
	x.svc, x.opName = s, name
	if x.op = x.h.ops[s][name]; x.op == nil {
		return nil, x.unknown()
	}
	body, err := x.read(r, limitOf(x.op))
	if err != nil {
		return nil, err
	}
	return &request{body, func(o *api.Operation) (any, error) {
		in := reflect.New(o.In).Interface()
		err := x.h.codec.DecodeREST(r, labels, body, in)
		if q, ok := in.(interface{ FromQuery(url.Values) }); ok {
			q.FromQuery(r.URL.Query())
		}
		return in, err
	}}, nil
}

// unknown refuses an operation that a service of AWS may have and Gatehouse has not. AWS sends its code without a
// message, which would leave people guessing what was not found.
func (x *exchange) unknown() error {
	return errUnknownOperation.With("Gatehouse has no operation %s of %s.", clip(x.opName), x.svc.name)
}

func limitOf(o *api.Operation) int64 {
	if o.Access.NeedsSignature() {
		return maxSignedBody
	}
	return maxUnsignedBody
}

// read reads the body up to a limit. What is more than an unsigned call may send is read only for a
// signature of a known key, so that nobody else can make this node hold large bodies.
func (x *exchange) read(r *http.Request, limit int64) ([]byte, error) {
	if r.ContentLength > limit {
		return nil, errTooLarge
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxUnsignedBody+1))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errUnreadable, err)
	}
	if len(body) <= maxUnsignedBody {
		return body, nil
	}
	if limit <= maxUnsignedBody {
		return nil, errTooLarge
	}
	if err := x.begin(r); err != nil {
		return nil, err
	}
	size := limit
	if r.ContentLength >= 0 {
		size = r.ContentLength
	}
	if !x.hold(r, size) {
		x.w.Header().Set("Connection", "close") // the rest is not waited for
		return nil, errThrottled
	}
	whole := bytes.NewBuffer(make([]byte, 0, size+bytes.MinRead)) // which never grows
	whole.Write(body)
	_, err = whole.ReadFrom(http.MaxBytesReader(x.w, r.Body, limit-int64(len(body))))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return nil, errTooLarge
	case err != nil:
		return nil, fmt.Errorf("%w: %w", errUnreadable, err)
	}
	x.claim = nil // the body may have taken long: key and policies are looked up again
	return whole.Bytes(), nil
}

// hold counts the large body of a claim until the request is answered, by release; not where too much is held.
func (x *exchange) hold(r *http.Request, size int64) (ok bool) {
	x.give, ok = x.h.large.take(reader{web.Subscriber(x.h.o.ClientIP(r)), x.claim.AccessKeyID()}, size)
	return ok
}

func (x *exchange) release() {
	if x.give != nil {
		x.give()
	}
}

// begin looks at the signature before the body is whole.
func (x *exchange) begin(r *http.Request) error {
	if x.claim != nil {
		return nil
	}
	c, err := x.h.verifier.Begin(r)
	if err == nil {
		x.claim = &c
	}
	return err
}
