package cognitoidp

import (
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"gatehouse/internal/api"
	"gatehouse/internal/authn"
	"gatehouse/internal/directory"
	"gatehouse/internal/token"
	"gatehouse/internal/userpool"
)

// registerAuth adds the operations on sign-in and its challenges.
func (s *Service) registerAuth(r *api.Registry) {
	api.Add(r, name, api.Op[idp.InitiateAuthInput, idp.InitiateAuthOutput]{
		Access: api.Client(func(in *idp.InitiateAuthInput) api.ClientProof {
			p := proof(in.ClientId, in.AuthParameters)
			if refreshes(in.AuthFlow) {
				p.RefreshToken = in.AuthParameters["REFRESH_TOKEN"]
			}
			return p
		}),
		Run: s.initiateAuth,
	})
	api.Add(r, name, api.Op[idp.AdminInitiateAuthInput, idp.AdminInitiateAuthOutput]{
		Access:   api.Signed(),
		Resource: pool(s, func(in *idp.AdminInitiateAuthInput) *string { return in.UserPoolId }),
		Run:      s.adminInitiateAuth,
	})
	api.Add(r, name, api.Op[idp.RespondToAuthChallengeInput, idp.RespondToAuthChallengeOutput]{
		Access: api.Client(func(in *idp.RespondToAuthChallengeInput) api.ClientProof {
			return proof(in.ClientId, in.ChallengeResponses)
		}),
		Run: s.respondToAuthChallenge,
	})
	api.Add(r, name, api.Op[idp.AdminRespondToAuthChallengeInput, idp.AdminRespondToAuthChallengeOutput]{
		Access:   api.Signed(),
		Resource: pool(s, func(in *idp.AdminRespondToAuthChallengeInput) *string { return in.UserPoolId }),
		Run:      s.adminRespondToAuthChallenge,
	})
}

// proof is what AuthParameters or ChallengeResponses say of the client.
func proof(clientID *string, params map[string]string) api.ClientProof {
	return api.ClientProof{ClientID: aws.ToString(clientID), SecretHash: params["SECRET_HASH"], Username: params["USERNAME"]}
}

func (s *Service) initiateAuth(ctx context.Context, in *idp.InitiateAuthInput) (*idp.InitiateAuthOutput, error) {
	p, c, err := s.Pools.Client(ctx, api.ClientFrom(ctx).ID)
	if err != nil {
		return nil, err
	}
	a, err := s.begin(ctx, authn.Attempt{Pool: p, Client: c, Flow: string(in.AuthFlow), Params: in.AuthParameters,
		Session: aws.ToString(in.Session), Metadata: in.ClientMetadata, Caller: caller(ctx, false)})
	if err != nil {
		return nil, err
	}
	return &idp.InitiateAuthOutput{AuthenticationResult: a.result, ChallengeName: a.challenge, ChallengeParameters: a.params,
		AvailableChallenges: a.available, Session: a.session}, nil
}

func (s *Service) adminInitiateAuth(ctx context.Context, in *idp.AdminInitiateAuthInput) (*idp.AdminInitiateAuthOutput, error) {
	p, c, err := s.adminClient(ctx, in.UserPoolId, in.ClientId)
	if err != nil {
		return nil, err
	}
	if !refreshes(in.AuthFlow) || in.AuthParameters["SECRET_HASH"] == "" {
		if err := s.Pools.ProveClient(c, in.AuthParameters["USERNAME"], in.AuthParameters["SECRET_HASH"]); err != nil {
			return nil, err
		}
	}
	a, err := s.begin(ctx, authn.Attempt{Pool: p, Client: c, Flow: string(in.AuthFlow), Params: in.AuthParameters,
		Session: aws.ToString(in.Session), Metadata: in.ClientMetadata, Caller: caller(ctx, true)})
	if err != nil {
		return nil, err
	}
	return &idp.AdminInitiateAuthOutput{AuthenticationResult: a.result, ChallengeName: a.challenge, ChallengeParameters: a.params,
		AvailableChallenges: a.available, Session: a.session}, nil
}

func (s *Service) respondToAuthChallenge(ctx context.Context, in *idp.RespondToAuthChallengeInput) (*idp.RespondToAuthChallengeOutput, error) {
	p, c, err := s.Pools.Client(ctx, api.ClientFrom(ctx).ID)
	if err != nil {
		return nil, err
	}
	a, err := s.respond(ctx, authn.Answer{Pool: p, Client: c, Challenge: string(in.ChallengeName), Session: aws.ToString(in.Session),
		Responses: in.ChallengeResponses, Metadata: in.ClientMetadata, Caller: caller(ctx, false)})
	if err != nil {
		return nil, err
	}
	return &idp.RespondToAuthChallengeOutput{AuthenticationResult: a.result, ChallengeName: a.challenge,
		ChallengeParameters: a.params, Session: a.session}, nil
}

func (s *Service) adminRespondToAuthChallenge(ctx context.Context, in *idp.AdminRespondToAuthChallengeInput) (*idp.AdminRespondToAuthChallengeOutput, error) {
	p, c, err := s.adminClient(ctx, in.UserPoolId, in.ClientId)
	if err != nil {
		return nil, err
	}
	if err := s.Pools.ProveClient(c, in.ChallengeResponses["USERNAME"], in.ChallengeResponses["SECRET_HASH"]); err != nil {
		return nil, err
	}
	a, err := s.respond(ctx, authn.Answer{Pool: p, Client: c, Challenge: string(in.ChallengeName), Session: aws.ToString(in.Session),
		Responses: in.ChallengeResponses, Metadata: in.ClientMetadata, Caller: caller(ctx, true)})
	if err != nil {
		return nil, err
	}
	return &idp.AdminRespondToAuthChallengeOutput{AuthenticationResult: a.result, ChallengeName: a.challenge,
		ChallengeParameters: a.params, Session: a.session}, nil
}

// authAnswer is what all four operations answer.
type authAnswer struct {
	result    *types.AuthenticationResultType
	challenge types.ChallengeNameType
	params    map[string]string
	available []types.ChallengeNameType
	session   *string
}

func (s *Service) begin(ctx context.Context, a authn.Attempt) (authAnswer, error) {
	if refreshes(types.AuthFlowType(a.Flow)) {
		return s.refresh(ctx, a)
	}
	step, err := s.SignIn.Start(ctx, a)
	if err != nil {
		return authAnswer{}, err
	}
	return s.answer(ctx, a.Pool, a.Client, step)
}

func (s *Service) respond(ctx context.Context, a authn.Answer) (authAnswer, error) {
	step, err := s.SignIn.Respond(ctx, a)
	if err != nil {
		return authAnswer{}, err
	}
	return s.answer(ctx, a.Pool, a.Client, step)
}

// answer prints a step; a person who is signed in gets tokens.
func (s *Service) answer(ctx context.Context, p *userpool.Pool, c *userpool.Client, step authn.Step) (authAnswer, error) {
	if step.Done == nil {
		a := authAnswer{challenge: types.ChallengeNameType(step.Challenge), params: step.Params}
		if step.Session != "" {
			a.session = &step.Session
		}
		for _, name := range step.Available {
			a.available = append(a.available, types.ChallengeNameType(name))
		}
		return a, nil
	}
	groups, err := s.People.GroupsOf(ctx, p.ID, step.Done.User.Sub)
	if err != nil {
		return authAnswer{}, err
	}
	t, err := s.Tokens.Issue(ctx, token.Grant{Pool: p, Client: c, User: step.Done.User, Groups: groups,
		Scopes: []string{token.ScopeAdmin}, AuthTime: step.Done.AuthTime, Methods: step.Done.Methods})
	if err != nil {
		return authAnswer{}, err
	}
	return signedIn(t), nil
}

func signedIn(t *token.Tokens) authAnswer {
	bearer := "Bearer"
	r := &types.AuthenticationResultType{AccessToken: &t.Access, ExpiresIn: int32(t.ExpiresIn.Seconds()), TokenType: &bearer}
	if t.ID != "" {
		r.IdToken = &t.ID
	}
	if t.Refresh != "" {
		r.RefreshToken = &t.Refresh
	}
	return authAnswer{result: r, params: map[string]string{}}
}

func refreshes(flow types.AuthFlowType) bool {
	return flow == types.AuthFlowTypeRefreshTokenAuth || flow == types.AuthFlowTypeRefreshToken
}

// refresh is REFRESH_TOKEN_AUTH. SECRET_HASH covers the token's user: its username, or its sub as some SDKs have it.
func (s *Service) refresh(ctx context.Context, a authn.Attempt) (authAnswer, error) {
	if !allowsRefresh(a.Client) {
		return authAnswer{}, authn.ErrFlowNotAllowed
	}
	refreshToken := a.Params["REFRESH_TOKEN"]
	if refreshToken == "" {
		return authAnswer{}, authn.ErrParameter.With("Missing required parameter REFRESH_TOKEN")
	}
	t, err := s.Tokens.Refresh(ctx, token.RefreshRequest{Pool: a.Pool, Client: a.Client, Token: refreshToken,
		Prove: func(u *directory.User) error {
			hash := a.Params["SECRET_HASH"]
			err := s.Pools.ProveClient(a.Client, u.Username, hash)
			if err != nil && s.Pools.ProveClient(a.Client, u.Sub, hash) == nil {
				return nil
			}
			return err
		}})
	if err != nil {
		return authAnswer{}, err
	}
	return signedIn(t), nil
}

// allowsRefresh tells whether the client may use REFRESH_TOKEN_AUTH: clients with legacy flows always could.
func allowsRefresh(c *userpool.Client) bool {
	return c.Allows("ALLOW_REFRESH_TOKEN_AUTH") ||
		!slices.ContainsFunc(c.AuthFlows, func(f string) bool { return strings.HasPrefix(f, "ALLOW_") })
}

// adminClient is a client of a pool in the account and region of the call.
func (s *Service) adminClient(ctx context.Context, poolID, clientID *string) (*userpool.Pool, *userpool.Client, error) {
	p, err := s.ownPool(ctx, poolID)
	if err != nil {
		return nil, nil, err
	}
	c, err := s.Pools.ClientOf(ctx, p.ID, aws.ToString(clientID))
	return p, c, err
}

func caller(ctx context.Context, admin bool) authn.Caller {
	r := api.RequestFrom(ctx)
	c := authn.Caller{UserAgent: r.UserAgent, RequestID: r.ID, Admin: admin}
	if r.ClientIP.IsValid() {
		c.IP = r.ClientIP.String()
	}
	return c
}
