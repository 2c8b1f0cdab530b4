package console

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/diff"

	"gatehouse/internal/api/gatehouse"
	"gatehouse/internal/policy"
	pages "gatehouse/templates/console"
	"gatehouse/web"
)

// checkTyped answers the editor's script what is wrong with the policy of a form. It saves nothing.
func (h *Handlers) checkTyped(v *visit) error {
	d := v.postedDraft()
	kind, before := v.posted("type"), v.posted("before")
	out, err := call[gatehouse.CheckPolicyOutput](h, v, &gatehouse.CheckPolicyInput{Document: &d.document, Type: &kind, Before: some(before)})
	if err != nil {
		return err
	}
	quota, _ := strconv.ParseInt(v.posted("quota"), 10, 32)
	answer := struct {
		pages.PolicyResult
		Document string `json:"document"`
	}{checkResult(v, out, int32(quota)), d.document}
	web.PageHeaders(v)
	return v.JSON(http.StatusOK, answer)
}

// tellWords answers the editor's script which actions and condition keys there are.
func (h *Handlers) tellWords(v *visit) error {
	actions, keys := h.policyWords()
	web.PageHeaders(v)
	return v.JSON(http.StatusOK, append(actions, keys...))
}

// policyWords are the actions of the operations that policies decide on, those of whole services, and condition keys.
func (h *Handlers) policyWords() (actions, keys []string) {
	actions = policy.PermissionOnly()
	for _, o := range h.API.Registry.Operations() {
		if o.Access.NeedsSignature() {
			actions = append(actions, o.Action(), o.Service+":*")
		}
	}
	slices.Sort(actions)
	for _, k := range slices.Concat(policy.GlobalKeys(), policy.ServiceKeys()) {
		keys = append(keys, k.Name)
	}
	return slices.Compact(actions), keys
}

// checkResult is a check as the editor shows it; quota, where it is not 0, is another one than that of the policy's type.
func checkResult(v *visit, out *gatehouse.CheckPolicyOutput, quota int32) pages.PolicyResult {
	if quota == 0 {
		quota = *out.Quota
	}
	r := pages.PolicyResult{Corrected: out.Corrected != nil, Size: v.t.T("console.policy.size", "Size", *out.Size, "Quota", quota)}
	for _, p := range out.Problems {
		r.Findings = append(r.Findings, pages.Finding{
			Line: int(*p.Line), Column: int(*p.Column), Warning: *p.Warning, Text: *p.Message, Where: v.t.T("console.policy.at", "Line", *p.Line, "Column", *p.Column),
		})
	}
	if out.Growth != nil {
		r.Growth = growthSays(v, out.Growth)
	}
	return r
}

// growthSays puts in words what an edit grants anew.
func growthSays(v *visit, g *gatehouse.PolicyGrowth) *pages.Growth {
	t := v.t
	switch {
	case *g.Answer == "NOTHING":
		return &pages.Growth{Tone: "ok", Text: t.T("console.policy.grows.nothing")}
	case g.Witness == nil:
		return &pages.Growth{Tone: "warn", Text: t.T("console.policy.grows.unknown")}
	}
	w := g.Witness
	facts := []pages.GrowthFact{{Name: t.T("console.policy.witness.action"), Value: *w.Action}, {Name: t.T("console.policy.witness.resource"), Value: *w.Resource}}
	if w.Principal != nil {
		facts = append([]pages.GrowthFact{{Name: t.T("console.policy.witness.principal"), Value: *w.Principal}}, facts...)
	}
	for _, k := range w.Context {
		facts = append(facts, pages.GrowthFact{Name: *k.Name, Value: strings.Join(k.Values, ", ")})
	}
	says := t.T("console.policy.grows.something")
	if *g.Answer == "DENIES_LESS" {
		says = t.T("console.policy.grows.denies_less")
	}
	return &pages.Growth{Tone: "warn", Text: says, Facts: facts}
}

// diffLines are the lines that an edit takes out and puts in, with a few around them.
func diffLines(before, after string) (out []pages.DiffLine) {
	if before != "" {
		before += "\n"
	}
	unified := string(diff.Diff("before", []byte(before), "after", []byte(after+"\n")))
	_, body, _ := strings.Cut(unified, "\n+++ after\n")
	for line := range strings.Lines(body) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case line == "":
		case strings.HasPrefix(line, "@@"):
			if len(out) > 0 {
				out = append(out, pages.DiffLine{Kind: "gap", Text: "…"})
			}
		case line[0] == '+':
			out = append(out, pages.DiffLine{Kind: "in", Text: line[1:]})
		case line[0] == '-':
			out = append(out, pages.DiffLine{Kind: "out", Text: line[1:]})
		default:
			out = append(out, pages.DiffLine{Kind: "same", Text: line[1:]})
		}
	}
	return out
}
