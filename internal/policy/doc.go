// Package policy is the IAM policy language: it parses and validates documents, compiles them into sets that
// are asked many times, and decides a request by AWS's order of evaluation, with the reasons when somebody
// wants them. It is pure: values in, a decision out; it knows no store, no wire and no clock. Who gathers a
// principal's policies and the context of a request is its caller.
//
// The flow is Parse, Validate, Compile once, then Evaluate per request; Explain says why, Grants compares two
// versions of a policy.
package policy
