package console

import (
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"

	"gatehouse/internal/api/gatehouse"
	pages "gatehouse/templates/console"
	"gatehouse/web/paths"
)

func settingsSection(id string) string { return paths.Link(paths.ConsoleSettingsPart, id) }

// shortening is a dangerous act where fewer days are kept than were: what is older goes, traces with it.
func (h *Handlers) shortening(v *visit, from, to int32) error {
	if to >= from {
		return nil
	}
	return h.proven(v)
}

func (h *Handlers) auditRetention(v *visit) (*gatehouse.AuditRetention, error) {
	v.at = paths.ConsoleSettings
	out, err := call[gatehouse.GetAuditRetentionOutput](h, v, &gatehouse.GetAuditRetentionInput{})
	if err != nil {
		return nil, err
	}
	return out.Retention, nil
}

// auditParts are the settings of the account's audit log.
func (h *Handlers) auditParts(v *visit) []part[*gatehouse.AuditRetention] {
	t := v.t
	return []part[*gatehouse.AuditRetention]{{
		id: "retention", title: t.T("console.keep.audit"), about: t.T("console.keep.audit.about"),
		fields: func(r *gatehouse.AuditRetention) []pages.Setting {
			return []pages.Setting{{Name: "days", Label: t.T("console.keep.audit.days"), Hint: t.T("console.keep.audit.hint"), Kind: pages.Number, Min: 90, Max: 3650, Values: number(*r.Days)}}
		},
		save: func(r *gatehouse.AuditRetention, x formValues) error {
			if err := h.shortening(v, *r.Days, x.number("days")); err != nil {
				return err
			}
			_, err := call[gatehouse.PutAuditRetentionOutput](h, v, &gatehouse.PutAuditRetentionInput{Days: aws.Int32(x.number("days"))})
			return err
		},
	}}
}

func (h *Handlers) saveAuditRetention(v *visit) error {
	r, err := h.auditRetention(v)
	if err != nil {
		return err
	}
	all, err := saveSection(v, h.auditParts(v), r, aws.ToTime(r.LastModifiedDate), settingsSection)
	if err != nil {
		return err
	}
	if all != nil {
		return h.installationPage(v, nil, all)
	}
	return v.done(v.sectionsAt("retention"), "settings_saved")
}

// retentionParts are the settings of what a pool keeps.
func (h *Handlers) retentionParts(v *visit) []part[*gatehouse.UserPoolRetention] {
	t := v.t
	return []part[*gatehouse.UserPoolRetention]{{
		id: "retention", title: t.T("console.keep.title"), about: t.T("console.keep.about"),
		fields: func(r *gatehouse.UserPoolRetention) []pages.Setting {
			return []pages.Setting{
				{Name: "events", Label: t.T("console.keep.events"), Hint: t.T("console.keep.events.hint"), Kind: pages.Number, Min: 1, Max: 3650, Values: number(*r.AuthEventDays)},
				{Name: "messages", Label: t.T("console.keep.messages"), Hint: t.T("console.keep.messages.hint"), Kind: pages.Number, Min: 1, Max: 365, Values: number(*r.MessageDays)},
			}
		},
		save: func(r *gatehouse.UserPoolRetention, x formValues) error {
			if err := errors.Join(h.shortening(v, *r.AuthEventDays, x.number("events")), h.shortening(v, *r.MessageDays, x.number("messages"))); err != nil {
				return err
			}
			_, err := call[gatehouse.PutUserPoolRetentionOutput](h, v, &gatehouse.PutUserPoolRetentionInput{
				UserPoolId: &v.pool.ID, AuthEventDays: aws.Int32(x.number("events")), MessageDays: aws.Int32(x.number("messages")),
			})
			return err
		},
	}}
}
