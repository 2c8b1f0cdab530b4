package console

import (
	"cmp"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	pages "gatehouse/templates/console"
	"gatehouse/templates/ui"
	"gatehouse/web"
	"gatehouse/web/paths"
)

// typedKey is the field of a private key, which no page shows again and no form carries on.
const typedKey = "private_key"

func (h *Handlers) showProviderKeys(v *visit, p *provider) error {
	return h.providerKeysPage(v, p, nil)
}

func (h *Handlers) providerKeysPage(v *visit, p *provider, problems ui.Problems) error {
	if p.kind != ofSAML {
		return web.ErrNotFound
	}
	if err := h.readProvider(v, p); err != nil {
		return err
	}
	title := v.t.T("console.provider.keys.change")
	return web.Render(v, http.StatusOK, pages.ProviderKeysPage{
		ConsoleFrame: h.providerFrame(v, p, title), Form: v.form(p.to(paths.ConsoleIAMProviderKeys), problems), Heading: title, Back: p.to(paths.ConsoleIAMProvider),
		Keys: p.keys, Encryption: cmp.Or(v.posted("encryption"), p.encryption, string(types.AssertionEncryptionModeTypeAllowed)),
	}.Show())
}

// changeProviderKeys removes a private key, sets whether assertions must be encrypted, or adds a key.
func (h *Handlers) changeProviderKeys(v *visit, p *provider) error {
	in, field, done := &iam.UpdateSAMLProviderInput{SAMLProviderArn: &p.arn}, typedKey, "key_added"
	if gone, mode, key := v.posted("remove"), v.posted("encryption"), v.typed(typedKey); gone != "" {
		in.RemovePrivateKey, field, done = &gone, "", "key_removed"
	} else if mode != "" {
		in.AssertionEncryptionMode, field, done = types.AssertionEncryptionModeType(mode), "encryption", "encryption_saved"
	} else if in.AddPrivateKey = &key; key == "" {
		return h.providerKeysPage(v, p, ui.Problems{{Field: typedKey, Text: v.t.T("console.provider.key.missing")}})
	}
	err := only(call[iam.UpdateSAMLProviderOutput](h, v, in))
	if problems, ok := v.refused(err, field); ok {
		return h.providerKeysPage(v, p, problems)
	}
	if err != nil {
		return err
	}
	return v.done(p.to(paths.ConsoleIAMProviderKeys), done)
}
