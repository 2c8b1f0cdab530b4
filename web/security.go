package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"
)

// Header values are shared slices: setting them costs no allocation.
var (
	nosniff   = []string{"nosniff"}
	referrer  = []string{"same-origin"} // no-referrer would make browsers send Origin: null with our own forms
	apiPolicy = []string{"default-src 'none'; frame-ancestors 'none'"}
	frameDeny = []string{"DENY"}
	frameSame = []string{"SAMEORIGIN"}
	// previewPolicy is pagePolicy for a page in a frame of ours, in which nothing happens.
	previewPolicy = []string{"default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; form-action 'none'; " +
		"frame-ancestors 'self'; base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'"}
	hsts        = []string{"max-age=31536000"}
	permissions = []string{"publickey-credentials-get=(self), publickey-credentials-create=(self), camera=(), microphone=(), geolocation=(), payment=()"}
)

// setSecurityHeaders gives every answer the strictest policy, in the fewest headers that say it; pages have
// more to say in PageHeaders.
func setSecurityHeaders(h http.Header, rq *Request) {
	h["X-Content-Type-Options"] = nosniff
	h["Content-Security-Policy"] = apiPolicy
	if rq.Scheme == "https" {
		h["Strict-Transport-Security"] = hsts
	}
}

// AllowFormTo lets forms of this response end at the origin of a validated redirect URI: browsers apply
// form-action to the redirect after a POST too. A custom scheme (myapp:) is allowed as such.
func AllowFormTo(c echo.Context, redirectURI string) {
	source := formSource(redirectURI)
	rq := From(c.Request().Context())
	if source != "" && !slices.Contains(rq.forms, source) {
		rq.forms = append(rq.forms, source)
	}
}

// formSource is the CSP source expression of a URI, "" for what must never be one.
func formSource(uri string) string {
	u, err := url.Parse(uri)
	if err != nil || u.Scheme == "" {
		return ""
	}
	if u.Scheme == "http" || u.Scheme == "https" {
		if u.Host == "" || strings.ContainsAny(u.Host, " ;,'\"*") {
			return ""
		}
		return u.Scheme + "://" + strings.ToLower(u.Host)
	}
	switch u.Scheme {
	case "javascript", "data", "vbscript", "blob", "filesystem", "about", "file":
		return ""
	}
	return u.Scheme + ":"
}

// AllowFrames lets the page of this response show pages of its own origin, and Sandboxed documents, in frames.
func AllowFrames(c echo.Context) { From(c.Request().Context()).frames = true }

// PreviewHeaders makes the answer a page that pages of its own origin, and nobody else, may show in a frame. It runs no
// script and sends no form.
func PreviewHeaders(c echo.Context) { From(c.Request().Context()).preview = true }

// PageHeaders makes the answer a page: never stored, with the page policy.
func PageHeaders(c echo.Context) {
	rq := From(c.Request().Context())
	h := c.Response().Header()
	h["Permissions-Policy"] = permissions
	h["Referrer-Policy"] = referrer
	h["X-Frame-Options"] = frameDeny
	h.Set("Cache-Control", "no-store")
	if rq.preview {
		h["X-Frame-Options"] = frameSame
		h["Content-Security-Policy"] = previewPolicy
		return
	}
	policy := pagePolicy(rq.forms)
	if rq.frames {
		policy += "; frame-src 'self'"
	}
	h.Set("Content-Security-Policy", policy)
}

// sandbox is the policy of documents that others wrote: they run nothing, send nothing and have no origin. Styles and
// pictures are what a mail is made of.
var sandbox = []string{"sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src https: data:; form-action 'none'; base-uri 'none'; frame-ancestors 'self'"}

// Sandboxed answers with a document that others wrote, for a frame of one of our own pages. Kind is its media type.
func Sandboxed(c echo.Context, status int, kind, document string) error {
	h := c.Response().Header()
	h["Content-Security-Policy"] = sandbox
	h["X-Frame-Options"] = frameSame
	h["Referrer-Policy"] = referrer
	h.Set("Cache-Control", "no-store")
	return c.Blob(status, kind+"; charset=utf-8", []byte(document))
}

func pagePolicy(forms []string) string {
	action := "'self'"
	if len(forms) > 0 {
		action += " " + strings.Join(forms, " ")
	}
	return "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; " +
		"form-action " + action + "; frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
}
