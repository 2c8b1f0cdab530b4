package iam

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"gatehouse/internal/arn"
	"gatehouse/internal/audit"
	"gatehouse/internal/authn"
	"gatehouse/internal/fault"
)

// HiddenName stands in a record for a name that is nobody's, as what was typed may be a password; AWS's log says so.
const HiddenName = "HIDDEN_DUE_TO_SECURITY_REASONS"

// How many refused sign-ins stand in the audit log: so many an hour of an account, and of those that had to wait, which
// no guess was judged of, one a minute of a name and network. What is beyond the hour's stands in it as one record.
// Those with the right password, which no stranger has, and those that address no account, which count in the first, are
// counted apart, so that nobody hides what matters behind what does not.
const (
	refusalsKept   = 100
	refusalsWindow = time.Hour
	waitingWindow  = time.Minute
)

// refusal is a sign-in to the console that came to nothing.
type refusal struct {
	account string // that was addressed, whether there is one or not
	kind    string // as aws:PrincipalType
	who     string // whose secret was guessed at, as guesses count
	arn     string // "" for nobody's
	mfa     bool   // the password was right
	from    Browser
}

// noteRefusal writes a sign-in that was refused into the audit log of the account that was addressed, or of the first where
// that is none. Whether and how much is written does not depend on which accounts and users there are. The answer is err,
// joined with what went wrong here.
func (s *Service) noteRefusal(ctx context.Context, r refusal, err error) error {
	for _, told := range []*fault.Error{ErrSignIn, ErrCode, ErrTooManyAttempts, ErrPasswordExpired} {
		if errors.Is(err, told) {
			if failed := s.recordRefusal(context.WithoutCancel(ctx), r, told); failed != nil {
				return errors.Join(err, failed)
			}
			return err
		}
	}
	return err
}

func (s *Service) recordRefusal(ctx context.Context, r refusal, reason *fault.Error) error {
	if reason == ErrTooManyAttempts {
		nth, err := s.nthWithin(ctx, waitingWindow, r.kind, r.who, networkOf(r.from.IP))
		if err != nil || nth > 1 {
			return err
		}
	}
	account, err := s.accountOrFirst(ctx, r.account)
	if err != nil || account == "" {
		return err
	}
	counted := "account"
	switch {
	case r.mfa || reason == ErrPasswordExpired:
		counted = "password"
	case account != r.account:
		counted = "nowhere"
	}
	nth, err := s.nthWithin(ctx, refusalsWindow, counted, account, "")
	if err != nil {
		return err
	}
	record := s.refused(account, r, reason)
	if nth > refusalsKept {
		record = further(account, s.now().Truncate(refusalsWindow))
	}
	if err := s.Audit.Store.PutAuditRecord(ctx, record); err != nil {
		return fmt.Errorf("audit %s: %w", ConsoleLogin, err)
	}
	return nil
}

// refused is the record of a sign-in that was refused.
func (s *Service) refused(account string, r refusal, reason *fault.Error) audit.Record {
	if r.arn == "" {
		r.arn = hidden(account)
	}
	input := json.RawMessage(`{"failed":"password"}`)
	if r.mfa {
		input = json.RawMessage(`{"failed":"mfa"}`)
	}
	return audit.Record{
		ID: s.Audit.NewID(), Time: s.now(), AccountID: account, PrincipalKind: r.kind, PrincipalARN: r.arn, Operation: ConsoleLogin, Resource: r.arn,
		ErrorCode: reason.Code, IP: clip(r.from.IP, 64), UserAgent: clip(r.from.UserAgent, 256), Input: input,
	}
}

// further stands for all that was refused in an hour beyond what is kept. It is written again each time: a sign-in that has
// no record of its own costs as much as one that has, or a full hour of one account would tell whether there is another.
func further(account string, hour time.Time) audit.Record {
	ms := hour.UnixMilli()
	return audit.Record{
		ID: fmt.Sprintf("%08x-%04x-7000-8000-000000000000", ms>>16, ms&0xffff), Time: hour, AccountID: account, PrincipalKind: "User",
		PrincipalARN: hidden(account), Operation: ConsoleLogin, Resource: hidden(account), ErrorCode: ErrTooManyAttempts.Code,
		Input: json.RawMessage(`{"further":"more were refused in this hour than are recorded"}`),
	}
}

func hidden(account string) string {
	return arn.ARN{Service: "iam", AccountID: account, Resource: "user/" + HiddenName}.String()
}

// accountOrFirst is the account of an id, or the first where there is no such account; "" before there is any.
func (s *Service) accountOrFirst(ctx context.Context, id string) (string, error) {
	first, err := s.Store.FirstAccount(ctx)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return "", fmt.Errorf("find account: %w", err)
	}
	root, err := s.Store.RootByAccount(ctx, id)
	switch {
	case errors.Is(err, ErrNotFound):
		return first.ID, nil
	case err != nil:
		return "", fmt.Errorf("find root user: %w", err)
	}
	return root.AccountID, nil
}

// nthWithin counts one of what is told apart by kind, who and network, and tells how many there were in the present window.
func (s *Service) nthWithin(ctx context.Context, window time.Duration, kind, who, network string) (int64, error) {
	now := s.now()
	key := s.Keys.MAC("console-refusal", []byte(kind), []byte(who), []byte(network), []byte(now.Truncate(window).Format(time.RFC3339)))
	nth, err := s.Attempts.CountFailure(ctx, attemptRealm, key, authn.Limit{Free: 1 << 30, Quiet: 2 * window}, now)
	if err != nil {
		return 0, fmt.Errorf("count refusal: %w", err)
	}
	return nth, nil
}
