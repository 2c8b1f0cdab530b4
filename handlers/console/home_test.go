package console

import (
	"slices"
	"testing"
	"time"

	"gatehouse/templates/messages"
)

func TestHomeTellsOfACertificateThatEndsSoon(t *testing.T) {
	words, err := messages.Load()
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	h := &Handlers{Clock: func() time.Time { return now }}
	told := func(lang string, ends *time.Time) (out []string) {
		h.certificateCheck(words.Printer(lang), ends, func(when bool, tone, title, text, _, _ string) {
			if when {
				out = append(out, tone, title, text)
			}
		})
		return out
	}
	in := func(d time.Duration) *time.Time { at := now.Add(d); return &at }
	for _, c := range []struct {
		ends *time.Time
		tone string
	}{{nil, ""}, {in(90 * 24 * time.Hour), ""}, {in(15 * 24 * time.Hour), ""}, {in(13 * 24 * time.Hour), "warn"}, {in(time.Hour), "bad"}, {in(-time.Hour), "bad"}} {
		got := told("en", c.ends)
		if c.tone == "" && got != nil || c.tone != "" && (got == nil || got[0] != c.tone) {
			t.Errorf("%v: %q, want %q", c.ends, got, c.tone)
		}
	}
	if soon, over := told("en", in(time.Hour)), told("en", in(-time.Hour)); slices.Equal(soon, over) {
		t.Error("one text for what will be and what is")
	}
	if de := told("de", in(5*24*time.Hour)); de[1] != "Das TLS-Zertifikat läuft bald ab" || de[2][:13] != "Ab 06.05.2026" {
		t.Errorf("%q", de)
	}
}
