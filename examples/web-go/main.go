// Command web-go is an app with a server of its own that signs people in with Gatehouse: OpenID Connect's
// code flow with PKCE, state and nonce, by coreos/go-oidc and x/oauth2. Its session is in memory.
package main

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"flag"
	"html/template"
	"log"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"gatehouse/examples/demo"
)

func main() {
	listen := flag.String("listen", "localhost:3000", "address to listen on; the client's callback URL is http://{listen}/callback")
	flag.Parse()
	values, err := demo.Load()
	if err != nil {
		log.Fatal(err)
	}
	a, err := newApp(context.Background(), values)
	if err != nil {
		log.Fatal(err)
	}
	log.Printf("open http://%s", *listen)
	server := &http.Server{Addr: *listen, Handler: a.routes(), ReadHeaderTimeout: 5 * time.Second}
	log.Fatal(server.ListenAndServe())
}

// app is the relying party: its OAuth client, the verifier of ID tokens and the sessions of its browsers.
type app struct {
	oauth    oauth2.Config
	verifier *oidc.IDTokenVerifier
	logout   string // the end of an RP-initiated sign-out

	mu       sync.Mutex
	sessions map[string]session
}

// session is what the app remembers of one browser; claims is nil until it is signed in.
type session struct {
	state, nonce, verifier string
	claims                 map[string]any
	expires                time.Time
}

func newApp(ctx context.Context, v demo.Values) (*app, error) {
	provider, err := oidc.NewProvider(ctx, v.Issuer)
	if err != nil {
		return nil, err
	}
	var more struct {
		EndSession string `json:"end_session_endpoint"`
	}
	if err := provider.Claims(&more); err != nil {
		return nil, err
	}
	return &app{
		oauth: oauth2.Config{
			ClientID: v.Web.ClientID, ClientSecret: v.Web.ClientSecret, RedirectURL: v.Web.RedirectURI,
			Endpoint: provider.Endpoint(), Scopes: []string{oidc.ScopeOpenID, "email", "profile"},
		},
		verifier: provider.Verifier(&oidc.Config{ClientID: v.Web.ClientID}),
		logout:   more.EndSession + "?" + url.Values{"client_id": {v.Web.ClientID}, "logout_uri": {v.Web.LogoutURI}}.Encode(),
		sessions: map[string]session{},
	}, nil
}

func (a *app) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", a.home)
	mux.HandleFunc("GET /signin", a.signIn)
	mux.HandleFunc("GET /callback", a.callback)
	mux.HandleFunc("POST /signout", a.signOut)
	return http.NewCrossOriginProtection().Handler(mux)
}

var page = template.Must(template.New("home").Parse(`<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><title>Example app</title>
<h1>Example app</h1>
{{if .}}<p>Signed in as <strong id="who">{{.Who}}</strong>.</p><pre id="claims">{{.Claims}}</pre>
<form method="post" action="/signout"><button>Sign out</button></form>
{{else}}<p>You are not signed in.</p><p><a id="signin" href="/signin">Sign in</a></p>{{end}}</html>`))

func (a *app) home(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, s, ok := a.current(r)
	if !ok || s.claims == nil {
		page.Execute(w, nil)
		return
	}
	claims, _ := json.MarshalIndent(s.claims, "", "  ")
	who, _ := s.claims["email"].(string)
	page.Execute(w, map[string]string{"Who": who, "Claims": string(claims)})
}

func (a *app) signIn(w http.ResponseWriter, r *http.Request) {
	s := session{state: rand.Text(), nonce: rand.Text(), verifier: oauth2.GenerateVerifier(), expires: time.Now().Add(10 * time.Minute)}
	a.start(w, s)
	http.Redirect(w, r, a.oauth.AuthCodeURL(s.state, oidc.Nonce(s.nonce), oauth2.S256ChallengeOption(s.verifier)), http.StatusFound)
}

func (a *app) callback(w http.ResponseWriter, r *http.Request) {
	id, s, ok := a.current(r)
	if !ok || subtle.ConstantTimeCompare([]byte(r.FormValue("state")), []byte(s.state)) != 1 {
		http.Error(w, "this answer does not belong to a sign-in that this browser began", http.StatusBadRequest)
		return
	}
	if e := r.FormValue("error"); e != "" {
		http.Error(w, "sign-in failed: "+e+" "+r.FormValue("error_description"), http.StatusForbidden)
		return
	}
	tokens, err := a.oauth.Exchange(r.Context(), r.FormValue("code"), oauth2.VerifierOption(s.verifier))
	if err != nil {
		http.Error(w, "exchange the code: "+err.Error(), http.StatusBadGateway)
		return
	}
	raw, _ := tokens.Extra("id_token").(string)
	idToken, err := a.verifier.Verify(r.Context(), raw)
	if err != nil || idToken.Nonce != s.nonce {
		http.Error(w, "the ID token is not for this sign-in", http.StatusForbidden)
		return
	}
	signedIn := session{expires: time.Now().Add(time.Hour)}
	if err := idToken.Claims(&signedIn.claims); err != nil {
		http.Error(w, "read the claims: "+err.Error(), http.StatusBadGateway)
		return
	}
	a.forget(id)
	a.start(w, signedIn) // a new cookie, so that one planted before the sign-in is worth nothing
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

func (a *app) signOut(w http.ResponseWriter, r *http.Request) {
	if id, _, ok := a.current(r); ok {
		a.forget(id)
	}
	http.Redirect(w, r, a.logout, http.StatusSeeOther)
}

func (a *app) start(w http.ResponseWriter, s session) {
	id := rand.Text()
	a.mu.Lock()
	for old, o := range a.sessions {
		if time.Now().After(o.expires) {
			delete(a.sessions, old)
		}
	}
	a.sessions[id] = s
	a.mu.Unlock()
	http.SetCookie(w, &http.Cookie{Name: "example", Value: id, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode, Expires: s.expires})
}

func (a *app) current(r *http.Request) (string, session, bool) {
	c, err := r.Cookie("example")
	if err != nil {
		return "", session{}, false
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	s, ok := a.sessions[c.Value]
	return c.Value, s, ok && time.Now().Before(s.expires)
}

func (a *app) forget(id string) {
	a.mu.Lock()
	delete(a.sessions, id)
	a.mu.Unlock()
}
