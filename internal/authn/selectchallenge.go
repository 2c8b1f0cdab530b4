package authn

import (
	"context"

	"gatehouse/internal/userpool"
)

// selectStep is SELECT_CHALLENGE of USER_AUTH: the person, or PREFERRED_CHALLENGE, chooses the first factor.
type selectStep struct{ *Service }

// firstFactors lists what can be chosen, for everybody alike: which of it a user has would tell who exists.
func firstFactors(*userpool.Pool) []string { return []string{passwordSRP, password} }

func (selectStep) offer(context.Context, *attempt) (map[string]string, error) {
	return map[string]string{}, nil
}

func (selectStep) ready(map[string]string) bool { return false }

func (s selectStep) check(ctx context.Context, at *attempt, in map[string]string) (string, error) {
	available := firstFactors(at.pool)
	if at.row == nil { // the first request
		if wish := in["PREFERRED_CHALLENGE"]; knownFactor(available, wish) {
			return wish, nil
		}
		return "", nil
	}
	answer := in["ANSWER"]
	switch {
	case answer == "":
		return "", missing("ANSWER")
	case !knownFactor(available, answer):
		return "", ErrParameter.With("Challenge %s is not available for the user.", answer)
	}
	return answer, nil
}
