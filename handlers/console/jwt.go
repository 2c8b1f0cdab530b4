package console

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/go-jose/go-jose/v4"

	pages "gatehouse/templates/console"
	"gatehouse/templates/messages"
	"gatehouse/web/paths"
)

// Bounds of what is looked at: a token is pasted by a person, but need not be one.
const (
	maxToken  = 32 << 10
	maxClaims = 200
	maxValue  = 2000
)

// errNoJWT is told where the text has not the form of a signed token.
var errNoJWT = errors.New("not a JWT")

// claimWords explain claims and header parameters.
var claimWords = map[string]string{
	"acr":                    "console.claim.acr",        // message
	"alg":                    "console.claim.alg",        // message
	"amr":                    "console.claim.amr",        // message
	"at_hash":                "console.claim.at_hash",    // message
	"aud":                    "console.claim.aud",        // message
	"auth_time":              "console.claim.auth_time",  // message
	"client_id":              "console.claim.client_id",  // message
	"cognito:groups":         "console.claim.groups",     // message
	"cognito:preferred_role": "console.claim.role",       // message
	"cognito:roles":          "console.claim.roles",      // message
	"cognito:username":       "console.claim.username",   // message
	"device_key":             "console.claim.device_key", // message
	"email":                  "console.claim.email",      // message
	"email_verified":         "console.claim.verified",   // message
	"event_id":               "console.claim.event_id",   // message
	"exp":                    "console.claim.exp",        // message
	"iat":                    "console.claim.iat",        // message
	"identities":             "console.claim.identities", // message
	"iss":                    "console.claim.iss",        // message
	"jti":                    "console.claim.jti",        // message
	"kid":                    "console.claim.kid",        // message
	"nbf":                    "console.claim.nbf",        // message
	"nonce":                  "console.claim.nonce",      // message
	"origin_jti":             "console.claim.origin_jti", // message
	"phone_number":           "console.claim.phone",      // message
	"phone_number_verified":  "console.claim.verified",   // message
	"scope":                  "console.claim.scope",      // message
	"sub":                    "console.claim.sub",        // message
	"token_use":              "console.claim.token_use",  // message
	"typ":                    "console.claim.typ",        // message
	"username":               "console.claim.username",   // message
	"version":                "console.claim.version",    // message
}

// inspect takes a token apart and says what its signature is worth. It keeps nothing.
func (h *Handlers) inspect(v *visit, title, token string) (pages.TokenView, error) {
	view := pages.TokenView{Title: title, Raw: token}
	header, claims, err := takeApart(token)
	if err != nil {
		return view, err
	}
	view.Header, view.Claims = explained(v.t, header), explained(v.t, claims)
	view.Verdict = h.judge(v, token, header, claims)
	if exp, ok := moment(claims["exp"]); ok {
		view.Expires, view.Expired = exp, exp.Before(h.Clock())
	}
	return view, nil
}

// takeApart decodes header and claims, and checks nothing.
func takeApart(token string) (header, claims map[string]json.RawMessage, err error) {
	parts := strings.Split(token, ".")
	if len(token) > maxToken || len(parts) != 3 {
		return nil, nil, errNoJWT
	}
	for i, to := range []*map[string]json.RawMessage{&header, &claims} {
		b, err := base64.RawURLEncoding.DecodeString(parts[i])
		if err != nil || json.Unmarshal(b, to) != nil || *to == nil || len(*to) > maxClaims {
			return nil, nil, errNoJWT
		}
	}
	return header, claims, nil
}

func explained(t messages.Printer, claims map[string]json.RawMessage) []pages.ClaimRow {
	var rows []pages.ClaimRow
	for _, name := range slices.Sorted(maps.Keys(claims)) {
		row := pages.ClaimRow{Name: cut(name, 200), Value: cut(plain(claims[name]), maxValue)}
		if word, ok := claimWords[name]; ok {
			row.Words = t.T(word)
		} else if strings.HasPrefix(name, "custom:") {
			row.Words = t.T("console.claim.custom")
		}
		if slices.Contains([]string{"exp", "iat", "auth_time", "nbf"}, name) {
			row.Time, _ = moment(claims[name])
		}
		rows = append(rows, row)
	}
	return rows
}

// plain is a value as people read it: text without quotes, anything else as JSON.
func plain(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	return string(raw)
}

func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "") + "…"
}

// moment reads a NumericDate (RFC 7519 section 2) of this age.
func moment(raw json.RawMessage) (time.Time, bool) {
	var seconds float64
	if json.Unmarshal(raw, &seconds) != nil || seconds <= 0 || seconds > 1e11 {
		return time.Time{}, false
	}
	return time.Unix(int64(seconds), 0).UTC(), true
}

// judge says what the signature is worth. A token is believed only with an algorithm that pools sign with,
// never with the one that it names itself alone.
func (h *Handlers) judge(v *visit, token string, header, claims map[string]json.RawMessage) pages.Verdict {
	t := v.t
	if alg := plain(header["alg"]); strings.EqualFold(alg, "none") || alg == "" {
		return pages.Verdict{Tone: "bad", Title: t.T("console.jwt.unsigned"), Text: t.T("console.jwt.unsigned.text")}
	}
	pool, ok := h.issuedHere(v, plain(claims["iss"]))
	if !ok {
		return pages.Verdict{Tone: "warn", Title: t.T("console.jwt.foreign"), Text: t.T("console.jwt.foreign.text")}
	}
	signed, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{jose.RS256, jose.ES256})
	if err != nil {
		return pages.Verdict{Tone: "bad", Title: t.T("console.jwt.algorithm"), Text: t.T("console.jwt.algorithm.text")}
	}
	var set jose.JSONWebKeySet
	if err := h.own(v.Request().Context(), paths.Issuer(h.URL, pool)+paths.JWKS, &set); err != nil {
		return pages.Verdict{Tone: "warn", Title: t.T("console.jwt.keys"), Text: t.T("console.jwt.keys.text")}
	}
	for _, key := range set.Key(plain(header["kid"])) {
		if _, err := signed.Verify(key); err == nil && key.Algorithm == plain(header["alg"]) {
			return pages.Verdict{Tone: "ok", Title: t.T("console.jwt.ok"), Text: t.T("console.jwt.ok.text", "Key", key.KeyID, "Pool", pool)}
		}
	}
	return pages.Verdict{Tone: "bad", Title: t.T("console.jwt.wrong"), Text: t.T("console.jwt.wrong.text", "Pool", pool)}
}

var poolForm = regexp.MustCompile(`^[\w-]{1,55}_[0-9A-Za-z]{1,55}$`)

// issuedHere is the pool of an issuer, if it is one of the person's own at this installation.
func (h *Handlers) issuedHere(v *visit, issuer string) (pool string, ok bool) {
	pool = afterLast(issuer, "/")
	if !poolForm.MatchString(pool) || paths.Issuer(h.URL, pool) != issuer {
		return "", false
	}
	region, _, _ := strings.Cut(pool, "_")
	_, err := callIn[idp.DescribeUserPoolOutput](h, v, region, &idp.DescribeUserPoolInput{UserPoolId: aws.String(pool)})
	return pool, err == nil
}

// own reads JSON from an address of this installation, without leaving the process.
func (h *Handlers) own(ctx context.Context, address string, to any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	res, err := h.Own.Do(req)
	if err != nil {
		return fmt.Errorf("read %s: %w", address, err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("read %s: status %d", address, res.StatusCode)
	}
	if err != nil {
		return err
	}
	return json.Unmarshal(body, to)
}
