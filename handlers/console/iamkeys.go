package console

import (
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	pages "gatehouse/templates/console"
	"gatehouse/templates/ui"
	"gatehouse/web"
	"gatehouse/web/paths"
)

// changeAccessKeys makes an access key, whose secret stands in this one answer, or turns one off or on.
func (h *Handlers) changeAccessKeys(v *visit, i *identity) error {
	for act, status := range map[string]types.StatusType{"off": types.StatusTypeInactive, "on": types.StatusTypeActive} {
		if id := v.posted(act); id != "" {
			_, err := call[iam.UpdateAccessKeyOutput](h, v, &iam.UpdateAccessKeyInput{UserName: &i.name, AccessKeyId: &id, Status: status})
			return h.afterIdentity(v, i, err, typedIdentity{}, "", "key_"+act)
		}
	}
	if v.posted("act") != "create" {
		return web.ErrNotFound
	}
	out, err := call[iam.CreateAccessKeyOutput](h, v, &iam.CreateAccessKeyInput{UserName: &i.name})
	if problems, ok := v.refused(err, ""); ok {
		return h.identityPage(v, i, typedIdentity{}, problems)
	}
	if err != nil {
		return err
	}
	return h.identityPage(v, i, typedIdentity{key: aws.ToString(out.AccessKey.AccessKeyId), secret: aws.ToString(out.AccessKey.SecretAccessKey)}, nil)
}

func (h *Handlers) showKeyDelete(v *visit, i *identity) error { return h.keyDeletePage(v, i, nil) }

// keyDeletePage says when the key was last used: whatever used it lately will stop working.
func (h *Handlers) keyDeletePage(v *visit, i *identity, problems ui.Problems) error {
	row, err := h.keyRow(v, i, v.Param("key"))
	if err != nil {
		return err
	}
	heading, text := v.t.T("console.iam.key.delete"), v.t.T("console.iam.key.delete.unused")
	if !row.Used.IsZero() {
		text = v.t.T("console.iam.key.delete.text", "When", row.Used.UTC().Format("2006-01-02 15:04 UTC"), "For", row.UsedFor)
	}
	return web.Render(v, http.StatusOK, pages.DeletePage{
		ConsoleFrame: h.identityFrame(v, i, heading), Form: v.form(row.Delete, problems), Heading: heading, Text: text, Name: row.ID, Back: i.to(paths.ConsoleIAMOne),
	}.Show())
}

func (h *Handlers) deleteKey(v *visit, i *identity) error {
	id := v.Param("key")
	if problems := v.mistyped(id); problems != nil {
		return h.keyDeletePage(v, i, problems)
	}
	_, err := call[iam.DeleteAccessKeyOutput](h, v, &iam.DeleteAccessKeyInput{UserName: &i.name, AccessKeyId: &id})
	if problems, ok := v.refused(err, ""); ok {
		return h.keyDeletePage(v, i, problems)
	}
	if err != nil {
		return err
	}
	return v.done(i.to(paths.ConsoleIAMOne), "key_deleted")
}
