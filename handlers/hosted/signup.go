package hosted

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"gatehouse/internal/directory"
	"gatehouse/internal/seal"
	pages "gatehouse/templates/hosted"
	"gatehouse/templates/ui"
	"gatehouse/web"
	"gatehouse/web/paths"
)

func (h *Handlers) showSignUp(v *visit) error {
	if v.pool.AdminCreateOnly {
		return web.ErrNotFound
	}
	return h.signUpPage(v, signUpFields(v), nil)
}

func (h *Handlers) signUpPage(v *visit, fields []ui.Field, problems ui.Problems) error {
	return web.Render(v, http.StatusOK, pages.SignUpPage{
		Frame:     h.frame(v),
		Form:      ui.Form{Action: v.link(paths.SignUp), Hidden: v.hidden(), Problems: problems},
		Fields:    fields,
		Rules:     v.newPasswordRules("password", problems),
		SignInURL: v.signInURL(),
	}.Show())
}

// signUpFields are the name and what the schema requires, with what a code can be sent to.
func signUpFields(v *visit) []ui.Field {
	fields := []ui.Field{newNameField(v.t, v.pool, "")}
	isName := func(attribute string) bool { // the name is that attribute already
		return len(v.pool.UsernameAttributes) == 1 && v.pool.UsernameAttributes[0] == attribute
	}
	for _, a := range v.pool.Schema {
		reaches := slices.Contains(v.pool.AutoVerified, a.Name) && len(v.pool.UsernameAttributes) == 0
		if a.Name == "sub" || isName(a.Name) || !a.Required && !reaches {
			continue
		}
		f := attributeField(v.t, a.Name, "")
		f.Optional = !a.Required && len(v.pool.AutoVerified) > 1
		fields = append(fields, f)
	}
	return fields
}

func (h *Handlers) signUp(v *visit) error {
	if v.pool.AdminCreateOnly {
		return web.ErrNotFound
	}
	fields := signUpFields(v)
	again := func(problems ui.Problems) error {
		v.fill(fields, problems)
		return h.signUpPage(v, fields, problems)
	}
	problems := append(v.missing(fields...), v.malformed(fields...)...)
	password := v.posted("password")
	if password == "" {
		problems = append(problems, ui.Problem{Field: "password", Text: v.t.T("error.password_missing")})
	}
	if len(problems) > 0 {
		return again(problems)
	}
	username := v.newName()
	_, err := h.Accounts.SignUp(v.Request().Context(), v.pool, v.client, directory.SignUpRequest{
		Username: username, Password: seal.Secret(password), Attributes: v.attributes(fields), Caller: v.person(),
	})
	if err != nil && !h.hides(v, err) {
		if p, ok := v.problem(err, "code", "password"); ok {
			return again(ui.Problems{p})
		}
		return err
	}
	h.rememberAccount(v, username)
	return web.SeeOther(v, v.link(paths.Confirm))
}

// hides tells whether a refused sign-up is to look like any other: where people sign in by address or
// number, to say that it is taken would tell anybody who has an account here.
func (h *Handlers) hides(v *visit, err error) bool {
	return errors.Is(err, directory.ErrUsernameExists) && len(v.pool.UsernameAttributes) > 0
}

// newName is the posted name; a phone number without the marks for reading.
func (v *visit) newName() string {
	name := v.typed("username")
	if slices.Contains(v.pool.UsernameAttributes, "phone_number") && strings.HasPrefix(name, "+") {
		return phone(name)
	}
	return name
}

// malformed is a problem for each address and number that cannot be one; the domain has the last word.
func (v *visit) malformed(fields ...ui.Field) ui.Problems {
	var out ui.Problems
	for _, f := range fields {
		value := v.typed(f.Name)
		switch {
		case value == "":
		case f.Type == "email" && !strings.Contains(strings.Trim(value, "@"), "@"):
			out = append(out, ui.Problem{Field: f.Name, Text: v.t.T("error.invalid_email")})
		case f.Type == "tel" && !isPhone(phone(value)):
			out = append(out, ui.Problem{Field: f.Name, Text: v.t.T("error.invalid_phone")})
		}
	}
	return out
}

func isPhone(s string) bool {
	digits := strings.TrimPrefix(s, "+")
	return len(digits) < len(s) && len(digits) >= 6 && len(digits) <= 15 && strings.Trim(digits, "0123456789") == ""
}
