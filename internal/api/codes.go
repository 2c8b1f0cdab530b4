package api

import (
	"errors"

	"gatehouse/internal/fault"
)

// internalError is how a record names an error whose cause is in the log only.
const internalError = "InternalError"

func faultCode(err error) string {
	var f *fault.Error
	if errors.As(err, &f) {
		return f.Code
	}
	return internalError
}
