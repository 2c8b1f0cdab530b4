package config

import (
	"fmt"
	"log/slog"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

var (
	regionName  = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,31}$`)
	accountID   = regexp.MustCompile(`^[0-9]{12}$`)
	accessKeyID = regexp.MustCompile(`^[A-Za-z0-9]{16,128}$`)
	hostName    = regexp.MustCompile(`^[a-z0-9]([a-z0-9_.-]*[a-z0-9])?$`)
)

// parser collects problems.
type parser struct{ problems Problems }

func (p *parser) bad(format string, args ...any) {
	p.problems = append(p.problems, fmt.Sprintf(format, args...))
}

func (p *parser) required(name, v string) string {
	if v == "" {
		p.bad("%s: may not be empty", name)
	}
	return v
}

func (p *parser) match(name, v string, re *regexp.Regexp, want string) string {
	if v != "" && !re.MatchString(v) {
		p.bad("%s: must be %s, is %q", name, want, v)
	}
	return v
}

func (p *parser) oneOf(name, v string, allowed ...string) string {
	for _, a := range allowed {
		if v == a {
			return v
		}
	}
	p.bad("%s: must be one of %s, is %q", name, strings.TrimPrefix(strings.Join(allowed, " "), " "), v)
	return ""
}

func (p *parser) boolean(name string, v Switch) bool {
	if v == "" {
		return false
	}
	b, err := strconv.ParseBool(string(v))
	if err != nil {
		p.bad("%s: must be true or false, is %q", name, v)
	}
	return b
}

func (p *parser) demo(v Switch) Demo {
	if v == "anywhere" {
		return DemoAnywhere
	}
	b, err := strconv.ParseBool(string(v))
	if v != "" && err != nil {
		p.bad("GATEHOUSE_DEMO: must be false, true or anywhere, is %q", v)
	}
	if b {
		return DemoLoopback
	}
	return DemoOff
}

func (p *parser) level(v string) slog.Level {
	var l slog.Level
	if v == "" {
		return l
	}
	if err := l.UnmarshalText([]byte(v)); err != nil {
		p.bad("GATEHOUSE_LOG_LEVEL: must be debug, info, warn or error, is %q", v)
	}
	return l
}

func (p *parser) address(name, v string) string {
	_, port, err := net.SplitHostPort(v)
	if n, perr := strconv.ParseUint(port, 10, 16); err != nil || perr != nil || n > 65535 {
		p.bad("%s: must be HOST:PORT, such as localhost:8080 or [::1]:8080, is %q", name, v)
	}
	return v
}

func (p *parser) baseURL(v string) *url.URL {
	if v == "" {
		return nil
	}
	u := p.remote("GATEHOUSE_URL", v, "https", "http")
	if u == nil {
		return nil
	}
	host := strings.ToLower(u.Host)
	if (u.Path != "" && u.Path != "/") || u.RawQuery != "" || u.Fragment != "" || u.User != nil || strings.HasSuffix(u.Hostname(), ".") {
		p.bad("GATEHOUSE_URL: must be a scheme and a host, without path, query, user or trailing dot, is %q", u.Redacted())
	}
	if (u.Scheme == "https" && u.Port() == "443") || (u.Scheme == "http" && u.Port() == "80") {
		host = strings.TrimSuffix(host, ":"+u.Port()) // browsers drop it from Host and Origin
	}
	return &url.URL{Scheme: u.Scheme, Host: host}
}

func (p *parser) remote(name, v string, schemes ...string) *url.URL {
	if v == "" {
		return nil
	}
	u, err := url.Parse(v)
	if err != nil || u.Hostname() == "" || u.Opaque != "" {
		p.bad("%s: is not an absolute URL", name) // not quoted: it may hold a password
		return nil
	}
	for _, s := range schemes {
		if u.Scheme == s {
			return u
		}
	}
	p.bad("%s: scheme must be %s, is %q", name, strings.Join(schemes, " or "), u.Scheme)
	return nil
}

func (p *parser) database(v, data string) string {
	switch {
	case v == "":
		return "sqlite:" + filepath.Join(data, "gatehouse.db")
	case strings.HasPrefix(v, "postgres://"), strings.HasPrefix(v, "postgresql://"):
		if _, err := url.Parse(v); err != nil {
			p.bad("GATEHOUSE_DATABASE: the postgres URL does not parse")
		}
		return v
	case strings.HasPrefix(v, "sqlite:") && len(v) > len("sqlite:") && !strings.Contains(v, "?"):
		return v
	}
	p.bad("GATEHOUSE_DATABASE: must be sqlite:PATH, sqlite::memory: or a postgres:// URL")
	return ""
}

func (p *parser) email(name, v string) string {
	if v == "" {
		return ""
	}
	a, err := mail.ParseAddress(v)
	if err != nil || a.Address != v {
		p.bad("%s: must be an email address, is %q", name, v)
	}
	return v
}

func (p *parser) prefixes(name, v string) []netip.Prefix {
	var out []netip.Prefix
	for _, s := range fields(v) {
		if a, err := netip.ParseAddr(s); err == nil && a.Zone() == "" {
			out = append(out, netip.PrefixFrom(a.Unmap(), a.Unmap().BitLen()))
			continue
		}
		pre, err := netip.ParsePrefix(s)
		if err != nil {
			p.bad("%s: %q is no address and no CIDR", name, s)
			continue
		}
		out = append(out, pre.Masked())
	}
	return out
}

func (p *parser) hosts(name, v string) []string {
	var out []string
	for _, s := range fields(strings.ToLower(v)) {
		host, port := s, "1"
		if h, pt, err := net.SplitHostPort(s); err == nil {
			host, port = h, pt
		}
		_, addrErr := netip.ParseAddr(host)
		if _, err := strconv.ParseUint(port, 10, 16); err != nil || (addrErr != nil && !hostName.MatchString(host)) {
			p.bad("%s: %q is no host name", name, s)
			continue
		}
		out = append(out, s)
	}
	return out
}

func fields(v string) []string {
	return strings.FieldsFunc(v, func(r rune) bool { return r == ',' || r == ' ' || r == '\n' || r == '\t' })
}
