package sdk_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/document"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

const drawing = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle r="4"/></svg>`

// settings reads a document of an answer.
func settings(t *testing.T, d document.Interface) map[string]any {
	t.Helper()
	text, err := d.MarshalSmithyDocument()
	if err != nil {
		t.Fatal(err)
	}
	var out map[string]any
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// member is the value at a path of a document.
func member(v any, path ...string) any {
	for _, key := range path {
		m, _ := v.(map[string]any)
		v = m[key]
	}
	return v
}

func button(colour string) document.Interface {
	return document.NewLazyDocument(map[string]any{"components": map[string]any{"primaryButton": map[string]any{
		"lightMode": map[string]any{"defaults": map[string]any{"backgroundColor": colour}},
	}}})
}

func (k *kit) branded(t *testing.T) (pool, client *string) {
	t.Helper()
	p := k.pool(t)
	c := must(k.root.CreateUserPoolClient(ctx, &idp.CreateUserPoolClientInput{
		UserPoolId: p.Id, ClientName: aws.String("app"), AllowedOAuthFlowsUserPoolClient: true, AllowedOAuthFlows: []types.OAuthFlowType{"code"},
		AllowedOAuthScopes: []string{"openid"}, CallbackURLs: []string{"https://app.example.com/cb"}, SupportedIdentityProviders: []string{"COGNITO"},
	}))(t).UserPoolClient
	return p.Id, c.ClientId
}

// signInPage is the page that people of a client see.
func (k *kit) signInPage(t *testing.T, pool, client *string) string {
	t.Helper()
	res, err := http.Get(k.URL + "/" + *pool + "/login?response_type=code&scope=openid&redirect_uri=https%3A%2F%2Fapp.example.com%2Fcb&client_id=" + *client)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, _ := io.ReadAll(res.Body)
	if res.StatusCode != 200 {
		t.Fatalf("%d %s", res.StatusCode, body)
	}
	return string(body)
}

func TestManagedLoginBranding(t *testing.T) {
	k := start(t)
	pool, client := k.branded(t)
	made := must(k.root.CreateManagedLoginBranding(ctx, &idp.CreateManagedLoginBrandingInput{UserPoolId: pool, ClientId: client, UseCognitoProvidedValues: true}))(t).ManagedLoginBranding
	if !made.UseCognitoProvidedValues || made.Settings != nil || made.CreationDate == nil || *made.UserPoolId != *pool {
		t.Errorf("%+v", made)
	}
	_, err := k.root.CreateManagedLoginBranding(ctx, &idp.CreateManagedLoginBrandingInput{UserPoolId: pool, ClientId: client, UseCognitoProvidedValues: true})
	refused(t, err, "ManagedLoginBrandingExistsException", "")
	describe := func(merged bool) *types.ManagedLoginBrandingType {
		t.Helper()
		return must(k.root.DescribeManagedLoginBranding(ctx, &idp.DescribeManagedLoginBrandingInput{UserPoolId: pool, ManagedLoginBrandingId: made.ManagedLoginBrandingId, ReturnMergedResources: merged}))(t).ManagedLoginBranding
	}
	accent := []string{"components", "primaryButton", "lightMode", "defaults", "backgroundColor"}
	if got := member(settings(t, describe(true).Settings), accent...); got != "0972d3ff" {
		t.Error("the default accent is", got)
	}
	update := func(in idp.UpdateManagedLoginBrandingInput) (*types.ManagedLoginBrandingType, error) {
		in.UserPoolId, in.ManagedLoginBrandingId = pool, made.ManagedLoginBrandingId
		out, err := k.root.UpdateManagedLoginBranding(ctx, &in)
		if err != nil {
			return nil, err
		}
		return out.ManagedLoginBranding, nil
	}
	logo := types.AssetType{Category: "FORM_LOGO", ColorMode: "LIGHT", Extension: "SVG", Bytes: []byte(drawing)}
	first := must(update(idp.UpdateManagedLoginBrandingInput{Settings: button("b3401aff"), Assets: []types.AssetType{logo}}))(t)
	if first.UseCognitoProvidedValues || len(first.Assets) != 1 || !bytes.Equal(first.Assets[0].Bytes, logo.Bytes) || first.Assets[0].ResourceId == nil {
		t.Errorf("%+v", first)
	}
	// A second update adds to the first, and names the asset that is there.
	enabled := document.NewLazyDocument(map[string]any{"components": map[string]any{"form": map[string]any{"logo": map[string]any{"enabled": true}}}})
	must(update(idp.UpdateManagedLoginBrandingInput{Settings: enabled, Assets: []types.AssetType{{Category: "FORM_LOGO", ColorMode: "DARK", Extension: "SVG", ResourceId: first.Assets[0].ResourceId}}}))(t)
	byClient := must(k.root.DescribeManagedLoginBrandingByClient(ctx, &idp.DescribeManagedLoginBrandingByClientInput{UserPoolId: pool, ClientId: client}))(t).ManagedLoginBranding
	got := settings(t, byClient.Settings)
	if member(got, accent...) != "b3401aff" || member(got, "components", "form", "logo", "enabled") != true || len(byClient.Assets) != 2 || member(got, "categories") != nil {
		t.Errorf("%v %+v", got, byClient.Assets)
	}
	if got := settings(t, describe(true).Settings); member(got, accent...) != "b3401aff" || member(got, "components", "form", "borderRadius") != 8.0 {
		t.Error(got)
	}
	if page := k.signInPage(t, pool, client); !strings.Contains(page, "/theme/picture/") || !strings.Contains(page, "/theme/"+*client+"/") {
		t.Error("the pages do not show the style")
	}

	asset := func(a types.AssetType) idp.UpdateManagedLoginBrandingInput {
		return idp.UpdateManagedLoginBrandingInput{Assets: []types.AssetType{a}}
	}
	evil := logo
	evil.Bytes = []byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`)
	other, large, twice, nothing := logo, logo, asset(logo), logo
	other.Extension, nothing.Bytes = "PNG", nil
	large.Bytes = make([]byte, 1_000_001)
	twice.Assets = append(twice.Assets, logo)
	for name, x := range map[string]struct {
		in  idp.UpdateManagedLoginBrandingInput
		say string
	}{
		"both":           {idp.UpdateManagedLoginBrandingInput{UseCognitoProvidedValues: true, Settings: enabled}, "UseCognitoProvidedValues"},
		"a script":       {asset(evil), "SVG"},
		"not a PNG":      {asset(other), "SVG, not PNG"},
		"too large":      {asset(large), ""},
		"twice":          {twice, "twice"},
		"nothing":        {asset(nothing), "ResourceId"},
		"unknown member": {idp.UpdateManagedLoginBrandingInput{Settings: document.NewLazyDocument(map[string]any{"css": map[string]any{}})}, "css"},
		"no object":      {idp.UpdateManagedLoginBrandingInput{Settings: document.NewLazyDocument([]string{"x"})}, "object"},
	} {
		_, err := update(x.in)
		t.Run(name, func(t *testing.T) { refused(t, err, "InvalidParameterException", x.say) })
	}
	if back := must(update(idp.UpdateManagedLoginBrandingInput{UseCognitoProvidedValues: true}))(t); !back.UseCognitoProvidedValues || back.Settings != nil || len(back.Assets) != 0 {
		t.Errorf("%+v", back)
	}
	_, err = k.inRegion("us-west-2").DescribeManagedLoginBranding(ctx, &idp.DescribeManagedLoginBrandingInput{UserPoolId: pool, ManagedLoginBrandingId: made.ManagedLoginBrandingId})
	refused(t, err, "ResourceNotFoundException", "")
	elsewhere, _ := k.branded(t)
	_, err = k.root.DescribeManagedLoginBranding(ctx, &idp.DescribeManagedLoginBrandingInput{UserPoolId: elsewhere, ManagedLoginBrandingId: made.ManagedLoginBrandingId})
	refused(t, err, "ResourceNotFoundException", "")
	_, err = k.root.CreateManagedLoginBranding(ctx, &idp.CreateManagedLoginBrandingInput{UserPoolId: elsewhere, ClientId: client, UseCognitoProvidedValues: true})
	refused(t, err, "ResourceNotFoundException", "")
	must(k.root.DeleteManagedLoginBranding(ctx, &idp.DeleteManagedLoginBrandingInput{UserPoolId: pool, ManagedLoginBrandingId: made.ManagedLoginBrandingId}))(t)
	_, err = k.root.DescribeManagedLoginBrandingByClient(ctx, &idp.DescribeManagedLoginBrandingByClientInput{UserPoolId: pool, ClientId: client})
	refused(t, err, "ResourceNotFoundException", "")
	_, err = k.root.DeleteManagedLoginBranding(ctx, &idp.DeleteManagedLoginBrandingInput{UserPoolId: pool, ManagedLoginBrandingId: made.ManagedLoginBrandingId})
	refused(t, err, "ResourceNotFoundException", "")
}

func TestUICustomization(t *testing.T) {
	k := start(t)
	pool, client := k.branded(t)
	set := func(client *string, css string, image []byte) (*types.UICustomizationType, error) {
		out, err := k.root.SetUICustomization(ctx, &idp.SetUICustomizationInput{UserPoolId: pool, ClientId: client, CSS: aws.String(css), ImageFile: image})
		if err != nil {
			return nil, err
		}
		return out.UICustomization, nil
	}
	get := func(client *string) *types.UICustomizationType {
		t.Helper()
		return must(k.root.GetUICustomization(ctx, &idp.GetUICustomizationInput{UserPoolId: pool, ClientId: client}))(t).UICustomization
	}
	const css = ".submitButton-customizable { background-color: #b3401a; } /* ours */ .submitButton-customizable:hover { color: #fff }"
	_, err := set(nil, css, nil)
	refused(t, err, "InvalidParameterException", "existing domain")
	must(k.root.CreateUserPoolDomain(ctx, &idp.CreateUserPoolDomainInput{UserPoolId: pool, Domain: aws.String("branded")}))(t)
	if got := get(client); got.CSS != nil || got.UserPoolId != nil || got.ClientId != nil {
		t.Errorf("%+v", got)
	}
	all := must(set(nil, css, nil))(t)
	if *all.ClientId != "ALL" || *all.CSS != css || *all.CSSVersion == "" || all.CreationDate == nil || all.ImageUrl != nil {
		t.Errorf("%+v", all)
	}
	if got := get(client); *got.ClientId != "ALL" || *got.CSS != css {
		t.Errorf("a client without its own has %+v", got)
	}
	if page := k.signInPage(t, pool, client); !strings.Contains(page, "/theme/"+*client+"/") {
		t.Error("the pages do not show the colour")
	}
	dot := []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89\x00\x00\x00\rIDATx\xdac\x64\xf8\xcfP\x0f\x00\x03\x86\x01\x80Z4}k\x00\x00\x00\x00IEND\xaeB`\x82")
	own := must(set(client, "", dot))(t)
	if *own.ClientId != *client || own.ImageUrl == nil || own.CSS != nil {
		t.Fatalf("%+v", own)
	}
	if page := k.signInPage(t, pool, client); !strings.Contains(page, "/theme/picture/") {
		t.Error("the pages do not show the image")
	}
	for name, x := range map[string]string{
		"import": "@import url(//evil);", "media": "@media print {}", "another class": ".btn { color: red }", "element": "body { display: none }", "markup": "</style><script>",
		"nested": ".label-customizable { & a { color: red } }", "escape": `.label-customizable { background: u\72l(x) }`, "no rule": ".label-customizable",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := set(nil, x, nil)
			refused(t, err, "InvalidParameterException", "CSS")
		})
	}
	_, err = set(nil, "", []byte(drawing))
	refused(t, err, "InvalidParameterException", "PNG or JPEG")
	_, err = set(nil, strings.Repeat(" ", 131072), bytes.Repeat([]byte{1}, 8000))
	refused(t, err, "InvalidParameterException", "too large")
	_, err = set(aws.String("nobody"), css, nil)
	refused(t, err, "ResourceNotFoundException", "")
	must(set(client, "", nil))(t)
	if got := get(client); *got.ClientId != "ALL" {
		t.Errorf("a reset client has %+v", got)
	}
}
