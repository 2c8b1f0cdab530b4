package identity

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"gatehouse/internal/fault"
	"gatehouse/internal/iam"
)

// Reasons of refusals of the credential report, as IAM names them.
var (
	ErrReportNotPresent = fault.Status(410, "ReportNotPresent", "No credential report exists. Use GenerateCredentialReport to make one.")
	ErrReportExpired    = fault.Status(410, "ReportExpired", "The credential report has expired. Use GenerateCredentialReport to make a new one.")
)

// reportAge is how old a credential report may get; a newer one is not made again.
const reportAge = 4 * time.Hour

// CredentialFacts are what a user, or root, has to sign in and sign with.
type CredentialFacts struct {
	Name              string // empty for root
	ARN               string
	CreatedAt         time.Time
	HasPassword       bool
	PasswordUsedAt    time.Time // zero for never
	PasswordChangedAt time.Time
	MFA               bool
	Keys              []iam.AccessKey
	Certificates      []UserCredential
}

// CredentialReport is a report as it was made.
type CredentialReport struct {
	Content     string // CSV
	GeneratedAt time.Time
}

// CredentialReportStore reads what reports say, and keeps one of each account.
type CredentialReportStore interface {
	// CredentialFacts answers root, then all users in the order of names; and the days after which passwords expire, 0
	// for never.
	CredentialFacts(ctx context.Context, accountID string) (facts []CredentialFacts, passwordDays int, err error)
	// CredentialReport answers ErrNotFound where there is none.
	CredentialReport(ctx context.Context, accountID string) (CredentialReport, error)
	SaveCredentialReport(ctx context.Context, accountID string, r CredentialReport) error
}

// GenerateCredentialReport makes a report of all credentials of an account, unless there is one of the last four hours.
func (s *Service) GenerateCredentialReport(ctx context.Context, accountID string) (made bool, err error) {
	r, err := s.CredentialReports.CredentialReport(ctx, accountID)
	switch {
	case err == nil && s.now().Sub(r.GeneratedAt) < reportAge:
		return false, nil
	case err != nil && !errors.Is(err, ErrNotFound):
		return false, err
	}
	facts, days, err := s.CredentialReports.CredentialFacts(ctx, accountID)
	if err != nil {
		return false, err
	}
	content, err := writeCredentialReport(facts, days)
	if err != nil {
		return false, err
	}
	return true, s.CredentialReports.SaveCredentialReport(ctx, accountID, CredentialReport{Content: content, GeneratedAt: s.now()})
}

// CredentialReport answers the report that was made in the last four hours.
func (s *Service) CredentialReport(ctx context.Context, accountID string) (CredentialReport, error) {
	r, err := s.CredentialReports.CredentialReport(ctx, accountID)
	switch {
	case errors.Is(err, ErrNotFound):
		return r, ErrReportNotPresent
	case err == nil && s.now().Sub(r.GeneratedAt) >= reportAge:
		return r, ErrReportExpired
	}
	return r, err
}

const credentialColumns = `user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,` +
	`access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,` +
	`access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,` +
	`cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated`

// Words of the report for what there is not.
const (
	notThere     = "N/A"
	noKnowledge  = "no_information"
	notSupported = "not_supported"
)

func writeCredentialReport(facts []CredentialFacts, passwordDays int) (string, error) {
	var b strings.Builder
	w := csv.NewWriter(&b)
	if err := w.Write(strings.Split(credentialColumns, ",")); err != nil {
		return "", fmt.Errorf("write credential report: %w", err)
	}
	for _, f := range facts {
		if err := w.Write(f.row(passwordDays)); err != nil {
			return "", fmt.Errorf("write credential report: %w", err)
		}
	}
	w.Flush()
	return b.String(), w.Error()
}

func (f *CredentialFacts) row(passwordDays int) []string {
	name := f.Name
	if name == "" {
		name = "<root_account>"
	}
	row := append([]string{name, f.ARN, reportTime(f.CreatedAt)}, f.password(passwordDays)...)
	row = append(row, strconv.FormatBool(f.MFA))
	for i := range maxAccessKeys {
		if i >= len(f.Keys) {
			row = append(row, "false", notThere, notThere, notThere, notThere)
			continue
		}
		k := f.Keys[i]
		row = append(row, strconv.FormatBool(k.Status == iam.Active), reportTime(k.CreatedAt), reportTime(k.LastUsed), orNone(k.LastUsedRegion), orNone(k.LastUsedService))
	}
	for i := range credentialKinds[SigningCertificate].most {
		if i >= len(f.Certificates) {
			row = append(row, "false", notThere)
			continue
		}
		c := f.Certificates[i]
		row = append(row, strconv.FormatBool(c.Status == iam.Active), reportTime(c.CreatedAt))
	}
	return row
}

// password is whether there is one, its last use, its last change and when it expires.
func (f *CredentialFacts) password(days int) []string {
	used := noKnowledge
	if !f.PasswordUsedAt.IsZero() {
		used = reportTime(f.PasswordUsedAt)
	}
	switch {
	case f.Name == "":
		return []string{notSupported, used, notSupported, notSupported}
	case !f.HasPassword:
		return []string{"false", notThere, notThere, notThere}
	}
	next := notThere
	if days > 0 {
		next = reportTime(f.PasswordChangedAt.AddDate(0, 0, days))
	}
	return []string{"true", used, reportTime(f.PasswordChangedAt), next}
}

func reportTime(t time.Time) string {
	if t.IsZero() {
		return notThere
	}
	return t.UTC().Format("2006-01-02T15:04:05+00:00")
}

func orNone(s string) string {
	if s == "" {
		return notThere
	}
	return s
}
