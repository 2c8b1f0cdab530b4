package authorizer

import (
	"context"
	"errors"
	"net/http"
	"net/netip"
	"time"

	"gatehouse/internal/audit"
	"gatehouse/internal/fault"
	"gatehouse/internal/policy"
	"gatehouse/internal/sigv4"
	"gatehouse/internal/sts"
)

// Signed is who signed a request, and for what.
type Signed struct {
	Subject                      *Subject
	Service, Region, AccessKeyID string // Service is the signing name
	Presigned                    bool
}

// Asker is who asks about a request, for the record of what root does.
type Asker struct {
	ARN string
	IP  netip.Addr // that the request came from, as far as it is known
}

// BySignature is who signed a request that another service got; bodyHash is as sigv4's VerifyDetached has it. It counts
// as a use of the access key.
func (s *Service) BySignature(ctx context.Context, r *http.Request, bodyHash string, by Asker) (*Signed, error) {
	v := sigv4.Verifier[*signer]{Lookup: s.lookup, Clock: s.Clock}
	c, err := v.VerifyDetached(r.WithContext(ctx), bodyHash)
	if err != nil {
		return nil, unproved(err)
	}
	k := c.Principal
	signed := &Signed{Subject: k.Subject, Service: c.Service, Region: c.Region, AccessKeyID: c.AccessKeyID, Presigned: c.Presigned}
	if err := s.keyUsed(ctx, k.Subject, signed, by); err != nil {
		return nil, err
	}
	if k.long {
		if err := s.Identities.UseAccessKey(ctx, k.Principal.Account, c.AccessKeyID, c.Service, c.Region, k.lastUsed); err != nil {
			return nil, err
		}
	}
	return signed, nil
}

// keyUsed writes down that root is at work, as the gate does of calls of ours.
func (s *Service) keyUsed(ctx context.Context, who *Subject, of *Signed, by Asker) error {
	if who.Type() != string(sts.Root) {
		return nil
	}
	r := audit.Record{AccountID: who.Principal.Account, Region: of.Region, PrincipalKind: who.Type(), PrincipalARN: who.Principal.ARN, AccessKeyID: of.AccessKeyID}
	if by.IP.IsValid() {
		r.IP = by.IP.Unmap().WithZone("").String()
	}
	return s.Keys.RootKeyUsed(ctx, r, of.Service, by.ARN)
}

// unproved says what is wrong with a proof; what went wrong on our side stays what it is.
func unproved(err error) error {
	var f *fault.Error
	if errors.As(err, &f) {
		return ErrUnproved.With("%s: %s", f.Code, f.Message)
	}
	return err
}

// signer is who has an access key.
type signer struct {
	*Subject
	long     bool      // a long-term key,
	lastUsed time.Time // which was used then
}

// lookup finds the secret of an access key and whose it is, as sigv4.Verifier.Lookup says.
func (s *Service) lookup(ctx context.Context, accessKeyID, sessionToken string) (string, *signer, error) {
	if sessionToken != "" {
		secret, v, err := s.Sessions.Open(ctx, accessKeyID, sessionToken)
		if err != nil {
			return "", nil, err
		}
		return secret.Reveal(), &signer{Subject: ofSession(v)}, nil
	}
	c, err := s.Keys.Credential(ctx, accessKeyID)
	if err != nil {
		return "", nil, err
	}
	v := &Subject{Principal: policy.Principal{Kind: policy.User, Account: c.AccountID, ARN: c.ARN, ID: c.UserID}, UserID: c.UserID, Proved: true, version: c.PolicyVersion}
	if c.Root {
		v.Principal.Kind = policy.Root
	}
	return c.Secret.Reveal(), &signer{Subject: v, long: true, lastUsed: c.LastUsed}, nil
}
