package identity

import (
	"context"
	"encoding/hex"
	"net"
	"net/url"
	"slices"
)

// checkIssuer wants what OpenID Connect wants of an issuer: https, a host, no query, no fragment. Plain http is for
// issuers on this machine alone. A port is welcome, unlike in AWS.
func checkIssuer(issuer string) error {
	u, err := url.Parse(issuer)
	if err != nil || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" {
		return ErrValidation.With("Invalid Open ID Connect Provider URL")
	}
	if u.Scheme != "https" && !(u.Scheme == "http" && loopback(u.Hostname())) {
		return ErrValidation.With("Invalid Open ID Connect Provider URL: it must begin with https://")
	}
	return nil
}

func loopback(host string) bool {
	return host == "localhost" || net.ParseIP(host).IsLoopback()
}

func checkThumbprints(list []string) error {
	if len(list) > maxThumbprints {
		return ErrInvalid.With("Thumbprint list must contain fewer than %d entries.", maxThumbprints+1)
	}
	for _, t := range list {
		if _, err := hex.DecodeString(t); err != nil || len(t) != 40 {
			return ErrInvalid.With("Thumbprint %s is not 40 hexadecimal digits.", t)
		}
	}
	return nil
}

// AddClientID lets tokens of an audience be brought; one that is there already stays.
func (s *Service) AddClientID(ctx context.Context, accountID, providerARN, clientID string) error {
	return s.alterOIDCProvider(ctx, accountID, providerARN, func(p *OIDCProvider) error {
		at, found := slices.BinarySearch(p.ClientIDs, clientID)
		switch {
		case found:
			return nil
		case len(p.ClientIDs) >= maxClientIDs:
			return overQuota("ClientIdsPerOpenIdConnectProvider", maxClientIDs)
		}
		p.ClientIDs = slices.Insert(p.ClientIDs, at, clientID)
		return nil
	})
}

// RemoveClientID takes an audience away; one that is not there does not matter.
func (s *Service) RemoveClientID(ctx context.Context, accountID, providerARN, clientID string) error {
	return s.alterOIDCProvider(ctx, accountID, providerARN, func(p *OIDCProvider) error {
		p.ClientIDs = slices.DeleteFunc(p.ClientIDs, func(c string) bool { return c == clientID })
		return nil
	})
}

// SetThumbprints replaces all thumbprints.
func (s *Service) SetThumbprints(ctx context.Context, accountID, providerARN string, list []string) error {
	if err := checkThumbprints(list); err != nil {
		return err
	}
	return s.alterOIDCProvider(ctx, accountID, providerARN, func(p *OIDCProvider) error {
		p.Thumbprints = list
		return nil
	})
}

// TagOIDCProvider adds tags, or replaces them.
func (s *Service) TagOIDCProvider(ctx context.Context, accountID, providerARN string, tags []Tag) error {
	return s.alterOIDCProvider(ctx, accountID, providerARN, func(p *OIDCProvider) (err error) {
		p.Tags, err = mergeTags(p.Tags, tags)
		return err
	})
}

// UntagOIDCProvider takes tags away; those that are not there do not matter.
func (s *Service) UntagOIDCProvider(ctx context.Context, accountID, providerARN string, keys []string) error {
	return s.alterOIDCProvider(ctx, accountID, providerARN, func(p *OIDCProvider) error {
		p.Tags = withoutTags(p.Tags, keys)
		return nil
	})
}
