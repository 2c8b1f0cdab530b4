package authn

import "slices"

// The flows, as AuthFlow spells them. REFRESH_TOKEN_AUTH signs nobody in: the edge hands it to package token.
const (
	flowSRP           = "USER_SRP_AUTH"
	flowPassword      = "USER_PASSWORD_AUTH"
	flowAdminPassword = "ADMIN_USER_PASSWORD_AUTH"
	flowAdminNoSRP    = "ADMIN_NO_SRP_AUTH"
	flowUser          = "USER_AUTH"
)

// firstStep is the step that an attempt answers at once, if the client and the caller may use its flow.
// The hosted pages offer what the pool offers, whatever flows the client's own code may use.
func (s *Service) firstStep(a Attempt) (string, error) {
	switch a.Flow {
	case flowPassword:
		if !a.Caller.Hosted && !a.Client.Allows("ALLOW_USER_PASSWORD_AUTH") {
			return "", ErrFlowNotAllowed.With("USER_PASSWORD_AUTH flow not enabled for this client")
		}
		return given(a, password, "PASSWORD")
	case flowAdminPassword, flowAdminNoSRP:
		if !a.Caller.Admin {
			return "", ErrFlow
		}
		if !a.Client.Allows("ALLOW_ADMIN_USER_PASSWORD_AUTH") {
			return "", ErrFlowNotAllowed
		}
		return given(a, password, "PASSWORD")
	case flowSRP:
		if !a.Client.Allows("ALLOW_USER_SRP_AUTH") {
			return "", ErrFlowNotAllowed.With("USER_SRP_AUTH is not enabled for the client.")
		}
		return given(a, passwordSRP, "SRP_A")
	case flowUser:
		if !a.Caller.Hosted && !a.Client.Allows("ALLOW_USER_AUTH") {
			return "", ErrFlowNotAllowed.With("USER_AUTH flow not enabled for this client")
		}
		return selectChallenge, nil
	}
	return "", ErrFlow
}

func given(a Attempt, first, parameter string) (string, error) {
	if a.Params["USERNAME"] == "" {
		return "", missing("USERNAME")
	}
	if a.Params[parameter] == "" {
		return "", missing(parameter)
	}
	return first, nil
}

// knownFactor tells whether a name is one of the first factors that can be chosen.
func knownFactor(available []string, name string) bool { return slices.Contains(available, name) }
