package rolesanywhere

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"slices"
	"strings"

	"gatehouse/internal/arn"
)

const (
	crlsOfAnchor = 2
	maxCRL       = 300_000 // bytes
)

// CRL is a list of the certificates that an authority of a trust anchor revoked.
type CRL struct {
	Entity
	crlSettings
}

type crlSettings struct {
	Data           []byte // as it was given
	TrustAnchorARN string
}

// list reads it: PEM or DER.
func (c *crlSettings) list() (*x509.RevocationList, error) {
	der := c.Data
	if block, _ := pem.Decode(c.Data); block != nil {
		der = block.Bytes
	}
	l, err := x509.ParseRevocationList(der)
	if err != nil || len(c.Data) > maxCRL {
		return nil, ErrValidation.With("crlData must be an X.509 certificate revocation list of at most %d bytes.", maxCRL)
	}
	return l, nil
}

// check wants the list to be signed by an authority of the anchor: anybody else's would revoke nothing.
func (s *Service) checkCRL(ctx context.Context, c *CRL) error {
	if err := checkName(c.Name); err != nil {
		return err
	}
	l, err := c.list()
	if err != nil {
		return err
	}
	a, err := arn.Parse(c.TrustAnchorARN)
	id, ok := strings.CutPrefix(a.Resource, string(TrustAnchors)+"/")
	if err != nil || !ok || ARN(c.AccountID, c.Region, TrustAnchors, id) != c.TrustAnchorARN {
		return ErrValidation.With("%s is not a trust anchor of this account and region.", c.TrustAnchorARN)
	}
	anchor, err := s.TrustAnchor(ctx, c.AccountID, c.Region, id)
	if err != nil {
		return err
	}
	cas, err := authorities(anchor.Bundle)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(cas, func(ca *x509.Certificate) bool { return l.CheckSignatureFrom(ca) == nil }) {
		return ErrValidation.With("The revocation list is not signed by an authority of the trust anchor.")
	}
	return nil
}

// ImportCRL makes one of a name, data, trust anchor and tags.
func (s *Service) ImportCRL(ctx context.Context, c CRL) (CRL, error) {
	c.Kind = CRLs
	if err := s.checkCRL(ctx, &c); err != nil {
		return c, err
	}
	return c, s.Tx.InTx(ctx, func(ctx context.Context) error {
		have, err := s.ofAnchor(ctx, c.AccountID, c.Region, c.TrustAnchorARN)
		switch {
		case err != nil:
			return err
		case len(have) >= crlsOfAnchor:
			return ErrValidation.With("A trust anchor has at most %d revocation lists.", crlsOfAnchor)
		}
		return s.insert(ctx, &c.Entity, c.crlSettings)
	})
}

// ofAnchor lists those of a trust anchor.
func (s *Service) ofAnchor(ctx context.Context, accountID, region, anchorARN string) (list []CRL, err error) {
	all, _, err := s.ListCRLs(ctx, accountID, region, "", quotas[CRLs])
	return slices.DeleteFunc(all, func(c CRL) bool { return c.TrustAnchorARN != anchorARN }), err
}

// CRL finds one.
func (s *Service) CRL(ctx context.Context, accountID, region, id string) (c CRL, err error) {
	c.Entity, err = s.byID(ctx, accountID, region, CRLs, id, &c.crlSettings)
	return c, err
}

// AlterCRL changes name, data or whether it is enabled.
func (s *Service) AlterCRL(ctx context.Context, accountID, region, id string, edit func(*CRL)) (c CRL, err error) {
	err = s.alter(ctx, accountID, region, CRLs, id, &c.crlSettings, func(e *Entity) error {
		c.Entity = *e
		data := string(c.Data)
		edit(&c)
		*e = c.Entity
		if string(c.Data) == data {
			return checkName(c.Name)
		}
		return s.checkCRL(ctx, &c)
	})
	return c, err
}

// DeleteCRL answers the one that it deleted.
func (s *Service) DeleteCRL(ctx context.Context, accountID, region, id string) (c CRL, err error) {
	err = s.Tx.InTx(ctx, func(ctx context.Context) (err error) {
		if c, err = s.CRL(ctx, accountID, region, id); err != nil {
			return err
		}
		return s.Store.DeleteEntity(ctx, accountID, region, CRLs, id)
	})
	return c, err
}

// ListCRLs answers a page of them, in the order of ids.
func (s *Service) ListCRLs(ctx context.Context, accountID, region, after string, size int) (list []CRL, next string, err error) {
	next, err = s.page(ctx, accountID, region, CRLs, after, size, func(k Kept) error {
		list = append(list, CRL{Entity: k.Entity})
		return json.Unmarshal(k.Settings, &list[len(list)-1].crlSettings)
	})
	return list, next, err
}

// Revocations are the enabled lists of an anchor. A list counts however old it is: what was revoked stays so.
func (s *Service) Revocations(ctx context.Context, a *TrustAnchor) ([]*x509.RevocationList, error) {
	kept, err := s.ofAnchor(ctx, a.AccountID, a.Region, a.ARN())
	var lists []*x509.RevocationList
	for i := range kept {
		if !kept[i].Enabled {
			continue
		}
		l, err := kept[i].list()
		if err != nil {
			return nil, err
		}
		lists = append(lists, l)
	}
	return lists, err
}

// revoked tells whether a list of the issuer has a certificate of the chain, which ends with a root.
func revoked(chain []*x509.Certificate, lists []*x509.RevocationList) bool {
	for i, c := range chain[:len(chain)-1] {
		for _, l := range lists {
			if l.CheckSignatureFrom(chain[i+1]) == nil && slices.ContainsFunc(l.RevokedCertificateEntries, func(e x509.RevocationListEntry) bool {
				return e.SerialNumber.Cmp(c.SerialNumber) == 0
			}) {
				return true
			}
		}
	}
	return false
}
