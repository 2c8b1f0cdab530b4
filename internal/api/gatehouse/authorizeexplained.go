package gatehouse

import (
	"gatehouse/internal/policy"
)

// AuthorizeExplanation is why a decision came out as it did.
type AuthorizeExplanation struct {
	// Statements are those of every policy that counts for the principal, in the order of evaluation, 200 at most;
	// MoreStatements is how many were left out.
	Statements     []ExplainedStatement
	MoreStatements *int32
	// MissingKeys are the condition keys that statements asked for and the request has not.
	MissingKeys []string
	// Changes would turn the answer, all of them together, in words.
	Changes []string
}

const maxStatements = 200

func explanation(e *policy.Explanation) *AuthorizeExplanation {
	out := &AuthorizeExplanation{Statements: []ExplainedStatement{}, MissingKeys: append([]string{}, e.MissingKeys...), Changes: []string{}}
	for i := range e.Statements {
		if i == maxStatements {
			out.MoreStatements = number(len(e.Statements) - i)
			break
		}
		out.Statements = append(out.Statements, explained(&e.Statements[i], e.Match))
	}
	for _, c := range e.Changes {
		out.Changes = append(out.Changes, c.String())
	}
	return out
}
