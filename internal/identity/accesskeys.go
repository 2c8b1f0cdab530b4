package identity

import (
	"context"
	"errors"
	"slices"
	"time"

	"gatehouse/internal/iam"
	"gatehouse/internal/seal"
)

// maxAccessKeys is how many a user, or root, may have.
const maxAccessKeys = 2

// CreateAccessKey makes a key of a user, or of root by the account's id, and answers the secret, which nobody
// can read again.
func (s *Service) CreateAccessKey(ctx context.Context, accountID, ownerID string) (iam.AccessKey, seal.Secret, error) {
	k, secret, err := iam.NewAccessKey(s.Keys, s.Rand, accountID, ownerID, s.now())
	if err != nil {
		return k, "", err
	}
	err = s.Tx.InTx(ctx, func(ctx context.Context) error {
		if ownerID != accountID { // gone meanwhile: nobody could delete the key
			if _, err := s.Identities.IdentityByID(ctx, accountID, ownerID); err != nil {
				return err
			}
		}
		have, err := s.AccessKeys.ListAccessKeys(ctx, accountID, ownerID)
		if err != nil {
			return err
		}
		if len(have) >= maxAccessKeys {
			return overQuota("AccessKeysPerUser", maxAccessKeys)
		}
		return s.AccessKeys.CreateAccessKey(ctx, k)
	})
	if err != nil {
		return iam.AccessKey{}, "", err
	}
	return k, secret, nil
}

// ListAccessKeys answers a page of the keys of an owner, the oldest first.
func (s *Service) ListAccessKeys(ctx context.Context, accountID, ownerID string, at Place) (Page[iam.AccessKey], error) {
	all, err := s.AccessKeys.ListAccessKeys(ctx, accountID, ownerID)
	if err != nil {
		return Page[iam.AccessKey]{}, err
	}
	return page(s, "keys/"+accountID+"/"+ownerID, at, func(after string, limit int) ([]iam.AccessKey, error) {
		rest := all[slices.IndexFunc(all, func(k iam.AccessKey) bool { return k.ID == after })+1:]
		return rest[:min(limit, len(rest))], nil
	}, func(k iam.AccessKey) string { return k.ID })
}

// AccessKey is a key of an account.
func (s *Service) AccessKey(ctx context.Context, accountID, id string) (iam.AccessKey, error) {
	k, err := s.AccessKeys.AccessKeyOf(ctx, accountID, id)
	return k, noKey(err, id)
}

// SetAccessKeyStatus turns a key of an owner on or off, at once.
func (s *Service) SetAccessKeyStatus(ctx context.Context, accountID, ownerID, id string, status iam.KeyStatus) error {
	return noKey(s.AccessKeys.SetAccessKeyStatus(ctx, accountID, ownerID, id, status), id)
}

// DeleteAccessKey deletes a key of an owner.
func (s *Service) DeleteAccessKey(ctx context.Context, accountID, ownerID, id string) error {
	return noKey(s.AccessKeys.DeleteAccessKey(ctx, accountID, ownerID, id), id)
}

// useEvery is how old the last known use of a key may get before another one is written down.
const useEvery = time.Minute

// UseAccessKey notes that a key signed a call of a service in a region; last is the use that is known.
func (s *Service) UseAccessKey(ctx context.Context, accountID, id, service, region string, last time.Time) error {
	if now := s.now(); now.Sub(last) >= useEvery {
		return s.AccessKeys.UseAccessKey(ctx, accountID, id, service, region, now)
	}
	return nil
}

func noKey(err error, id string) error {
	if errors.Is(err, ErrNotFound) {
		return ErrNotFound.With("The Access Key with id %s cannot be found.", id)
	}
	return err
}
