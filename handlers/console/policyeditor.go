package console

import (
	"cmp"
	"encoding/hex"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"gatehouse/internal/api/gatehouse"
	"gatehouse/internal/policy"
	"gatehouse/internal/seal"
	pages "gatehouse/templates/console"
	"gatehouse/templates/layout"
	"gatehouse/templates/ui"
	"gatehouse/web"
	"gatehouse/web/paths"
)

// policyEdit is a policy that the editor is about: what it is, how it stands, how it is saved.
type policyEdit struct {
	frame          layout.ConsoleFrame
	action, back   string
	kind           string               // a Type of CheckPolicy
	before         string               // as it stands; "" for a new one
	start          string               // what a new one begins as; "" for nothing in particular
	trusts         pages.TrustTemplates // what the templates of a new one begin with
	named, managed bool                 // asks for a name; and for a path and a description
	described      bool                 // asks for a description without a path

	name, description string // as they stand

	limits bool   // limits whole accounts, as it is in force
	remark string // what saving does besides; may be ""
	quota  int32  // of all inline policies of the identity together; 0 for that of the kind
	save   func(draft) (to string, err error)
	done   string
}

// draft is a policy as it was typed.
type draft struct {
	name, path, description string
	formView                bool
	document, version, id   string
	statements              []pages.StatementForm // of the form view
}

// newPolicyText is what a new policy begins as.
const newPolicyText = `{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": [],
      "Resource": "*"
    }
  ]
}`

// showEditor opens the editor with the policy as it stands.
func (h *Handlers) showEditor(v *visit, e policyEdit) error {
	d := draft{name: e.name, description: e.description, path: "/", document: cmp.Or(e.start, newPolicyText)}
	if e.before != "" {
		d.document = laidOut(e.before)
	}
	return h.editorPage(v, e, d, nil, nil)
}

// postedDraft reads the editor's form. In the form view the document is what the form says.
func (v *visit) postedDraft() draft {
	d := draft{
		name: v.typed("name"), path: v.typed("path"), description: v.typed("description"), formView: v.posted("view") == "form",
		version: v.posted("version"), id: v.posted("id"), statements: v.postedStatements(),
	}
	if lines := v.text("document"); lines != nil {
		d.document = lines[0]
	}
	if d.formView {
		d.document = documentText(d.version, d.id, d.statements)
	}
	return d
}

// editPolicy does what a button of the editor asks for. Nothing is saved that was not reviewed.
func (h *Handlers) editPolicy(v *visit, e policyEdit) error {
	d := v.postedDraft()
	switch act := v.posted("act"); {
	case strings.HasPrefix(act, "template-"):
		return h.useTemplate(v, e, d)
	case act == "provider":
		return h.registerPool(v, e, d)
	case act == "save":
		return h.saveDraft(v, e, d)
	case act == "review":
		return h.reviewDraft(v, e, d, "")
	case v.posted("remove") != "":
		if i, err := strconv.Atoi(v.posted("remove")); err == nil && i >= 0 && i < len(d.statements) {
			d.statements = slices.Delete(d.statements, i, i+1)
		}
	case act == "add" && len(d.statements) < maxStatements:
		d.statements = append(d.statements, pages.StatementForm{Effect: policy.Allow.String()})
	case act == "json":
		d.formView = false
	case act == "form", act == "edit" && v.posted("from") == "form":
		return h.toForm(v, e, d)
	}
	if d.formView {
		d.document = documentText(d.version, d.id, d.statements)
	}
	return h.checkedPage(v, e, d)
}

// toForm shows the form view of what the JSON view says, where there is one.
func (h *Handlers) toForm(v *visit, e policyEdit, d draft) error {
	doc, _ := policy.Parse(d.document)
	if doc == nil {
		return h.checkedPage(v, e, d)
	}
	statements, ok := statementForms(doc)
	if !ok {
		return h.editorPage(v, e, d, nil, ui.Problems{{Field: "document", Text: v.t.T("console.policy.form.cannot")}})
	}
	d.formView, d.statements, d.version, d.id = true, statements, doc.Version, doc.ID
	return h.checkedPage(v, e, d)
}

func (h *Handlers) checkDraft(v *visit, e policyEdit, d draft) (*gatehouse.CheckPolicyOutput, error) {
	return call[gatehouse.CheckPolicyOutput](h, v, &gatehouse.CheckPolicyInput{Document: &d.document, Type: &e.kind, Before: some(e.before)})
}

// checkedPage shows the editor with what is wrong with the policy; the button for it takes over what was meant.
func (h *Handlers) checkedPage(v *visit, e policyEdit, d draft) error {
	out, err := h.checkDraft(v, e, d)
	if err == nil && v.posted("act") == "fix" && out.Corrected != nil {
		d.document = *out.Corrected
		if doc, _ := policy.Parse(d.document); d.formView && doc != nil {
			d.statements, _ = statementForms(doc)
			d.version = doc.Version
		}
		out, err = h.checkDraft(v, e, d)
	}
	if problems, ok := v.refused(err, "document"); ok {
		return h.editorPage(v, e, d, nil, problems)
	}
	if err != nil {
		return err
	}
	return h.editorPage(v, e, d, out, nil)
}

// reviewDraft shows what saving would change and grant; conflict says that it is not what was reviewed before.
func (h *Handlers) reviewDraft(v *visit, e policyEdit, d draft, conflict string) error {
	if e.named && d.name == "" {
		return h.editorPage(v, e, d, nil, ui.Problems{{Field: "name", Text: v.t.T("console.iam.name.missing")}})
	}
	out, err := h.checkDraft(v, e, d)
	if problems, ok := v.refused(err, "document"); ok {
		return h.editorPage(v, e, d, nil, problems)
	}
	if err != nil {
		return err
	}
	if slices.ContainsFunc(out.Problems, func(p gatehouse.PolicyProblem) bool { return !*p.Warning }) {
		return h.editorPage(v, e, d, out, ui.Problems{{Field: "document", Text: v.t.T("console.policy.wrong")}})
	}
	p := h.editorOf(v, e, d, out, nil)
	p.Form.Hidden = append(p.Form.Hidden, draftParams(d)...)
	p.Form.Hidden = append(p.Form.Hidden, ui.Param{Name: "reviewed", Value: fingerprint(e.before)})
	p.Review = &pages.PolicyReview{Diff: diffLines(laidOut(e.before), laidOut(d.document)), Conflict: conflict, Remark: e.remark}
	return web.Render(v, http.StatusOK, p.Show())
}

// fingerprint stands for a policy as it stood when an edit of it was reviewed.
func fingerprint(document string) string { return hex.EncodeToString(seal.HashHandle(document)[:16]) }

// draftParams carry a draft from the review on. The form view goes on from the document.
func draftParams(d draft) []ui.Param {
	view := ""
	if d.formView {
		view = "form"
	}
	return []ui.Param{
		{Name: "name", Value: d.name}, {Name: "path", Value: d.path}, {Name: "description", Value: d.description}, {Name: "document", Value: d.document}, {Name: "from", Value: view},
	}
}

// saveDraft saves what was reviewed. What it grants anew, or may, asks for proof of who is there; so does what limits whole
// accounts, for what it denies anew can shut everybody out.
func (h *Handlers) saveDraft(v *visit, e policyEdit, d draft) error {
	if v.posted("reviewed") != fingerprint(e.before) {
		return h.reviewDraft(v, e, d, v.t.T("console.policy.conflict"))
	}
	out, err := h.checkDraft(v, e, d)
	if err != nil {
		return err
	}
	if out.Growth == nil || *out.Growth.Answer != "NOTHING" || e.limits {
		if err := h.proven(v); err != nil {
			return err
		}
	}
	to, err := e.save(d)
	if problems, ok := v.refused(err, "document"); ok {
		return h.editorPage(v, e, d, out, problems)
	}
	if err != nil {
		return err
	}
	return v.done(to, e.done)
}

func (h *Handlers) editorPage(v *visit, e policyEdit, d draft, checked *gatehouse.CheckPolicyOutput, problems ui.Problems) error {
	p := h.editorOf(v, e, d, checked, problems)
	if e.kind == "Trust" {
		begun := e.trusts
		if v.Request().Method == http.MethodPost {
			begun = typedTrust(v)
		}
		var err error
		if p.Trusts, err = h.trustTemplates(v, begun); err != nil {
			return err
		}
	}
	return web.Render(v, http.StatusOK, p.Show())
}

func (h *Handlers) editorOf(v *visit, e policyEdit, d draft, checked *gatehouse.CheckPolicyOutput, problems ui.Problems) pages.PolicyEditorPage {
	actions, keys := h.policyWords()
	p := pages.PolicyEditorPage{
		ConsoleFrame: e.frame, Form: v.form(e.action, problems), Heading: e.frame.Crumbs[len(e.frame.Crumbs)-1].Label, Back: e.back,
		Type: e.kind, New: e.before == "", Named: e.named, Managed: e.managed, Described: e.described, Name: d.name, Path: d.path, Description: d.description,
		Quota: e.quota, FormView: d.formView, Document: d.document, Version: d.version, ID: d.id, Actions: actions, Keys: keys,
		Check: paths.ConsoleIAMCheck, Words: paths.ConsoleIAMWords,
	}
	for i, s := range d.statements {
		p.Statements = append(p.Statements, s.At(i))
	}
	p.Before = e.before
	if checked != nil {
		p.Checked, p.Result = true, checkResult(v, checked, e.quota)
	}
	return p
}
