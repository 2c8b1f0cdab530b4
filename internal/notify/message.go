// Package notify sends what a user must get outside the browser: codes, links and temporary passwords, by
// mail or text message. A message is a row written in the caller's transaction (outbox.go) and sent by a
// leased worker (worker.go) over a transport. It decides nothing about codes: it only carries them.
package notify

import (
	"strings"
	"time"
	"unicode/utf8"

	"gatehouse/internal/fault"
	"gatehouse/internal/seal"
	"gatehouse/internal/userpool"
)

// ErrNoTransport is answered when nothing is set up to send by the channel asked for.
var ErrNoTransport = fault.New("CodeDeliveryFailureException", "Failed to deliver the code: no transport is set up for it.")

// ErrTooMany is answered when an addressee or a pool has had its share of messages. Only users that exist
// meet it, so where existence is not to show, treat it as success.
var ErrTooMany = fault.New("LimitExceededException", "Attempt limit exceeded, please try after some time.")

// Kind is why a message is sent; triggers and logs know it by these names.
type Kind string

// The kinds.
const (
	SignUp          Kind = "SignUp"
	ResendCode      Kind = "ResendCode"
	ForgotPassword  Kind = "ForgotPassword"
	VerifyAttribute Kind = "VerifyUserAttribute"
	UpdateAttribute Kind = "UpdateUserAttribute"
	AdminCreateUser Kind = "AdminCreateUser"
	Authentication  Kind = "Authentication" // a code to sign in with: MFA or passwordless

	Test Kind = "TestMessage" // what an administrator sent to see it arrive; its text is of another kind
)

// Kinds are those that texts are written for.
func Kinds() []Kind {
	return []Kind{SignUp, ResendCode, ForgotPassword, VerifyAttribute, UpdateAttribute, AdminCreateUser, Authentication}
}

// Channel is how a message goes, as DeliveryMedium names it.
type Channel string

// The channels.
const (
	Email Channel = "EMAIL"
	SMS   Channel = "SMS"
)

// Message is one thing to tell one user.
type Message struct {
	// Key makes sending idempotent: a second message of the pool with the same key is not sent. Empty: none.
	Key      string
	PoolID   string
	PoolName string // for the default texts that name it
	Kind     Kind
	Channel  Channel
	To       string      // address or E.164 number
	Sub      string      // of the user who is told; empty for nobody of the directory
	Username string      // for {username}
	Code     seal.Secret // for {####}: a code or a temporary password
	Link     string      // for {##…##}, where the pool verifies by link
	Locale   string      // BCP 47, for the default texts; empty is English
	Expires  time.Time   // when the code does; the message is not sent later
	Texts    userpool.Messages
	Test     bool // count and list it as Test, whatever its text is of
	// Decoy costs what a message costs and tells nobody: for users that do not exist.
	Decoy bool
}

// Mask is a destination as CodeDeliveryDetails shows it: j***@g***, +*******1234.
func Mask(c Channel, to string) string {
	if c == SMS {
		digits := strings.TrimPrefix(to, "+")
		if len(digits) < 4 {
			return "+***********"
		}
		return "+*******" + digits[len(digits)-4:]
	}
	user, host, _ := strings.Cut(to, "@")
	return first(user) + "***@" + first(host) + "***"
}

func first(s string) string {
	_, n := utf8.DecodeRuneInString(s)
	return s[:n]
}
