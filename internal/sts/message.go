package sts

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"time"

	"gatehouse/internal/fault"
)

// ErrInvalidMessage is an authorization message that was not made for the account, was changed, or is too old.
var ErrInvalidMessage = fault.New("InvalidAuthorizationMessageException", "The authorization message is invalid: it was not made for this account, was changed, or has expired.")

const (
	// messagePurpose is what authorization messages are sealed for; the account binds each.
	messagePurpose = "authorization-message"
	// messageTTL is how long a message can be opened: whoever was refused has to find somebody who may.
	messageTTL = 7 * 24 * time.Hour
	// MaxMessage is the length of an encoded message that DecodeAuthorizationMessage takes.
	MaxMessage = 10240
)

type sealedMessage struct {
	Expires time.Time       `json:"e"`
	Message json.RawMessage `json:"m"`
}

// EncodeMessage seals why a request was refused, in JSON, for who may decode it in the account. A message that comes out
// longer than MaxMessage is "".
func (s *Service) EncodeMessage(accountID string, message []byte) (string, error) {
	plain, err := json.Marshal(sealedMessage{s.now().Add(messageTTL), message})
	if err != nil {
		return "", fmt.Errorf("write authorization message: %w", err)
	}
	box, err := s.Keys.Seal(messagePurpose, []byte(accountID), plain)
	if err != nil {
		return "", fmt.Errorf("seal authorization message: %w", err)
	}
	if base64.RawURLEncoding.EncodedLen(len(box)) > MaxMessage {
		return "", nil
	}
	return base64.RawURLEncoding.EncodeToString(box), nil
}

// DecodeMessage opens what EncodeMessage made for the account, or answers ErrInvalidMessage.
func (s *Service) DecodeMessage(accountID, encoded string) (string, error) {
	if len(encoded) > MaxMessage {
		return "", ErrInvalidMessage
	}
	box, err := base64.RawURLEncoding.Strict().DecodeString(encoded)
	if err != nil {
		return "", ErrInvalidMessage
	}
	plain, err := s.Keys.Open(messagePurpose, []byte(accountID), box)
	if err != nil {
		return "", ErrInvalidMessage
	}
	var m sealedMessage
	if err := json.Unmarshal(plain, &m); err != nil {
		return "", fmt.Errorf("read authorization message: %w", err)
	}
	if !s.now().Before(m.Expires) {
		return "", ErrInvalidMessage
	}
	return string(m.Message), nil
}
