package console

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"gatehouse/internal/seal"
	pages "gatehouse/templates/console"
	"gatehouse/templates/ui"
	"gatehouse/web"
	"gatehouse/web/paths"
)

func challengeOf(verifier string) string {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// finishTry redeems the code and shows all that went to and fro. The tokens are in this answer and nowhere else.
func (h *Handlers) finishTry(v *visit) error {
	waiting := strings.Split(h.Cookies.Value(v.Request(), tryCookie), ".")
	h.Cookies.Clear(v.Response(), tryCookie)
	p := pages.TryResultPage{ConsoleFrame: h.tryFrame(v, v.t.T("console.try.result")), Again: paths.ConsoleTry, Inspector: paths.ConsoleTryToken}
	q := v.QueryParams()
	p.Language.Keep, p.Path = nil, paths.ConsoleTry // what came in the address goes nowhere else
	if len(waiting) != 5 || !seal.Equal(waiting[0], q.Get("state")) {
		p.Problem = v.t.T("console.try.stray")
		return web.Render(v, http.StatusOK, p.Show())
	}
	nonce, verifier, pool, client := waiting[1], waiting[2], waiting[3], waiting[4]
	p.Again = paths.Link(paths.ConsoleTryClient, pool, client)
	p.Steps = append(p.Steps, pages.Exchange{Title: v.t.T("console.try.step.answer"), OK: q.Get("error") == "", Request: "GET " + paths.ConsoleTryCallback, Response: parameters(q)})
	if q.Get("error") != "" {
		p.Problem = v.t.T("console.try.refused", "Error", q.Get("error"), "Description", q.Get("error_description"))
		return web.Render(v, http.StatusOK, p.Show())
	}
	if err := h.redeem(v, &p, pool, client, q.Get("code"), verifier, nonce); err != nil {
		return err
	}
	return web.Render(v, http.StatusOK, p.Show())
}

// parameters are a line each; the code is spent a moment later, but it need not stand there.
func parameters(q url.Values) string {
	var b strings.Builder
	for _, name := range []string{"code", "state", "error", "error_description"} {
		if s := q.Get(name); s != "" {
			fmt.Fprintf(&b, "%s = %s\n", name, shortened(name, cut(s, maxValue)))
		}
	}
	return b.String()
}

// shortened hides most of what is secret.
func shortened(name, s string) string {
	if strings.HasSuffix(name, "token") || name == "code" || name == "code_verifier" {
		if len(s) > 12 {
			return s[:8] + "…"
		}
	}
	return s
}

func (h *Handlers) redeem(v *visit, p *pages.TryResultPage, pool, client, code, verifier, nonce string) error {
	region, _, _ := strings.Cut(pool, "_")
	c, err := callIn[idp.DescribeUserPoolClientOutput](h, v, region, &idp.DescribeUserPoolClientInput{UserPoolId: &pool, ClientId: &client})
	if err != nil {
		return err
	}
	e, err := h.endpoints(v, pool)
	if err != nil {
		return err
	}
	form := url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {h.tryCallback()}, "client_id": {client}, "code_verifier": {verifier}}
	said := "POST " + e.Token + "\n"
	if secret := aws.ToString(c.UserPoolClient.ClientSecret); secret != "" {
		said += "Authorization: Basic " + client + ":••••••\n"
	}
	for _, name := range []string{"grant_type", "client_id", "redirect_uri", "code", "code_verifier"} {
		said += name + " = " + shortened(name, form.Get(name)) + "\n"
	}
	status, tokens, err := h.exchange(v.Request().Context(), e.Token, form, client, aws.ToString(c.UserPoolClient.ClientSecret))
	if err != nil {
		return err
	}
	p.Steps = append(p.Steps, pages.Exchange{Title: v.t.T("console.try.step.token"), OK: status == http.StatusOK, Request: said, Response: told(status, tokens)})
	if status != http.StatusOK {
		p.Problem = v.t.T("console.try.no_tokens")
		return nil
	}
	return h.showTokens(v, p, e, tokens, nonce)
}

func (h *Handlers) showTokens(v *visit, p *pages.TryResultPage, e endpoints, tokens map[string]any, nonce string) error {
	p.Refresh = tokens["refresh_token"] != nil
	for _, name := range []string{"id_token", "access_token"} {
		raw, _ := tokens[name].(string)
		if raw == "" {
			continue
		}
		view, err := h.inspect(v, name, raw)
		if err != nil {
			return fmt.Errorf("inspect %s: %w", name, err)
		}
		if name == "id_token" {
			_, claims, _ := takeApart(raw)
			view.NonceWrong = !seal.Equal(plain(claims["nonce"]), nonce)
		}
		p.Tokens = append(p.Tokens, view)
	}
	access, _ := tokens["access_token"].(string)
	if e.UserInfo == "" || tokens["id_token"] == nil {
		return nil
	}
	status, person, err := h.ask(v.Request().Context(), http.MethodGet, e.UserInfo, nil, "Bearer "+access)
	if err != nil {
		return err
	}
	p.Steps = append(p.Steps, pages.Exchange{Title: v.t.T("console.try.step.userinfo"), OK: status == http.StatusOK,
		Request: "GET " + e.UserInfo + "\nAuthorization: Bearer " + shortened("token", access), Response: told(status, person)})
	return nil
}

// told is an answer for people: its status and its JSON, with secrets shortened.
func told(status int, answer map[string]any) string {
	shown := map[string]any{}
	for name, value := range answer {
		if s, ok := value.(string); ok {
			value = shortened(name, cut(s, maxValue))
		}
		shown[name] = value
	}
	b, err := json.MarshalIndent(shown, "", "  ")
	if err != nil {
		return ""
	}
	return fmt.Sprintf("HTTP %d %s\n%s", status, http.StatusText(status), b)
}

func (h *Handlers) exchange(ctx context.Context, endpoint string, form url.Values, client, secret string) (int, map[string]any, error) {
	authorization := ""
	if secret != "" {
		authorization = "Basic " + base64.StdEncoding.EncodeToString([]byte(url.QueryEscape(client)+":"+url.QueryEscape(secret)))
	}
	return h.ask(ctx, http.MethodPost, endpoint, strings.NewReader(form.Encode()), authorization)
}

// ask calls an endpoint of this installation, as an app would, without leaving the process.
func (h *Handlers) ask(ctx context.Context, method, endpoint string, body io.Reader, authorization string) (int, map[string]any, error) {
	req, err := http.NewRequestWithContext(ctx, method, endpoint, body)
	if err != nil {
		return 0, nil, err
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if authorization != "" {
		req.Header.Set("Authorization", authorization)
	}
	res, err := h.Own.Do(req)
	if err != nil {
		return 0, nil, fmt.Errorf("ask %s: %w", endpoint, err)
	}
	defer res.Body.Close()
	answer := map[string]any{}
	if err := json.NewDecoder(io.LimitReader(res.Body, 1<<20)).Decode(&answer); err != nil {
		return 0, nil, fmt.Errorf("read answer of %s: %w", endpoint, err)
	}
	return res.StatusCode, answer, nil
}

func (h *Handlers) showToken(v *visit) error { return h.tokenPage(v, nil, nil) }

func (h *Handlers) tokenPage(v *visit, view *pages.TokenView, problems ui.Problems) error {
	return web.Render(v, http.StatusOK, pages.InspectorPage{
		ConsoleFrame: h.tryFrame(v, v.t.T("console.jwt.heading")), Form: v.form(paths.ConsoleTryToken, problems), Token: view,
	}.Show())
}

// inspectToken shows what a pasted token says. It comes in a form, so that it is in no address and no log.
func (h *Handlers) inspectToken(v *visit) error {
	token := strings.Join(strings.Fields(strings.TrimPrefix(v.typed("token"), "Bearer ")), "")
	view, err := h.inspect(v, "", token)
	if err != nil {
		problem := v.t.T("console.jwt.none")
		if len(token) > maxToken {
			problem = v.t.T("console.jwt.large")
		}
		return h.tokenPage(v, nil, ui.Problems{{Field: "token", Text: problem}})
	}
	view.Raw = ""
	return h.tokenPage(v, &view, nil)
}
