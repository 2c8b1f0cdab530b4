package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"gatehouse/templates/demo"
	"gatehouse/web"
	"gatehouse/web/paths"
)

// showMFA begins the set-up of an authenticator app, by the user-pool API and the person's own access token.
func (a *App) showMFA(c echo.Context) error {
	var made struct{ SecretCode string }
	refused, err := a.call(c.Request().Context(), "AssociateSoftwareToken", map[string]any{"AccessToken": a.Cookies.Value(c.Request(), tokenCookie)}, &made)
	if err != nil {
		return err
	}
	if refused != "" {
		return web.Render(c, http.StatusOK, a.empty("Sign in first: "+refused).Show())
	}
	return a.mfaPage(c, made.SecretCode, "")
}

func (a *App) mfaPage(c echo.Context, secret, problem string) error {
	uri := "otpauth://totp/Gatehouse%20demo?" + url.Values{"secret": {secret}, "issuer": {"Gatehouse demo"}}.Encode()
	return web.Render(c, http.StatusOK, demo.MFAPage{Action: paths.DemoMFA, Secret: secret, URI: uri, Problem: problem, Back: paths.DemoApp}.Show())
}

// setMFA verifies the first code and turns the second factor on.
func (a *App) setMFA(c echo.Context) error {
	ctx, token := c.Request().Context(), a.Cookies.Value(c.Request(), tokenCookie)
	code, secret := c.Request().PostFormValue("code"), c.Request().PostFormValue("secret")
	refused, err := a.call(ctx, "VerifySoftwareToken", map[string]any{"AccessToken": token, "UserCode": code}, nil)
	if err != nil {
		return err
	}
	if refused != "" {
		return a.mfaPage(c, secret, refused)
	}
	on := map[string]any{"Enabled": true, "PreferredMfa": true}
	refused, err = a.call(ctx, "SetUserMFAPreference", map[string]any{"AccessToken": token, "SoftwareTokenMfaSettings": on}, nil)
	if err != nil {
		return err
	}
	if refused != "" {
		return a.mfaPage(c, secret, refused)
	}
	return web.SeeOther(c, paths.DemoApp+"?notice=mfa")
}

// call runs an unsigned operation of the user-pool API, as any app does; refused is what it says no with.
func (a *App) call(ctx context.Context, operation string, in, out any) (refused string, err error) {
	body, err := json.Marshal(in)
	if err != nil {
		return "", err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, a.Origin+"/", bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	r.Header.Set("Content-Type", "application/x-amz-json-1.1")
	r.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService."+operation)
	res, err := a.HTTP.Do(r)
	if err != nil {
		return "", fmt.Errorf("call %s: %w", operation, err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		var no struct{ Message string }
		if err := json.NewDecoder(res.Body).Decode(&no); err != nil || res.StatusCode >= 500 {
			return "", fmt.Errorf("%s answers %s", operation, res.Status)
		}
		return no.Message, nil
	}
	if out == nil {
		return "", nil
	}
	if err := json.NewDecoder(res.Body).Decode(out); err != nil {
		return "", fmt.Errorf("read the answer of %s: %w", operation, err)
	}
	return "", nil
}
