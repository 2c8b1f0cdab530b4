package directory

import (
	"context"
	"encoding/base64"

	"gatehouse/internal/userpool"
)

// Acts that are limited per user and hour; the counts are Cognito's.
const (
	actConfirmSignUp  = "ConfirmSignUp"
	actResend         = "ResendConfirmationCode"
	actForgot         = "ForgotPassword"
	actConfirmForgot  = "ConfirmForgotPassword"
	actChangePassword = "ChangePassword"
	actAttributeCode  = "GetUserAttributeVerificationCode"
	actVerify         = "VerifyUserAttribute"
)

var attemptLimits = map[string]int{
	actConfirmSignUp:  15,
	actResend:         5,
	actForgot:         5,
	actConfirmForgot:  15,
	actChangePassword: 5,
	actAttributeCode:  5,
	actVerify:         15,
}

// limit counts an act of a subject and refuses it past the limit of the hour.
func (s *Service) limit(ctx context.Context, poolID, subject, act string) error {
	ok, err := s.Codes.CountAttempt(ctx, poolID, subject, act, s.now(), attemptLimits[act])
	if err != nil {
		return err
	}
	if !ok {
		return ErrAttemptLimit
	}
	return nil
}

// nobody is the subject that stands for a login without a user. It is keyed, so that the tables do not
// collect what people typed.
func (s *Service) nobody(pool *userpool.Pool, login string) string {
	mac := s.Keys.MAC("unknown-login", []byte(pool.ID), []byte(fold(pool, login)))
	return "?" + base64.RawURLEncoding.EncodeToString(mac)
}
