package sigv4

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	algorithm = "AWS4-HMAC-SHA256"
	basic     = "20060102T150405Z"
)

// signature is what a request says of its signature.
type signature struct {
	accessKeyID, token               string
	day, region, service, terminator string // the scope
	headers                          []string
	signature                        string
	date                             string // as signed
	at                               time.Time
	presigned                        bool
	expires                          time.Duration
	query                            url.Values // without X-Amz-Signature
}

// parse reads the signature; whatever is there twice, or in two places, is refused rather than chosen from.
func parse(r *http.Request) (*signature, error) {
	q, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, ErrIncompleteSignature.With("The query string is malformed.")
	}
	if err := unique(r.Header, q); err != nil {
		return nil, err
	}
	auth := r.Header.Get("Authorization")
	presigned := q.Has("X-Amz-Algorithm") || q.Has("X-Amz-Signature") || q.Has("X-Amz-Credential")
	s := &signature{query: q, presigned: presigned}
	switch {
	case auth == "" && !presigned:
		return nil, ErrMissingAuthentication
	case auth != "" && presigned:
		return nil, ErrIncompleteSignature.With("The request has both an Authorization header and a presigned query.")
	case presigned:
		err = s.fromQuery()
	default:
		err = s.fromHeader(auth, r.Header)
	}
	if err == nil {
		err = s.wellFormed()
	}
	return s, err
}

// unique refuses what is given twice of all that a signature is read from.
func unique(h http.Header, q url.Values) error {
	for name, vs := range h {
		if len(vs) > 1 && (name == "Authorization" || name == "Date" || strings.HasPrefix(name, "X-Amz-")) {
			return ErrIncompleteSignature.With("The header '%s' is given more than once.", name)
		}
	}
	for name, vs := range q {
		if len(vs) > 1 && strings.HasPrefix(strings.ToLower(name), "x-amz-") {
			return ErrIncompleteSignature.With("The parameter '%s' is given more than once.", name)
		}
	}
	return nil
}

func (s *signature) wellFormed() (err error) {
	if s.at, err = time.Parse(basic, s.date); err != nil {
		return ErrIncompleteSignature.With("Date must be in ISO-8601 'basic format'. Got '%s'.", s.date)
	}
	if !slices.IsSorted(s.headers) || len(slices.Compact(slices.Clone(s.headers))) != len(s.headers) {
		return ErrIncompleteSignature.With("SignedHeaders must be sorted and named once each.")
	}
	return nil
}

func (s *signature) fromHeader(auth string, h http.Header) error {
	rest, ok := strings.CutPrefix(auth, algorithm)
	if !ok || rest == "" || rest[0] != ' ' {
		return ErrIncompleteSignature.With("Unsupported AWS 'algorithm' in the Authorization header.")
	}
	return s.fromParts(rest, h)
}

// fromParts reads what follows the algorithm.
func (s *signature) fromParts(rest string, h http.Header) error {
	parts := map[string]string{}
	for part := range strings.SplitSeq(rest, ",") {
		k, v, ok := strings.Cut(strings.TrimSpace(part), "=")
		if _, twice := parts[k]; !ok || twice {
			return ErrIncompleteSignature.With("'%s' is not one key=value pair in the Authorization header.", k)
		}
		parts[k] = v
	}
	s.date, s.token = h.Get("X-Amz-Date"), h.Get("X-Amz-Security-Token")
	if s.date == "" {
		if t, err := http.ParseTime(h.Get("Date")); err == nil {
			s.date = t.UTC().Format(basic)
		}
	}
	return s.fill(parts["Credential"], parts["SignedHeaders"], parts["Signature"], "Authorization header requires")
}

func (s *signature) fromQuery() error {
	q := s.query
	if q.Get("X-Amz-Algorithm") != algorithm {
		return ErrIncompleteSignature.With("Unsupported X-Amz-Algorithm.")
	}
	s.date, s.token = q.Get("X-Amz-Date"), q.Get("X-Amz-Security-Token")
	s.expires = MaxPresigned // the Go SDK's STS presigner sends none
	if q.Has("X-Amz-Expires") {
		n, err := strconv.Atoi(q.Get("X-Amz-Expires"))
		if err != nil || n < 1 || n > 604800 {
			return ErrIncompleteSignature.With("X-Amz-Expires must be a number of seconds from 1 to 604800.")
		}
		s.expires = time.Duration(n) * time.Second
	}
	sig := q.Get("X-Amz-Signature")
	q.Del("X-Amz-Signature")
	return s.fill(q.Get("X-Amz-Credential"), q.Get("X-Amz-SignedHeaders"), sig, "AWS query-string parameters must include")
}

func (s *signature) fill(credential, headers, sig, missing string) error {
	for _, p := range []struct{ name, v string }{{"Credential", credential}, {"SignedHeaders", headers}, {"Signature", sig}} {
		if p.v == "" {
			return ErrIncompleteSignature.With("%s '%s' parameter.", missing, p.name)
		}
	}
	scope := strings.Split(credential, "/")
	if len(scope) != 5 || scope[0] == "" {
		return ErrIncompleteSignature.With("Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '%s'", credential)
	}
	s.accessKeyID, s.day, s.region, s.service, s.terminator = scope[0], scope[1], scope[2], scope[3], scope[4]
	s.headers, s.signature = strings.Split(headers, ";"), sig
	if len(s.date) < 8 {
		return ErrIncompleteSignature.With("%s existence of either a 'X-Amz-Date' or a 'Date' header.", missing)
	}
	return nil
}
