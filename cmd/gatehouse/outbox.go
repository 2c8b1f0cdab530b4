package main

import (
	"crypto/rand"
	"log/slog"
	"net/http"
	"time"

	"gatehouse/internal/config"
	"gatehouse/internal/notify"
	"gatehouse/internal/seal"
	"gatehouse/store"
)

// newOutbox sets up the transports that the settings name, and the outbox before them.
func newOutbox(cfg *config.Config, db *store.DB, keys *seal.Keyring, log *slog.Logger) (*notify.Outbox, error) {
	o := &notify.Outbox{Store: store.NewOutbox(db), Ring: keys, Clock: time.Now, Rand: rand.Reader,
		Demo: cfg.Demo != config.DemoOff, Wake: make(chan struct{}, 1)}
	if cfg.SMTPURL != nil {
		from := cfg.SMTPFrom
		if from == "" {
			from = "no-reply@" + cfg.URL.Hostname()
		}
		o.From = from
		mail, err := notify.NewSMTP(cfg.SMTPURL, from)
		if err != nil {
			return nil, config.Problems{"GATEHOUSE_SMTP_URL: " + err.Error()}
		}
		o.Mail = mail
	}
	if cfg.SMSURL != nil {
		texts, err := notify.NewSMS(cfg.SMSURL, cfg.SMSToken, &http.Client{Timeout: 30 * time.Second}, time.Now)
		if err != nil {
			return nil, config.Problems{"GATEHOUSE_SMS_URL: " + err.Error()}
		}
		o.Texts = texts
	}
	if !o.Demo {
		for channel, name := range map[notify.Channel]string{notify.Email: "GATEHOUSE_SMTP_URL", notify.SMS: "GATEHOUSE_SMS_URL"} {
			if o.CanSend(channel) != nil {
				log.Warn("codes cannot be sent: no transport is set up", "channel", channel, "setting", name)
			}
		}
	}
	return o, nil
}
