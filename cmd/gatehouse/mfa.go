package main

import (
	"context"

	"gatehouse/internal/sts"
)

// noDevices is the second factors of IAM users: nobody has one.
type noDevices struct{}

func (noDevices) VerifyMFA(context.Context, string, string, string, string) error {
	return sts.ErrAccessDenied.With("MultiFactorAuthentication failed, unable to validate MFA code.")
}
