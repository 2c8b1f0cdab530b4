package userpool

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// ClientSecretPurpose is what client secrets are sealed for, bound to "{client id}/{secret id}".
const ClientSecretPurpose = "client-secret"

func secretAAD(clientID, secretID string) []byte { return []byte(clientID + "/" + secretID) }

// newSecret makes a secret, or takes value as one, and seals it. Its id ends in the millisecond that it
// was made in.
func (s *Service) newSecret(clientID, value string, now time.Time) (ClientSecret, SealedSecret, error) {
	if value == "" {
		var err error
		if value, err = randomText(s.Rand, lowerAlnum, secretLength); err != nil {
			return ClientSecret{}, SealedSecret{}, err
		}
	} else if err := checkSecretValue(value); err != nil {
		return ClientSecret{}, SealedSecret{}, err
	}
	id := fmt.Sprintf("%s--%d", clientID, now.UnixMilli())
	sealed, err := s.Seal.Seal(ClientSecretPurpose, secretAAD(clientID, id), []byte(value))
	if err != nil {
		return ClientSecret{}, SealedSecret{}, fmt.Errorf("seal client secret: %w", err)
	}
	return ClientSecret{ID: id, Value: value, Created: now}, SealedSecret{ID: id, Sealed: sealed, Created: now}, nil
}

func checkSecretValue(v string) error {
	if len(v) < 24 || len(v) > 64 || strings.Trim(v, "_+"+mixedAlnum) != "" {
		return ErrInvalid.With("A client secret has 24 to 64 letters, digits, underscores and plus signs.")
	}
	return nil
}

// AddSecret gives a client one more secret: its own choice, or a generated one for "". Both validate until
// one is deleted; a client has at most two, and a public client gets none this way.
func (s *Service) AddSecret(ctx context.Context, poolID, id, value string) (ClientSecret, error) {
	secret, sealed, err := s.newSecret(id, value, s.now())
	if err != nil {
		return ClientSecret{}, err
	}
	_, err = s.editClient(ctx, poolID, id, func(ctx context.Context, _ *Pool, _ *Client, have []SealedSecret) error {
		switch {
		case len(have) == 0:
			return ErrInvalid.With("Client %s is a public client: it has no secret to rotate.", id)
		case len(have) >= MaxClientSecrets:
			return ErrLimit.With("A client has at most %d secrets. Delete one first.", MaxClientSecrets)
		case slices.ContainsFunc(have, func(x SealedSecret) bool { return x.ID == secret.ID }):
			return ErrConcurrentChange
		}
		return s.Clients.InsertSecret(ctx, id, sealed)
	})
	if err != nil {
		return ClientSecret{}, err
	}
	return secret, nil
}

// Secrets lists a client's secrets without their values, oldest first.
func (s *Service) Secrets(ctx context.Context, poolID, id string) ([]ClientSecret, error) {
	c, err := s.ClientOf(ctx, poolID, id)
	if err != nil {
		return nil, err
	}
	out := slices.Clone(c.Secrets)
	for i := range out {
		out[i].Value = ""
	}
	return out, nil
}

// DeleteSecret deletes one of a client's secrets, but not its last one, which would make the client public.
func (s *Service) DeleteSecret(ctx context.Context, poolID, id, secretID string) error {
	_, err := s.editClient(ctx, poolID, id, func(ctx context.Context, _ *Pool, _ *Client, have []SealedSecret) error {
		if !slices.ContainsFunc(have, func(x SealedSecret) bool { return x.ID == secretID }) {
			return ErrNotFound.With("Client secret %s does not exist.", secretID)
		}
		if len(have) == 1 {
			return ErrInvalid.With("The last secret of a client can not be deleted.")
		}
		_, err := s.Clients.DeleteSecret(ctx, id, secretID)
		return err
	})
	return err
}
