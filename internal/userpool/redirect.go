package userpool

import (
	"net/url"
	"slices"
	"strings"
)

// scriptSchemes never leave the browser: a redirect there would run or read in place of navigating away.
var scriptSchemes = []string{"javascript", "data", "vbscript", "file", "blob", "about", "filesystem", "view-source", "ws", "wss", "ftp"}

// checkRedirectURL holds the rules of callback and logout URLs: absolute, https, http on this machine
// alone (RFC 8252 section 7.3), or a scheme of an app's own; no fragment (RFC 6749 section 3.1.2), no
// wildcard, no user in it.
func checkRedirectURL(raw string) error {
	u, err := url.Parse(raw)
	switch {
	case len(raw) > 1024 || err != nil || u.Scheme == "" || strings.ContainsAny(raw, " \\\"<>^`{|}") || hasControl(raw):
		return ErrInvalid.With("%q is not a valid redirect URL.", raw)
	case u.Opaque != "" && u.Opaque[0] >= '0' && u.Opaque[0] <= '9': // a host and a port
		return ErrInvalid.With("%s has no scheme: it begins with https://, or http:// for this machine.", raw)
	case strings.Contains(raw, "#"):
		return ErrInvalid.With("%s cannot contain a fragment.", raw)
	case strings.Contains(raw, "*"):
		return ErrInvalid.With("%s cannot contain a wildcard.", raw)
	case slices.Contains(scriptSchemes, strings.ToLower(u.Scheme)):
		return ErrInvalid.With("%s cannot use the %s scheme.", raw, strings.ToLower(u.Scheme))
	}
	switch strings.ToLower(u.Scheme) {
	case "https":
	case "http":
		if !slices.Contains([]string{"localhost", "127.0.0.1", "::1"}, strings.ToLower(u.Hostname())) {
			return ErrInvalid.With("%s cannot use the HTTP protocol.", raw)
		}
	default:
		return nil
	}
	if u.Hostname() == "" || u.User != nil || u.Opaque != "" {
		return ErrInvalid.With("%q is not a valid redirect URL.", raw)
	}
	return nil
}

func hasControl(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r < 0x20 || r == 0x7f })
}

func checkRedirectURLs(what string, urls []string) error {
	if len(urls) > MaxRedirectURLs {
		return ErrLimit.With("Exceeded the limit of %d %s for a client.", MaxRedirectURLs, what)
	}
	for _, u := range urls {
		if err := checkRedirectURL(u); err != nil {
			return err
		}
	}
	return nil
}
