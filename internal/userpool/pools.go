package userpool

import (
	"context"
	"maps"
	"regexp"
)

// regionPattern is what a pool's id can begin with. A region may have any name otherwise.
var regionPattern = regexp.MustCompile(`^[0-9A-Za-z-]{1,40}$`)

// CreatePool makes a pool with its signing keys. Settings start from DefaultSettings.
func (s *Service) CreatePool(ctx context.Context, accountID, region, name string, settings Settings) (*Pool, error) {
	if err := settings.check(); err != nil {
		return nil, err
	}
	if !regionPattern.MatchString(region) {
		return nil, ErrInvalid.With("A user pool can not be in region %q.", region)
	}
	tail, err := randomText(s.Rand, mixedAlnum, poolIDLength)
	if err != nil {
		return nil, err
	}
	now := s.now()
	p := &Pool{
		ID: region + "_" + tail, AccountID: accountID, Region: region, Name: name,
		Created: now, Modified: now, Version: 1, Settings: settings,
	}
	err = s.Tx.InTx(ctx, func(ctx context.Context) error {
		n, err := s.Pools.InsertPool(ctx, p)
		if err != nil {
			return err
		}
		if n > MaxPools {
			return ErrLimit.With("Exceeded the limit of %d user pools for an account.", MaxPools)
		}
		if s.Keys == nil {
			return nil
		}
		return s.Keys.PrepareKeys(ctx, p.ID, p.SigningAlgorithm)
	})
	if err != nil {
		return nil, err
	}
	return p, nil
}

// editPool changes a locked pool in one transaction; edit may run more than once.
func (s *Service) editPool(ctx context.Context, id string, edit func(context.Context, *Pool) error) (*Pool, error) {
	var out *Pool
	err := s.Tx.InTx(ctx, func(ctx context.Context) error {
		p, err := s.Pools.LockPool(ctx, id)
		if err != nil {
			return err
		}
		if err := edit(ctx, p); err != nil {
			return err
		}
		out = p
		return s.Pools.SavePool(ctx, p)
	})
	return out, err
}

// Touch bumps a pool's version for a change of what hangs on it and is kept elsewhere, inside the transaction of that
// change, which no other change of the pool then runs beside.
func (s *Service) Touch(ctx context.Context, id string) error {
	_, err := s.editPool(ctx, id, func(context.Context, *Pool) error { return nil })
	return err
}

// changePool is editPool for a pool's own settings: it moves the modification date and holds the rules.
func (s *Service) changePool(ctx context.Context, id string, change func(*Pool) error) (*Pool, error) {
	return s.editPool(ctx, id, func(ctx context.Context, p *Pool) error {
		if err := change(p); err != nil {
			return err
		}
		p.Modified = s.now()
		return p.check()
	})
}

// PoolUpdate is what UpdateUserPool may change. What Settings holds beyond that is ignored: names for
// sign-in, schema and signing never change.
type PoolUpdate struct {
	Name     string  // "": stays
	MFA      MFAMode // "": stays
	Tags     map[string]string
	Settings Settings
}

// UpdatePool replaces a pool's settings. MFA and tags stay when they are not given: an update that
// forgets MFA must not switch it off.
func (s *Service) UpdatePool(ctx context.Context, id string, u PoolUpdate) (*Pool, error) {
	return s.changePool(ctx, id, func(p *Pool) error {
		old, next := p.Settings, u.Settings
		next.UsernameAttributes, next.AliasAttributes, next.CaseSensitive = old.UsernameAttributes, old.AliasAttributes, old.CaseSensitive
		next.Schema, next.SigningAlgorithm = old.Schema, old.SigningAlgorithm
		next.MFA, next.SoftwareTokenMFA = old.MFA, old.SoftwareTokenMFA
		next.Tags = old.Tags
		if u.Tags != nil {
			next.Tags = maps.Clone(u.Tags)
		}
		if u.Name != "" {
			p.Name = u.Name
		}
		if u.MFA != "" {
			if u.MFA != MFAOff && !old.SoftwareTokenMFA {
				return ErrInvalid.With("Cannot turn MFA functionality ON, once the user pool has been created. Use SetUserPoolMfaConfig.")
			}
			next.MFA = u.MFA
			next.SoftwareTokenMFA = old.SoftwareTokenMFA && u.MFA != MFAOff
		}
		p.Settings = next
		return nil
	})
}

// MFAUpdate is what SetUserPoolMfaConfig changes; zero fields stay as they are.
type MFAUpdate struct {
	Mode          MFAMode
	SoftwareToken *bool
}

// SetMFA changes a pool's second factors.
func (s *Service) SetMFA(ctx context.Context, id string, u MFAUpdate) (*Pool, error) {
	return s.changePool(ctx, id, func(p *Pool) error {
		if u.Mode != "" {
			p.MFA = u.Mode
		}
		if p.MFA == MFAOff {
			if u.SoftwareToken != nil {
				return ErrInvalid.With("Invalid MFA configuration given, can't turn off MFA and configure an MFA together.")
			}
			p.SoftwareTokenMFA = false
		} else if u.SoftwareToken != nil {
			p.SoftwareTokenMFA = *u.SoftwareToken
		}
		return nil
	})
}

// AddAttributes adds custom attributes to a pool's schema.
func (s *Service) AddAttributes(ctx context.Context, id string, requests []AttributeRequest) (*Pool, error) {
	return s.changePool(ctx, id, func(p *Pool) (err error) {
		p.Schema, err = AddCustom(p.Schema, requests)
		return err
	})
}

// DeletePool deletes a pool with all that hangs on it, unless it is protected or has a domain.
func (s *Service) DeletePool(ctx context.Context, id string) error {
	err := s.Tx.InTx(ctx, func(ctx context.Context) error {
		p, err := s.Pools.LockPool(ctx, id)
		if err != nil {
			return err
		}
		if p.DeletionProtection {
			return ErrInvalid.With("The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first.")
		}
		domains, err := s.Domains.DomainsOfPool(ctx, id)
		if err != nil {
			return err
		}
		if len(domains) > 0 {
			return ErrInvalid.With("User pool cannot be deleted. It has a domain configured that should be deleted first.")
		}
		for _, x := range s.Purgers {
			if err := x.PurgePool(ctx, id); err != nil {
				return err
			}
		}
		return s.Pools.DeletePool(ctx, p)
	})
	if err == nil {
		s.pools.drop(id)
	}
	return err
}

// ListPools is a page of an account's pools in a region, oldest first, and the token of the next page.
func (s *Service) ListPools(ctx context.Context, accountID, region, token string, limit int) ([]*Pool, string, error) {
	list := "pools/" + accountID + "/" + region
	var after Cursor
	if err := s.openToken(list, token, &after); err != nil {
		return nil, "", err
	}
	pools, err := s.Pools.ListPools(ctx, accountID, region, after, limit+1)
	if err != nil || len(pools) <= limit {
		return pools, "", err
	}
	pools = pools[:limit]
	last := pools[limit-1]
	next, err := s.sealToken(list, Cursor{last.Created.UnixMilli(), last.ID})
	return pools, next, err
}

// EstimatedUsers is the number of users of a pool, as writes have kept it.
func (s *Service) EstimatedUsers(ctx context.Context, id string) (int64, error) {
	return s.Pools.Users(ctx, id)
}

// Tag adds tags to a pool or changes them.
func (s *Service) Tag(ctx context.Context, id string, tags map[string]string) error {
	_, err := s.changePool(ctx, id, func(p *Pool) error {
		all := map[string]string{}
		maps.Copy(all, p.Tags)
		maps.Copy(all, tags)
		p.Tags = all
		return nil
	})
	return err
}

// Untag takes tags off a pool; keys that it does not have are ignored.
func (s *Service) Untag(ctx context.Context, id string, keys []string) error {
	_, err := s.changePool(ctx, id, func(p *Pool) error {
		all := maps.Clone(p.Tags)
		for _, k := range keys {
			delete(all, k)
		}
		p.Tags = all
		return nil
	})
	return err
}
