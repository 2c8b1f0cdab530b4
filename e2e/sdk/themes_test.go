package sdk_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
)

func TestThemeOperationsOverTheWire(t *testing.T) {
	k := start(t)
	p := k.pool(t)
	app := must(k.root.CreateUserPoolClient(ctx, &idp.CreateUserPoolClientInput{UserPoolId: p.Id, ClientName: aws.String("app")}))(t).UserPoolClient
	do := func(operation string, more ...any) map[string]any {
		t.Helper()
		in := map[string]any{"UserPoolId": *p.Id}
		for i := 0; i+1 < len(more); i += 2 {
			in[more[i].(string)] = more[i+1]
		}
		out := map[string]any{}
		status := k.gatehouse(t, operation, region, in, &out)
		if status != 200 {
			t.Fatalf("%s: %d %v", operation, status, out)
		}
		return out
	}
	wants := func(operation, code string, in map[string]any) {
		t.Helper()
		out := map[string]any{}
		if status := k.gatehouse(t, operation, region, in, &out); status != 400 || out["__type"] != code {
			t.Errorf("%s %v: %d %v, want %s", operation, in, status, out, code)
		}
	}
	theme := func(out map[string]any) map[string]any { return out["Theme"].(map[string]any) }
	if got := theme(do("GetTheme")); got["Revision"] != 0.0 || got["Draft"] != nil {
		t.Error(got)
	}
	picture := do("AddThemePicture", "Bytes", []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`))
	if picture["Type"] != "image/svg+xml" {
		t.Error(picture)
	}
	if got := do("GetThemePicture", "PictureId", picture["PictureId"]); got["Type"] != "image/svg+xml" || got["Bytes"] == "" {
		t.Error(got)
	}
	saved := theme(do("SaveThemeDraft", "Revision", 0, "Theme", map[string]any{
		"Primary": "#b3401a", "Radius": 1.25, "NeutralHue": 40, "PillControls": true, "Logo": picture["PictureId"], "Words": map[string]any{"de": map[string]any{"headline": "Schön"}},
	}))
	draft := saved["Draft"].(map[string]any)
	if draft["Primary"] != "#b3401a" || draft["Radius"] != 1.25 || draft["NeutralHue"] != 40.0 || draft["PillControls"] != true || draft["Words"].(map[string]any)["de"].(map[string]any)["headline"] != "Schön" {
		t.Error(draft)
	}
	if got := saved["Contrast"].(map[string]any); got["Button"].(float64) < 4.5 || got["DarkLink"].(float64) < 4.5 {
		t.Error(got)
	}
	wants("SaveThemeDraft", "ConcurrentModificationException", map[string]any{"UserPoolId": *p.Id, "Revision": 0, "Theme": map[string]any{}})
	if got := theme(do("PublishTheme", "Revision", saved["Revision"])); got["Version"] != 1.0 || got["Draft"] != nil {
		t.Error(got)
	}
	do("SaveThemeDraft", "ClientId", *app.ClientId, "Theme", map[string]any{"Layout": "plain"})
	do("DiscardThemeDraft", "ClientId", *app.ClientId)
	do("UndoThemeDraft", "ClientId", *app.ClientId)
	do("PublishTheme", "ClientId", *app.ClientId)
	if got := do("ListThemes")["Themes"].([]any); len(got) != 2 || got[1].(map[string]any)["ClientId"] != *app.ClientId {
		t.Error(got)
	}
	if got := do("ListThemeVersions")["Versions"].([]any); len(got) != 1 || !strings.HasSuffix(got[0].(map[string]any)["PublishedBy"].(string), ":root") {
		t.Error(got)
	}
	if got := theme(do("RestoreThemeVersion", "Version", 1))["Draft"].(map[string]any); got["Primary"] != "#b3401a" {
		t.Error(got)
	}
	do("DeleteTheme", "ClientId", *app.ClientId)

	for name, x := range map[string]map[string]any{
		"colour": {"Primary": "red"}, "layout": {"Layout": "x\" onload=\""}, "picture": {"Logo": "../x"}, "word": {"Words": map[string]any{"en": map[string]any{"css": "x"}}},
	} {
		t.Run(name, func(t *testing.T) {
			wants("SaveThemeDraft", "InvalidParameterException", map[string]any{"UserPoolId": *p.Id, "Theme": x})
		})
	}
	wants("AddThemePicture", "InvalidParameterException", map[string]any{"UserPoolId": *p.Id, "Bytes": []byte("<script>alert(1)</script>")})
	wants("AddThemePicture", "InvalidParameterException", map[string]any{"UserPoolId": *p.Id, "Bytes": make([]byte, 512<<10+1)})
	wants("SaveThemeDraft", "ResourceNotFoundException", map[string]any{"UserPoolId": *p.Id, "ClientId": "nobody", "Theme": map[string]any{}})
	for _, operation := range []string{"GetTheme", "SaveThemeDraft", "DiscardThemeDraft", "UndoThemeDraft", "PublishTheme", "RestoreThemeVersion", "DeleteTheme", "ListThemes", "ListThemeVersions", "AddThemePicture", "GetThemePicture"} {
		in := map[string]any{"UserPoolId": *p.Id, "Theme": map[string]any{}, "Version": 1, "PictureId": picture["PictureId"], "Bytes": []byte("x")}
		out := map[string]any{}
		if status := k.gatehouse(t, operation, "us-west-2", in, &out); status != 400 || out["__type"] != "ResourceNotFoundException" {
			t.Errorf("%s from another region: %d %v", operation, status, out)
		}
	}
}
