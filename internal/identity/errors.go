package identity

import "gatehouse/internal/fault"

// Reasons of refusals, as IAM names them.
var (
	ErrNotFound       = fault.Status(404, "NoSuchEntity", "The requested entity cannot be found.")
	ErrExists         = fault.Status(409, "EntityAlreadyExists", "The entity exists already.")
	ErrDeleteConflict = fault.Status(409, "DeleteConflict", "Cannot delete entity, it is in use.")
	ErrLimit          = fault.Status(409, "LimitExceeded", "Cannot exceed quota.")
	ErrInvalid        = fault.New("InvalidInput", "The input is not valid.")
	ErrValidation     = fault.New("ValidationError", "The input is not valid.")
)

func notFound(k Kind, name string) error {
	if k == InstanceProfile {
		return ErrNotFound.With("Instance Profile %s cannot be found.", name)
	}
	return ErrNotFound.With("The %s with name %s cannot be found.", k, name)
}

func overQuota(quota string, n int) error {
	return ErrLimit.With("Cannot exceed quota for %s: %d", quota, n)
}
