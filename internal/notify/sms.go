package notify

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"gatehouse/internal/seal"
)

// NewSMS makes the transport that a URL names; token is its secret.
//
//	https://host/path                          our web hook, see Webhook
//	twilio://ACCOUNT_SID?from=%2B15550100      Twilio; the token is the auth token
//	sns://ACCESS_KEY_ID@REGION?sender=Acme     Amazon SNS; the token is the secret access key
func NewSMS(u *url.URL, token seal.Secret, client *http.Client, clock func() time.Time) (Transport, error) {
	switch u.Scheme {
	case "http", "https":
		return &Webhook{URL: u.String(), Key: token, Client: client, Clock: clock}, nil
	case "twilio":
		if u.Host == "" || u.Query().Get("from") == "" || token == "" {
			return nil, errors.New("twilio: the URL needs an account SID and from, and the token must be set")
		}
		return &Twilio{Account: u.Host, Token: token, From: u.Query().Get("from"), Client: client}, nil
	case "sns":
		if u.User.Username() == "" || u.Host == "" || token == "" {
			return nil, errors.New("sns: the URL needs an access key id and a region, and the token must be set")
		}
		return &SNS{Region: u.Host, AccessKey: u.User.Username(), SecretKey: token, Sender: u.Query().Get("sender"), Client: client, Clock: clock}, nil
	}
	return nil, errors.New("text messages: the URL's scheme must be https, http, twilio or sns")
}

// Webhook posts a JSON document {id, pool_id, kind, to, text} for each text message. With a key, the header
// Gatehouse-Signature: t=UNIX,v1=HEX carries HMAC-SHA-256 of "UNIX.body"; refuse old times and ids seen before.
type Webhook struct {
	URL    string
	Key    seal.Secret
	Client *http.Client
	Clock  func() time.Time
}

// Send posts one message; any 2xx accepts it.
func (h *Webhook) Send(ctx context.Context, e Envelope) error {
	body, err := json.Marshal(map[string]string{"id": e.ID, "pool_id": e.PoolID, "kind": string(e.Kind), "to": e.To, "text": e.Text})
	if err != nil {
		return fmt.Errorf("encode text message: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, h.URL, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("text message hook: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Idempotency-Key", e.ID)
	if h.Key != "" {
		at := strconv.FormatInt(h.Clock().Unix(), 10)
		req.Header.Set("Gatehouse-Signature", "t="+at+",v1="+signHook(h.Key, at, body))
	}
	return post(h.Client, req, "text message hook")
}

func signHook(key seal.Secret, at string, body []byte) string {
	m := hmac.New(sha256.New, []byte(key.Reveal()))
	m.Write([]byte(at + "."))
	m.Write(body)
	return hex.EncodeToString(m.Sum(nil))
}

// Twilio sends by Twilio's Messages resource.
type Twilio struct {
	Account string
	Token   seal.Secret
	From    string // a number, or a messaging service's SID (MG…)
	Client  *http.Client
	Base    string // https://api.twilio.com when empty
}

// Send sends one message.
func (t *Twilio) Send(ctx context.Context, e Envelope) error {
	base := t.Base
	if base == "" {
		base = "https://api.twilio.com"
	}
	form := url.Values{"To": {e.To}, "Body": {e.Text}}
	if strings.HasPrefix(t.From, "MG") {
		form.Set("MessagingServiceSid", t.From)
	} else {
		form.Set("From", t.From)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, base+"/2010-04-01/Accounts/"+url.PathEscape(t.Account)+"/Messages.json", strings.NewReader(form.Encode()))
	if err != nil {
		return fmt.Errorf("twilio: %w", err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.SetBasicAuth(t.Account, t.Token.Reveal())
	return post(t.Client, req, "twilio")
}

// post sends a request. A refusal is for good when repeating the same request cannot change it; the
// answer's body is not shown, for it may repeat the message.
func post(client *http.Client, req *http.Request, what string) error {
	res, err := client.Do(req)
	if err != nil {
		var u *url.Error
		if errors.As(err, &u) {
			err = u.Err // its text holds the URL, and that may hold a secret
		}
		return fmt.Errorf("%s: %w", what, err)
	}
	defer res.Body.Close()
	io.Copy(io.Discard, io.LimitReader(res.Body, 64<<10))
	switch {
	case res.StatusCode/100 == 2:
		return nil
	case res.StatusCode == http.StatusTooManyRequests, res.StatusCode == http.StatusRequestTimeout, res.StatusCode/100 == 5:
		return fmt.Errorf("%s: status %d", what, res.StatusCode)
	case res.StatusCode == http.StatusUnauthorized, res.StatusCode == http.StatusForbidden:
		return fmt.Errorf("%s: status %d", what, res.StatusCode) // the operator may mend the credentials
	}
	return fmt.Errorf("%w: %s: status %d", ErrRefused, what, res.StatusCode)
}
