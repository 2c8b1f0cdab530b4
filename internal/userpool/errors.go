package userpool

import "gatehouse/internal/fault"

// Reasons, as Cognito names them. Each is answered with a message of its own by With.
var (
	ErrNotFound          = fault.New("ResourceNotFoundException", "Resource does not exist.")
	ErrInvalid           = fault.New("InvalidParameterException", "Invalid parameter.")
	ErrLimit             = fault.New("LimitExceededException", "Limit exceeded.")
	ErrOAuthFlow         = fault.New("InvalidOAuthFlowException", "Invalid OAuth flow.")
	ErrScopeDoesNotExist = fault.New("ScopeDoesNotExistException", "Invalid scope requested.")
	ErrFeatureNotInTier  = fault.New("FeatureUnavailableInTierException", "The feature is not in the pool's tier.")
	ErrNotAuthorized     = fault.New("NotAuthorizedException", "Not authorized.")
	ErrConcurrentChange  = fault.New("ConcurrentModificationException", "The resource was changed at the same time. Try again.")
)

// PoolNotFound is the answer for an id that names no pool.
func PoolNotFound(id string) error { return ErrNotFound.With("User pool %s does not exist.", id) }

// ClientNotFound is the answer for an id that names no client, or one of another pool.
func ClientNotFound(id string) error {
	return ErrNotFound.With("User pool client %s does not exist.", id)
}

// DomainNotFound is the answer for a name that is no pool's domain.
func DomainNotFound() error { return ErrNotFound.With("Domain does not exist.") }

// ResourceServerNotFound is the answer for an identifier that names no resource server of the pool.
func ResourceServerNotFound(identifier string) error {
	return ErrNotFound.With("Resource server %s does not exist.", identifier)
}
