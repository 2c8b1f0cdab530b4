package console

import (
	"errors"
	"maps"
	"mime/multipart"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/iam"
	"gatehouse/internal/seal"
	pages "gatehouse/templates/console"
	"gatehouse/templates/ui"
	"gatehouse/web"
	"gatehouse/web/paths"
)

// errUnproved is answered by the handler of a dangerous act where the person has not proved lately who they are.
// Nothing may have been done by then. The request is taken up again after the proof.
var errUnproved = errors.New("console: a proof of who is there is wanted first")

// proven answers errUnproved where the last proof of who is there is too old for a dangerous act.
func (h *Handlers) proven(v *visit) error {
	if v.session.Fresh(h.Clock()) {
		return nil
	}
	return errUnproved
}

// fresh is of for pages of dangerous acts.
func (h *Handlers) fresh(handle handler) echo.HandlerFunc {
	return h.of(func(v *visit) error {
		if err := h.proven(v); err != nil {
			return err
		}
		return handle(v)
	})
}

// askProof asks who is there and then goes on: to the page, or with the form that was posted, so that nothing that was
// typed is lost. A form with a password, code or key, with files, or with more than the pages of forms take, begins anew, as the
// question says: a secret is in no page.
func (h *Handlers) askProof(v *visit) error {
	r := v.Request()
	if r.Method != http.MethodPost {
		return web.SeeOther(v, paths.Link(paths.ConsoleProve, "next", v.here()))
	}
	if asksSecret(v) || hasFile(r) || len(r.PostForm.Encode()) > web.PageBody-proofRoom {
		return web.SeeOther(v, paths.Link(paths.ConsoleProve, "next", v.here(), "anew", "yes"))
	}
	return h.provePage(v, r.URL.RequestURI(), carried(v, ui.Param{Name: "_again", Value: "yes"}), nil)
}

// The proof's own fields have names that no other form reads: the form that goes on brings them along.
const (
	proofPassword = "proof_password"
	proofCode     = "proof_code"
)

// proofRoom is room for the proof beside what a form carries.
const proofRoom = 16 << 10

// hasFile tells a form with a file in it: browsers send an empty one where none was chosen.
func hasFile(r *http.Request) bool {
	if r.MultipartForm == nil {
		return false
	}
	for _, files := range r.MultipartForm.File {
		if slices.ContainsFunc(files, func(f *multipart.FileHeader) bool { return f.Size > 0 }) {
			return true
		}
	}
	return false
}

func asksSecret(v *visit) bool {
	v.posted("") // parses the form
	return slices.ContainsFunc([]string{"password", "new", "code", "code1", "seed", "passkey", typedKey}, v.Request().PostForm.Has)
}

// carried are the fields of a posted form that go on after the proof.
func carried(v *visit, more ...ui.Param) []ui.Param {
	form := v.Request().PostForm
	for _, name := range slices.Sorted(maps.Keys(form)) {
		if name == "_csrf" || name == proofPassword || name == proofCode || name == "passkey" {
			continue
		}
		for _, value := range form[name] {
			more = append(more, ui.Param{Name: name, Value: value})
		}
	}
	return more
}

func (h *Handlers) showProve(v *visit) error {
	return h.provePage(v, v.QueryParam("next"), nil, nil)
}

func (h *Handlers) provePage(v *visit, next string, carry []ui.Param, problems ui.Problems) error {
	if v.temporary != nil {
		return h.againPage(v)
	}
	p := pages.ProvePage{
		ConsoleFrame: h.outside(v.Context, v.t), Who: v.session.Name,
		Form: v.form(paths.Link(paths.ConsoleProve, "next", next), problems, carry...),
		Anew: v.QueryParam("anew") != "", Back: paths.Console,
	}
	var err error
	if p.Code, p.Passkey, err = h.secondFactors(v); err != nil {
		return err
	}
	return web.Render(v, http.StatusOK, p.Show())
}

func (h *Handlers) prove(v *visit) error {
	second := v.secondFactor(proofCode)
	err := h.IAM.Reauthenticate(v.Request().Context(), v.session, seal.Secret(v.posted(proofPassword)), second)
	if err != nil {
		if problem, ok := signInProblem(v.t, err); ok {
			web.NoteFailure(v, err)
			field := proofPassword
			switch wrong := errors.Is(err, iam.ErrCode); {
			case errors.Is(err, iam.ErrSignIn):
				problem = v.t.T("console.prove.wrong")
			case wrong && second.Passkey != nil:
				field, problem = "", v.t.T("console.passkey.wrong")
			case wrong && second.NoCode():
				field, problem = proofCode, v.t.T("console.mfa.digits")
			case wrong:
				field = proofCode
			}
			return h.provePage(v, v.QueryParam("next"), carried(v), ui.Problems{{Field: field, Text: problem}})
		}
		return err
	}
	next := onward(v.QueryParam("next"))
	if v.posted("_again") != "" { // a browser posts the same form to where this sends it, with its token
		return v.Redirect(http.StatusTemporaryRedirect, next)
	}
	return web.SeeOther(v, next)
}
