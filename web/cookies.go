package web

import (
	"net/http"
	"time"
)

// Cookies sets and reads the cookies of one realm (the console, or one pool): opaque, host-only, out of
// reach of scripts, and under https with the __Host- prefix, which no sibling host can forge.
type Cookies struct {
	Realm  string // a pool id or "console"
	Secure bool   // the installation's URL is https
}

// Name is the cookie's name for a purpose, such as session.
func (k Cookies) Name(purpose string) string {
	name := "gatehouse-" + purpose + "-" + k.Realm
	if k.Secure {
		return "__Host-" + name
	}
	return name
}

// Set gives the browser a value until it expires; a zero time makes it end with the browser.
func (k Cookies) Set(w http.ResponseWriter, purpose, value string, expires time.Time) {
	http.SetCookie(w, k.cookie(purpose, value, expires, http.SameSiteLaxMode))
}

// Value is what the browser sent, "" when it sent none. A cookie that is there twice is none: one of them
// was planted.
func (k Cookies) Value(r *http.Request, purpose string) string {
	found := r.CookiesNamed(k.Name(purpose))
	if len(found) != 1 {
		return ""
	}
	return found[0].Value
}

// Clear takes the cookie away.
func (k Cookies) Clear(w http.ResponseWriter, purpose string) {
	c := k.cookie(purpose, "", time.Unix(1, 0), http.SameSiteLaxMode)
	c.MaxAge = -1
	http.SetCookie(w, c)
}

func (k Cookies) cookie(purpose, value string, expires time.Time, mode http.SameSite) *http.Cookie {
	return &http.Cookie{
		Name: k.Name(purpose), Value: value, Path: "/", Expires: expires,
		Secure: k.Secure, HttpOnly: true, SameSite: mode,
	}
}

// Cookies are those of a realm on this installation.
func (s *Server) Cookies(realm string) Cookies {
	return Cookies{Realm: realm, Secure: s.Hosts.URL.Scheme == "https"}
}
