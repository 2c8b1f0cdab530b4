package authn

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"gatehouse/internal/directory"
	"gatehouse/internal/seal"
)

// newPasswordStep is NEW_PASSWORD_REQUIRED: a user with a temporary password chooses one, and gives the
// required attributes that are missing.
type newPasswordStep struct{ *Service }

const attributePrefix = "userAttributes."

func (newPasswordStep) ready(map[string]string) bool { return false }

func (s newPasswordStep) offer(_ context.Context, at *attempt) (map[string]string, error) {
	shown := map[string]string{}
	for name, value := range at.user.Attributes {
		if readable(at, name) {
			shown[name] = value
		}
	}
	attributes, err := json.Marshal(shown)
	if err != nil {
		return nil, fmt.Errorf("show attributes: %w", err)
	}
	required := []string{}
	for _, name := range missingAttributes(at) {
		required = append(required, attributePrefix+name)
	}
	names, err := json.Marshal(required)
	if err != nil {
		return nil, fmt.Errorf("show attributes: %w", err)
	}
	return map[string]string{
		"USER_ID_FOR_SRP": at.user.Username, "userAttributes": string(attributes), "requiredAttributes": string(names),
	}, nil
}

func (s newPasswordStep) check(_ context.Context, at *attempt, in map[string]string) (string, error) {
	if in["NEW_PASSWORD"] == "" {
		return "", missing("NEW_PASSWORD")
	}
	if !at.First || at.user.Status != directory.ForceChangePassword {
		return "", ErrSession
	}
	given := attributesIn(in)
	for _, name := range missingAttributes(at) {
		if given[name] == "" {
			return "", ErrParameter.With("Invalid attributes given, %s is missing", name)
		}
	}
	for name := range given {
		a := at.pool.Attribute(name)
		if a != nil && a.Required && at.user.Attribute(name) != "" {
			return "", ErrParameter.With("Cannot modify an already provided %s", name)
		}
	}
	return "", nil
}

func (s newPasswordStep) apply(ctx context.Context, at *attempt, in map[string]string) error {
	err := s.Directory.CompleteNewPassword(ctx, at.pool, at.client, at.user, seal.Secret(in["NEW_PASSWORD"]), attributesIn(in))
	if err != nil {
		return err
	}
	if at.user, err = s.Directory.User(ctx, at.pool.ID, at.user.Sub); err != nil {
		return err
	}
	c, err := s.Directory.Credential(ctx, at.pool.ID, at.user.Sub)
	if err != nil {
		return err
	}
	at.PasswordSet = c.Set.UnixMilli()
	return nil
}

// missingAttributes lists the pool's required attributes that the user has no value for.
func missingAttributes(at *attempt) []string {
	var names []string
	for _, a := range at.pool.Schema {
		if a.Required && a.Name != "sub" && at.user.Attribute(a.Name) == "" {
			names = append(names, a.Name)
		}
	}
	return names
}

func attributesIn(in map[string]string) map[string]string {
	out := map[string]string{}
	for name, value := range in {
		if attribute, ok := strings.CutPrefix(name, attributePrefix); ok {
			out[attribute] = value
		}
	}
	return out
}

// readable tells whether the client may read an attribute.
func readable(at *attempt, name string) bool {
	return at.pool.Attribute(name) != nil && directory.Readable(at.client, name)
}
