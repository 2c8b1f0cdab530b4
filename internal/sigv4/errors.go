package sigv4

import "gatehouse/internal/fault"

// Reasons, in the words of the query protocol; awsJson1.1 spells them its own way at the edge.
var (
	ErrMissingAuthentication = fault.Status(403, "MissingAuthenticationToken", "Request is missing Authentication Token")
	ErrIncompleteSignature   = fault.New("IncompleteSignature", "The request signature does not conform to AWS standards.")
	ErrSignatureMismatch     = fault.Status(403, "SignatureDoesNotMatch", "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.")
	ErrInvalidClientToken    = fault.Status(403, "InvalidClientTokenId", "The security token included in the request is invalid.")
)
