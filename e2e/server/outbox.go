package server

import (
	"html"
	"io"
	"net/http"
	"regexp"
	"testing"
	"time"
)

// Message is one that the program sent, as /dev/outbox shows it.
type Message struct{ To, Text string }

var (
	messageHTML = regexp.MustCompile(`(?s)<article class="message">.*?<strong dir="ltr">(.*?)</strong>.*?<pre dir="auto">(.*?)</pre>`)
	codeInText  = regexp.MustCompile(`\b\d{6}\b`)
)

// Outbox is what was sent, newest first.
func (s *Server) Outbox(t testing.TB) []Message {
	t.Helper()
	res, err := http.Get(s.URL + "/dev/outbox")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	page, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("outbox: %s %v", res.Status, err)
	}
	var list []Message
	for _, m := range messageHTML.FindAllSubmatch(page, -1) {
		list = append(list, Message{html.UnescapeString(string(m[1])), html.UnescapeString(string(m[2]))})
	}
	return list
}

// Code waits for a message to an address and answers the six digits in the newest one.
func (s *Server) Code(t testing.TB, to string) string {
	t.Helper()
	for end := time.Now().Add(5 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		for _, m := range s.Outbox(t) {
			if code := codeInText.FindString(m.Text); m.To == to && code != "" {
				return code
			}
		}
		if time.Now().After(end) {
			t.Fatalf("no code was sent to %s: %+v", to, s.Outbox(t))
		}
	}
}
