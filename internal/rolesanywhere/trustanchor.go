package rolesanywhere

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"regexp"
	"strings"
)

var nameForm = regexp.MustCompile(`^[ a-zA-Z0-9\-_]*$`)

// TrustAnchor is certificate authorities that an account trusts.
type TrustAnchor struct {
	Entity
	anchorSettings
}

type anchorSettings struct {
	Bundle string // PEM certificates
}

const (
	maxBundle    = 8 << 10 // characters
	maxBundleCAs = 2       // certificates in one, as with AWS
)

// authorities reads a bundle: certificates of authorities, and nothing else.
func authorities(bundle string) ([]*x509.Certificate, error) {
	var list []*x509.Certificate
	if len(bundle) > maxBundle {
		return nil, ErrValidation.With("The certificate bundle has more than %d characters.", maxBundle)
	}
	rest := []byte(bundle)
	for {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		c, err := x509.ParseCertificate(block.Bytes)
		switch {
		case block.Type != "CERTIFICATE" || err != nil:
			return nil, ErrValidation.With("The certificate bundle has a part that is no X.509 certificate.")
		case !c.BasicConstraintsValid || !c.IsCA || c.KeyUsage != 0 && c.KeyUsage&x509.KeyUsageCertSign == 0:
			return nil, ErrValidation.With("The certificate of %s is not that of a certificate authority.", c.Subject)
		}
		list = append(list, c)
	}
	if len(list) == 0 || len(list) > maxBundleCAs || strings.TrimSpace(string(rest)) != "" {
		return nil, ErrValidation.With("The certificate bundle must be one or two certificates in PEM.")
	}
	return list, nil
}

// CreateTrustAnchor makes one of a name, bundle and tags; enabled says whether it counts from the start.
func (s *Service) CreateTrustAnchor(ctx context.Context, a TrustAnchor) (TrustAnchor, error) {
	a.Kind = TrustAnchors
	if err := checkName(a.Name); err != nil {
		return a, err
	}
	if _, err := authorities(a.Bundle); err != nil {
		return a, err
	}
	return a, s.insert(ctx, &a.Entity, a.anchorSettings)
}

// TrustAnchor finds one.
func (s *Service) TrustAnchor(ctx context.Context, accountID, region, id string) (a TrustAnchor, err error) {
	a.Entity, err = s.byID(ctx, accountID, region, TrustAnchors, id, &a.anchorSettings)
	return a, err
}

// AlterTrustAnchor changes name, bundle or whether it is enabled.
func (s *Service) AlterTrustAnchor(ctx context.Context, accountID, region, id string, edit func(*TrustAnchor)) (a TrustAnchor, err error) {
	err = s.alter(ctx, accountID, region, TrustAnchors, id, &a.anchorSettings, func(e *Entity) error {
		a.Entity = *e
		edit(&a)
		if err := checkName(a.Name); err != nil {
			return err
		}
		*e = a.Entity
		_, err := authorities(a.Bundle)
		return err
	})
	return a, err
}

// DeleteTrustAnchor answers the one that it deleted.
func (s *Service) DeleteTrustAnchor(ctx context.Context, accountID, region, id string) (a TrustAnchor, err error) {
	err = s.Tx.InTx(ctx, func(ctx context.Context) (err error) {
		if a, err = s.TrustAnchor(ctx, accountID, region, id); err != nil {
			return err
		}
		return s.Store.DeleteEntity(ctx, accountID, region, TrustAnchors, id)
	})
	return a, err
}

// ListTrustAnchors answers a page of them, in the order of ids.
func (s *Service) ListTrustAnchors(ctx context.Context, accountID, region, after string, size int) (list []TrustAnchor, next string, err error) {
	next, err = s.page(ctx, accountID, region, TrustAnchors, after, size, func(k Kept) error {
		a := TrustAnchor{Entity: k.Entity}
		list = append(list, a)
		return json.Unmarshal(k.Settings, &list[len(list)-1].anchorSettings)
	})
	return list, next, err
}
