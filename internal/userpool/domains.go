package userpool

import (
	"context"
	"errors"
	"net"
	"regexp"
	"slices"
	"strings"
)

var (
	prefixPattern = regexp.MustCompile(`^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$`)
	labelPattern  = regexp.MustCompile(`^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$`)
	reservedWords = []string{"aws", "amazon", "cognito"}
)

// errNoDomain is for hosts that are not of a shape that a pool's domain could have.
var errNoDomain = errors.New("host is no domain of a pool")

// DomainByHost finds the pool that a request's host belongs to: {prefix}.auth.{BaseHost}, or a custom
// domain. DomainNotFound when it is none. The port is ignored.
func (s *Service) DomainByHost(ctx context.Context, host string) (*Pool, Domain, error) {
	name, custom, err := s.domainName(host)
	if err != nil {
		return nil, Domain{}, DomainNotFound()
	}
	d, err := s.Domains.DomainByName(ctx, name)
	if err != nil {
		return nil, Domain{}, err
	}
	if d.Custom != custom {
		return nil, Domain{}, DomainNotFound()
	}
	p, err := s.Pool(ctx, d.PoolID)
	if err != nil {
		return nil, Domain{}, err
	}
	return p, *d, nil
}

// domainName is what a host is kept as: the prefix, or the host itself.
func (s *Service) domainName(host string) (name string, custom bool, err error) {
	host = hostOnly(host)
	if prefix, ok := strings.CutSuffix(host, ".auth."+s.BaseHost); ok {
		if !prefixPattern.MatchString(prefix) {
			return "", false, errNoDomain
		}
		return prefix, false, nil
	}
	if !strings.Contains(host, ".") || s.ownHost(host) {
		return "", false, errNoDomain
	}
	return host, true, nil
}

// Host is the host name, without port, that a domain's pages are at.
func (s *Service) Host(d Domain) string {
	if d.Custom {
		return d.Name
	}
	return d.Name + ".auth." + s.BaseHost
}

func hostOnly(host string) string {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	return strings.ToLower(strings.TrimSuffix(host, "."))
}

// ownHost tells whether the installation answers a host itself, or keeps it for prefixes.
func (s *Service) ownHost(host string) bool {
	return host == s.BaseHost || host == "auth."+s.BaseHost || strings.HasSuffix(host, ".auth."+s.BaseHost) ||
		slices.Contains(s.OtherHosts, host)
}

// DomainsOf lists a pool's domains: at most one prefix and one custom.
func (s *Service) DomainsOf(ctx context.Context, poolID string) ([]Domain, error) {
	return s.Domains.DomainsOfPool(ctx, poolID)
}

// Domain is the domain of a name; DomainNotFound when there is none.
func (s *Service) Domain(ctx context.Context, name string) (*Domain, error) {
	return s.Domains.DomainByName(ctx, name)
}

// CreateDomain gives a pool a prefix or a custom domain. Name, Custom, PoolID, ManagedLoginVersion and
// CertificateARN of d count.
func (s *Service) CreateDomain(ctx context.Context, d Domain) (*Domain, error) {
	if err := s.checkDomain(d); err != nil {
		return nil, err
	}
	d.Created, d.Version = s.now(), 1
	_, err := s.editPool(ctx, d.PoolID, func(ctx context.Context, p *Pool) error {
		d.AccountID = p.AccountID
		if err := checkManagedLogin(p, d); err != nil {
			return err
		}
		return s.Domains.InsertDomain(ctx, &d)
	})
	if err != nil {
		return nil, err
	}
	return &d, nil
}

// UpdateDomain changes the managed login version and, of a custom domain, the certificate; zero values stay.
func (s *Service) UpdateDomain(ctx context.Context, poolID, name string, managedLogin int, certificateARN string) (*Domain, error) {
	var out *Domain
	_, err := s.editPool(ctx, poolID, func(ctx context.Context, p *Pool) error {
		d, err := s.domainOf(ctx, poolID, name)
		if err != nil {
			return err
		}
		if managedLogin != 0 {
			d.ManagedLoginVersion = managedLogin
		}
		if certificateARN != "" {
			if !d.Custom {
				return ErrInvalid.With("A prefix domain has no certificate of its own.")
			}
			d.CertificateARN = certificateARN
		}
		if err := checkManagedLogin(p, *d); err != nil {
			return err
		}
		d.Version++
		out = d
		return s.Domains.SaveDomain(ctx, d)
	})
	return out, err
}

// DeleteDomain takes a domain from a pool.
func (s *Service) DeleteDomain(ctx context.Context, poolID, name string) error {
	_, err := s.editPool(ctx, poolID, func(ctx context.Context, _ *Pool) error {
		if _, err := s.domainOf(ctx, poolID, name); err != nil {
			return err
		}
		return s.Domains.DeleteDomain(ctx, poolID, name)
	})
	return err
}

// domainOf is a domain that must be the pool's.
func (s *Service) domainOf(ctx context.Context, poolID, name string) (*Domain, error) {
	d, err := s.Domains.DomainByName(ctx, name)
	if errors.Is(err, ErrNotFound) || err == nil && d.PoolID != poolID {
		return nil, ErrInvalid.With("No such domain or user pool exists.")
	}
	return d, err
}

// checkDomain refuses names that could answer for a host that is not the pool's: the installation's own,
// another pool's prefix, an address, a name with no dot.
func (s *Service) checkDomain(d Domain) error {
	if !d.Custom {
		if !prefixPattern.MatchString(d.Name) {
			return ErrInvalid.With("Invalid domain %q: a prefix has lower-case letters, digits and inner hyphens.", d.Name)
		}
		for _, w := range reservedWords {
			if strings.Contains(d.Name, w) {
				return ErrInvalid.With("Domain cannot contain reserved word: %s", w)
			}
		}
		return nil
	}
	labels := strings.Split(d.Name, ".")
	if len(d.Name) > 253 || len(labels) < 2 || net.ParseIP(d.Name) != nil ||
		slices.ContainsFunc(labels, func(l string) bool { return !labelPattern.MatchString(l) }) {
		return ErrInvalid.With("Invalid domain %q: a custom domain is a full host name in lower case.", d.Name)
	}
	if s.ownHost(d.Name) {
		return ErrInvalid.With("Domain already associated with another user pool.")
	}
	return nil
}

func checkManagedLogin(p *Pool, d Domain) error {
	if d.ManagedLoginVersion != 1 && d.ManagedLoginVersion != 2 {
		return ErrInvalid.With("The managed login version is 1 or 2.")
	}
	if d.ManagedLoginVersion == 2 && p.Tier == TierLite {
		return ErrFeatureNotInTier.With("Managed login is not available in the LITE tier.")
	}
	return nil
}
