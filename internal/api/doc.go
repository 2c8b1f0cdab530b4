// Package api is every operation of the AWS services as one typed Go function, authorised and audited in
// one place. The AWS edge decodes requests into it and the console calls it in process; neither has a
// power of its own. It holds no product rules (the domain services under internal do) and knows no HTTP.
//
// # How to add an operation
//
// Write it where its service and noun live (internal/api/cognitoidp/pools.go), as a method of that
// package's Service that maps the SDK's input to one call of a domain service and the answer back:
//
//	func (s *Service) registerPools(r *api.Registry) {
//		api.Add(r, name, api.Op[idp.DescribeUserPoolInput, idp.DescribeUserPoolOutput]{
//			Access:   api.Signed(),
//			Resource: pool(func(in *idp.DescribeUserPoolInput) *string { return in.UserPoolId }),
//			Run:      s.describeUserPool,
//		})
//		api.Add(r, name, api.Op[idp.GetUserInput, idp.GetUserOutput]{
//			Access: api.UserToken(func(in *idp.GetUserInput) *string { return in.AccessToken }),
//			Run:    s.getUser,
//		})
//	}
//
// Then read the caller only from the context: PrincipalFrom for a signed call, UserFrom for a verified
// access token, ClientFrom for a proved client (or a session's), RequestFrom for address, agent, region
// and request id, ScopeFrom for the account and region that a signed call acts in. Never take a user from
// the input of an operation that a user token authorises.
//
// The pipeline (API.Invoke) is constraints, access, resolve, authorise, run, audit. Input that breaks the
// service model's own limits never reaches Run, so Run checks only what the model cannot say. Return
// *fault.Error or an SDK error type for what the caller can act on, any other error for the rest.
//
// An operation is a change and audited unless its name starts with Describe, Get or List; reads that show
// secrets or people are listed in effect.go and audited too. A change's record
// commits in the transaction of the change: see package audit. Acts of end users (UserToken, Client,
// Session) leave an auth event written by the domain service instead.
package api
