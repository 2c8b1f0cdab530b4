package aws

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/aws/smithy-go"

	"gatehouse/handlers/aws/wire"
	"gatehouse/internal/fault"
)

// What this edge itself refuses, in the words of the query protocol.
var (
	errUnknownOperation = fault.New("InvalidAction", "")
	errMissingAction    = fault.New("MissingAction", "The request must contain the parameter Action.")
	errMalformedQuery   = fault.Status(404, "MalformedQueryString", "The query string contains a syntax error.")
	errTooLarge         = fault.Status(413, "RequestEntityTooLarge", "The request is larger than this operation takes.")
	errThrottled        = fault.New("Throttling", "Rate exceeded")
	errUnreadable       = fault.New("IncompleteBody", "The request body could not be read.")
)

// answer is an error as it goes out.
type answer struct {
	code, message string
	status        int
	receiver      bool              // our fault, not the caller's
	typed         any               // an SDK error with members of its own
	details       map[string]string // further members of a fault
}

// jsonCodes is how the JSON protocols spell what every service may refuse.
func jsonCode(code string) string {
	switch code {
	case "InvalidAction", "MissingAction":
		return "UnknownOperationException"
	case "AccessDenied":
		return "AccessDeniedException"
	case "MissingAuthenticationToken":
		return "MissingAuthenticationTokenException"
	case "IncompleteSignature":
		return "IncompleteSignatureException"
	case "SignatureDoesNotMatch":
		return "InvalidSignatureException"
	case "InvalidClientTokenId":
		return "UnrecognizedClientException"
	case "ExpiredToken":
		return "ExpiredTokenException"
	case "Throttling":
		return "TooManyRequestsException"
	case "RequestEntityTooLarge":
		return "RequestEntityTooLargeException"
	}
	return code
}

// fail writes any error as the protocol's own. An SDK error type keeps all its members; an error that is
// none of ours is logged whole and answered as an internal one.
func (x *exchange) fail(ctx context.Context, err error) {
	if x.svc == nil {
		x.svc = x.h.byTarget["AWSCognitoIdentityProviderService"]
	}
	a := x.answer(ctx, err)
	if x.svc.protocol == query {
		x.failXML(a)
		return
	}
	x.failJSON(a)
}

func (x *exchange) answer(ctx context.Context, err error) answer {
	var f *fault.Error
	var sdk smithy.APIError
	var a answer
	switch {
	case errors.As(err, &f):
		a = answer{code: f.Code, message: f.Message, status: f.HTTPStatus(), receiver: f.HTTPStatus() >= 500, details: f.Details}
	case errors.As(err, &sdk):
		a = answer{code: sdk.ErrorCode(), message: sdk.ErrorMessage(), status: 400, typed: sdk}
		if sdk.ErrorFault() == smithy.FaultServer {
			a.status, a.receiver = 500, true
		}
		if _, generic := sdk.(*smithy.GenericAPIError); generic {
			a.typed = nil
		} else if s := wire.ErrorStatus(sdk); s != 0 {
			a.status = s
		}
	case errors.Is(err, wire.ErrSerialization):
		a = answer{code: "SerializationException", message: strings.TrimPrefix(err.Error(), "SerializationException: "), status: 400}
		if x.svc.protocol == query {
			a.code = "MalformedInput"
		}
	default:
		a = answer{code: x.svc.internal, message: "Something went wrong. The request id names it in the log.", status: 500, receiver: true}
		x.h.o.Log.ErrorContext(ctx, "aws operation failed", "service", x.svc.name, "operation", x.opName, "request_id", x.id, "error", err)
	}
	if s, ok := x.svc.status[a.code]; ok {
		a.status = s
	}
	if x.svc.protocol != query {
		if a.code = jsonCode(a.code); x.svc.protocol == json11 && a.typed == nil && a.status < 500 && a.status != http.StatusRequestEntityTooLarge {
			a.status = 400 // awsJson tells errors by their type alone
		}
	}
	return a
}

func (x *exchange) failJSON(a answer) {
	b := wire.AppendQuote([]byte(`{"__type":`), a.code)
	if a.message != "" {
		b = wire.AppendQuote(append(b, `,"message":`...), a.message)
	}
	if a.typed != nil {
		b = x.h.codec.AppendErrorJSON(b, a.typed)
	}
	for _, k := range keys(a.details) {
		b = append(wire.AppendQuote(append(b, ','), k), ':')
		b = wire.AppendQuote(b, a.details[k])
	}
	x.w.Header().Set("x-amzn-ErrorType", a.code)
	x.send(a.status, jsonType, append(b, '}'))
}

func (x *exchange) failXML(a answer) {
	who := "Sender"
	if a.receiver {
		who = "Receiver"
	}
	b := []byte(`<ErrorResponse xmlns="` + x.svc.namespace + `"><Error><Type>` + who + `</Type><Code>`)
	b = append(wire.AppendXMLText(b, a.code), "</Code><Message>"...)
	b = append(wire.AppendXMLText(b, a.message), "</Message>"...)
	if a.typed != nil {
		b = x.h.codec.AppendErrorXML(b, a.typed)
	}
	for _, k := range keys(a.details) {
		b = append(append(append(b, '<'), k...), '>')
		b = wire.AppendXMLText(b, a.details[k])
		b = append(append(append(b, "</"...), k...), '>')
	}
	b = append(append(append(b, "</Error><RequestId>"...), x.id...), "</RequestId></ErrorResponse>"...)
	x.send(a.status, xmlType, b)
}

func keys(m map[string]string) []string {
	ks := make([]string, 0, len(m))
	for k := range m {
		ks = append(ks, k)
	}
	slices.Sort(ks)
	return ks
}
