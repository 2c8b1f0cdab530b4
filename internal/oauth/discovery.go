package oauth

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"gatehouse/internal/userpool"
)

// documentAge is how old a discovery document may be.
const documentAge = time.Second

// documents keeps the discovery document of every pool that was asked for, ready to send.
type documents struct{ byPool sync.Map } // pool id -> document

type document struct {
	body   []byte
	loaded time.Time
}

// metadata is the provider's metadata (OpenID Connect Discovery section 3, RFC 8414).
type metadata struct {
	Authorization string   `json:"authorization_endpoint"`
	EndSession    string   `json:"end_session_endpoint"`
	IDTokenAlgs   []string `json:"id_token_signing_alg_values_supported"`
	Introspection string   `json:"introspection_endpoint"`
	Issuer        string   `json:"issuer"`
	JWKS          string   `json:"jwks_uri"`
	ResponseTypes []string `json:"response_types_supported"`
	Revocation    string   `json:"revocation_endpoint"`
	Scopes        []string `json:"scopes_supported"`
	Subjects      []string `json:"subject_types_supported"`
	Token         string   `json:"token_endpoint"`
	TokenAuth     []string `json:"token_endpoint_auth_methods_supported"`
	UserInfo      string   `json:"userinfo_endpoint"`
	GrantTypes    []string `json:"grant_types_supported"`
	ResponseModes []string `json:"response_modes_supported"`
	Challenges    []string `json:"code_challenge_methods_supported"`
	Prompts       []string `json:"prompt_values_supported"`
	ClaimsParam   bool     `json:"claims_parameter_supported"`
	RequestParam  bool     `json:"request_parameter_supported"`
	RequestURI    bool     `json:"request_uri_parameter_supported"`
	IssParam      bool     `json:"authorization_response_iss_parameter_supported"`
	RevokeAuth    []string `json:"revocation_endpoint_auth_methods_supported"`
	InspectAuth   []string `json:"introspection_endpoint_auth_methods_supported"`
}

// Discovery is the pool's discovery document, at most one second old; an error of Pools when there is no
// such pool. The bytes are shared: do not write to them.
func (s *Service) Discovery(ctx context.Context, poolID string) ([]byte, error) {
	now := s.Clock()
	if v, ok := s.documents.byPool.Load(poolID); ok {
		if d := v.(document); now.Sub(d.loaded) < documentAge && !now.Before(d.loaded) {
			return d.body, nil
		}
	}
	pool, err := s.Pools.Pool(ctx, poolID)
	if err != nil {
		s.documents.byPool.Delete(poolID)
		return nil, err
	}
	domains, err := s.Pools.DomainsOf(ctx, poolID)
	if err != nil {
		return nil, fmt.Errorf("read domains: %w", err)
	}
	algs, err := s.Tokens.IDTokenAlgorithms(ctx, pool)
	if err != nil {
		return nil, err
	}
	body, err := json.Marshal(s.metadata(pool, domains, algs))
	if err != nil {
		return nil, fmt.Errorf("encode discovery document: %w", err)
	}
	s.documents.byPool.Store(poolID, document{body, now})
	return body, nil
}

func (s *Service) metadata(pool *userpool.Pool, domains []userpool.Domain, algs []string) metadata {
	issuer := s.Tokens.Issuer(pool.ID)
	pages := s.pagesBase(issuer, domains)
	methods := []string{"client_secret_basic", "client_secret_post"}
	return metadata{
		Issuer: issuer, JWKS: issuer + "/.well-known/jwks.json", Token: issuer + "/oauth2/token", UserInfo: issuer + "/oauth2/userInfo",
		Revocation: issuer + "/oauth2/revoke", Introspection: issuer + "/oauth2/introspect",
		Authorization: pages + "/oauth2/authorize", EndSession: pages + "/logout",
		IDTokenAlgs: algs, ResponseTypes: []string{"code", "token"}, Subjects: []string{"public"},
		Scopes: []string{"openid", "email", "phone", "profile"}, TokenAuth: append(methods, "none"),
		GrantTypes:    []string{"authorization_code", "implicit", "refresh_token", "client_credentials"},
		ResponseModes: []string{"query", "fragment"}, Challenges: []string{"S256"},
		Prompts: []string{"none", "login", "select_account", "consent"}, IssParam: true, RevokeAuth: append(methods, "none"), InspectAuth: methods,
	}
}

// Pages is the base of a pool's pages as documents and mails name it; "" for a pool that has none.
func (s *Service) Pages(ctx context.Context, poolID string) (string, error) {
	domains, err := s.Pools.DomainsOf(ctx, poolID)
	if err != nil {
		return "", err
	}
	if len(domains) == 0 && !s.PathPages {
		return "", nil
	}
	return s.pagesBase(s.Tokens.Issuer(poolID), domains), nil
}

// pagesBase is where authorize and logout are advertised: the custom domain, else the prefix domain, else
// (and whenever pages answer there anyway) the issuer.
func (s *Service) pagesBase(issuer string, domains []userpool.Domain) string {
	if s.PathPages {
		return issuer
	}
	base := issuer
	for _, d := range domains {
		if d.Custom {
			return s.PoolOrigin(d)
		}
		base = s.PoolOrigin(d)
	}
	return base
}
