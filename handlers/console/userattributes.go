package console

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	pages "gatehouse/templates/console"
	"gatehouse/templates/ui"
)

// usualAttributes are asked for even of users who have none of them.
var usualAttributes = []string{"email", "email_verified", "phone_number", "phone_number_verified", "name", "given_name", "family_name"}

// userParts are the settings of a user: the attributes.
func (h *Handlers) userParts(v *visit, _ *person) []part[*person] {
	return []part[*person]{{
		id: "attributes", title: v.t.T("console.user.attributes"),
		fields: func(p *person) (out []pages.Setting) {
			for _, a := range v.schema {
				if v.asked(p, a) && aws.ToBool(a.Mutable) {
					out = append(out, v.attributeSetting(a, p.attributes[aws.ToString(a.Name)]))
				}
			}
			return out
		},
		save: func(p *person, x formValues) error { return h.saveAttributes(v, p, x) },
	}}
}

// asked tells whether an attribute is on the form: one that is set, required or the pool's own always is.
func (v *visit) asked(p *person, a types.SchemaAttributeType) bool {
	name := aws.ToString(a.Name)
	if name == "sub" {
		return false
	}
	return v.allAttributes() || p.attributes[name] != "" || aws.ToBool(a.Required) || strings.Contains(name, ":") || slices.Contains(usualAttributes, name)
}

func (v *visit) attributeSetting(a types.SchemaAttributeType, value string) pages.Setting {
	name := aws.ToString(a.Name)
	s := pages.Setting{Name: name, Label: v.attributeLabel(name), Values: []string{value}}
	if name == "email_verified" || name == "phone_number_verified" {
		s.Kind, s.Values = pages.Yes, yes(value == "true")
	}
	if name == "phone_number" {
		s.Hint = v.t.T("console.user.phone.hint")
	}
	return s
}

// attributeLabel is what an attribute is called; the pool's own are called as they are named.
func (v *visit) attributeLabel(name string) string {
	if v.t.Has("attribute." + name) {
		return v.t.T("attribute." + name)
	}
	return name
}

// saveAttributes writes what differs, all or nothing; an attribute that was emptied goes.
func (h *Handlers) saveAttributes(v *visit, p *person, x formValues) error {
	in := &idp.AdminUpdateUserAttributesInput{UserPoolId: &v.pool.ID, Username: &p.sub}
	set := func(name, value string) {
		in.UserAttributes = append(in.UserAttributes, types.AttributeType{Name: &name, Value: &value})
	}
	for name, s := range x {
		value := s.Value()
		if s.Kind == pages.Yes {
			continue
		}
		if value != p.attributes[name] {
			set(name, value)
		}
		// Whether an address is proved is said anew with each address.
		verified, asked := x[name+"_verified"]
		was, now := p.attributes[name+"_verified"] == "true", verified.Value() != ""
		if asked && value != "" && (was != now || value != p.attributes[name]) {
			set(name+"_verified", map[bool]string{true: "true", false: "false"}[now])
		}
	}
	if len(in.UserAttributes) == 0 {
		return nil
	}
	if slices.ContainsFunc(in.UserAttributes, opensAccount) {
		if err := h.proven(v); err != nil {
			return err
		}
	}
	_, err := call[idp.AdminUpdateUserAttributesOutput](h, v, in)
	return err
}

// opensAccount tells whether who has the attribute's value can get into the account: by a code that is sent there, or
// as the name to sign in with.
func opensAccount(a types.AttributeType) bool {
	switch *a.Name {
	case "email", "email_verified", "phone_number", "phone_number_verified", "preferred_username":
		return true
	}
	return false
}

// fixedAttributes are those that nobody can change any more.
func (v *visit) fixedAttributes(p *person) (out []ui.Fact) {
	for _, a := range v.schema {
		name := aws.ToString(a.Name)
		if !aws.ToBool(a.Mutable) && name != "sub" && p.attributes[name] != "" {
			out = append(out, ui.Fact{Name: v.attributeLabel(name), Value: p.attributes[name]})
		}
	}
	return out
}
