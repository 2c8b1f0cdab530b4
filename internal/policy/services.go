package policy

import "strings"

// AllowsService tells whether any statement allows actions of a service (cognito-idp), on whatever resource and under
// whatever conditions. It does not look at what is denied.
func (d *Document) AllowsService(service string) bool {
	for i := range d.Statements {
		if s := &d.Statements[i]; s.Effect == Allow && s.aboutService(service) {
			return true
		}
	}
	return false
}

// aboutService tells whether some action of a service is one that the statement is about; of a NotAction, whether not
// all are taken out.
func (s *Statement) aboutService(service string) bool {
	for _, a := range s.Actions {
		prefix, name, _ := strings.Cut(a.Value, ":")
		whole := a.Value == "*" || name == "*" && strings.EqualFold(prefix, service)
		if s.NotAction && whole {
			return false
		}
		if !s.NotAction && (whole || strings.EqualFold(prefix, service)) {
			return true
		}
	}
	return s.NotAction
}
