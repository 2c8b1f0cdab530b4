package aws

import "net/http"

// Browsers call the operations that no account's credentials sign (sign-in, sign-up, one's own account) from
// any origin, as they call AWS. Nothing here reads cookies, so a page of another origin gains nothing.

// isPreflight tells a CORS preflight from other OPTIONS requests.
func isPreflight(r *http.Request) bool {
	return r.Method == http.MethodOptions && r.Header.Get("Origin") != "" && r.Header.Get("Access-Control-Request-Method") != ""
}

// preflight cannot see which operation will be called: it permits the protocol's headers, and the answer
// itself tells whether the page may read it.
func preflight(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Access-Control-Allow-Methods", "POST, GET")
	h.Set("Access-Control-Allow-Headers", allowedHeaders)
	h.Set("Access-Control-Max-Age", "7200")
	h.Add("Vary", "Access-Control-Request-Headers")
	w.WriteHeader(http.StatusNoContent)
}

// Authorization is named although public operations ignore it: SDKs with credentials send it with all calls.
const allowedHeaders = "authorization, content-type, x-amz-target, x-amz-user-agent, x-amz-date, x-amz-security-token, " +
	"x-amz-content-sha256, amz-sdk-invocation-id, amz-sdk-request, cache-control, x-amz-sso_bearer_token"

// allowBrowser lets a page read the answer to an operation that browsers may call.
func (x *exchange) allowBrowser() {
	if x.op == nil || !x.op.Access.Browser() {
		return
	}
	h := x.w.Header()
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Access-Control-Expose-Headers", "x-amzn-RequestId, x-amzn-ErrorType, x-amzn-ErrorMessage, Date")
}
