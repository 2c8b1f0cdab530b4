// Package forward is the edge for proxies that ask whether to let a request through: nginx's auth_request, Caddy's
// forward_auth, Traefik's ForwardAuth and Envoy's ext_authz over HTTP. A proxy shows the secret of a protected service, and
// only then what it tells of a request is believed; what is decided, internal/authorizer decides.
package forward

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"gatehouse/internal/authorizer"
	"gatehouse/web/paths"
)

// Secret is the header that a proxy shows the secret of its service in.
const Secret = authorizer.IdentityPrefix + "Secret"

// Services is *authorizer.Register.
type Services interface {
	Find(ctx context.Context, id, secret string) (*authorizer.Protected, error)
}

// Authorizer is *authorizer.Service.
type Authorizer interface {
	Forward(ctx context.Context, p *authorizer.Protected, o *authorizer.Original) (*authorizer.Verdict, error)
}

// Handler answers proxies. All fields are required.
type Handler struct {
	Services   Services
	Authorizer Authorizer
	Fail       func(ctx context.Context, err error) // notes what went wrong on our side
}

// ServeHTTP answers 200 with headers that tell who asks, 401 or 403 with the reason, and 404 to who shows no secret of a
// service, whatever is there.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	rest, ok := strings.CutPrefix(r.RequestURI, paths.ForwardAuth)
	id := rest
	if i := strings.IndexAny(rest, "/?"); i >= 0 {
		id = rest[:i]
	}
	secrets := r.Header.Values(Secret)
	if !ok || len(secrets) != 1 {
		answer(w, http.StatusNotFound, "There is no such service.")
		return
	}
	p, err := h.Services.Find(r.Context(), id, secrets[0])
	if err == nil {
		var v *authorizer.Verdict
		if v, err = h.decide(r, p, strings.TrimPrefix(rest, id)); err == nil {
			reply(w, v)
			return
		}
	}
	if errors.Is(err, authorizer.ErrNoProtected) {
		answer(w, http.StatusNotFound, "There is no such service.")
		return
	}
	h.Fail(r.Context(), err)
	answer(w, http.StatusInternalServerError, "Something went wrong on our side.")
}

func (h *Handler) decide(r *http.Request, p *authorizer.Protected, rest string) (*authorizer.Verdict, error) {
	o, err := original(r, p.Proxy, rest)
	if err != nil {
		return &authorizer.Verdict{Status: http.StatusForbidden, Reason: err.Error()}, nil
	}
	return h.Authorizer.Forward(r.Context(), p, o)
}

func reply(w http.ResponseWriter, v *authorizer.Verdict) {
	if v.Status != http.StatusOK {
		if v.Status == http.StatusUnauthorized {
			w.Header()["Www-Authenticate"] = []string{`Bearer realm="gatehouse"`, "AWS4-HMAC-SHA256"}
		}
		answer(w, v.Status, v.Reason)
		return
	}
	for name, value := range v.Identity() {
		w.Header().Set(name, value)
	}
	w.WriteHeader(http.StatusOK)
}

// answer refuses with a reason, which a proxy can show and log.
func answer(w http.ResponseWriter, status int, reason string) {
	w.Header().Set(authorizer.IdentityPrefix+"Reason", visible(reason))
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]string{"message": reason}) // a proxy that went away needs no answer
}

// visible is a text as one line of a header: what is no visible ASCII becomes a question mark.
func visible(s string) string {
	const most = 1024
	s = strings.Map(func(c rune) rune {
		if c < ' ' || c > '~' {
			return '?'
		}
		return c
	}, s)
	return s[:min(len(s), most)]
}
