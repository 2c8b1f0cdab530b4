// Package authn signs people in: one state machine over a persisted attempt, with one dispatcher
// (next.go) that decides what comes next. It answers every attempt with a Step. The hosted pages render
// the Step, the user-pool API prints it, the OAuth server resumes when it is done. It issues no tokens.
package authn

import (
	"time"

	"gatehouse/internal/directory"
	"gatehouse/internal/userpool"
)

// Step is the answer to an attempt: a challenge, or Done.
type Step struct {
	Challenge string            // ChallengeName as Cognito spells it; "" when done
	Session   string            // the handle to answer with; single use, at most 2048 characters
	Params    map[string]string // ChallengeParameters
	Available []string          // AvailableChallenges of SELECT_CHALLENGE
	Done      *Outcome
}

// Outcome is a person signed in.
type Outcome struct {
	User     *directory.User
	AuthTime time.Time
	Methods  []string // RFC 8176 amr values: pwd, otp, mfa …
}

// Caller says where a request comes from; nothing in it is trusted for identity.
type Caller struct {
	IP, UserAgent, RequestID string
	Admin                    bool // an authorised Admin… operation
	Hosted                   bool // the hosted pages: never tells unknown users from known ones
}

// Attempt starts a sign-in (InitiateAuth, AdminInitiateAuth, POST /login).
type Attempt struct {
	Pool     *userpool.Pool
	Client   *userpool.Client
	Flow     string            // AuthFlow
	Params   map[string]string // AuthParameters; the edge has checked SECRET_HASH
	Session  string            // from ConfirmSignUp, USER_AUTH only
	Metadata map[string]string // ClientMetadata
	Caller   Caller
}

// Answer answers a challenge (RespondToAuthChallenge).
type Answer struct {
	Pool      *userpool.Pool
	Client    *userpool.Client
	Challenge string // ChallengeName
	Session   string
	Responses map[string]string // ChallengeResponses; the edge has checked SECRET_HASH
	Metadata  map[string]string
	Caller    Caller
}
