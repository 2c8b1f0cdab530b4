package authorizer

import (
	"cmp"
	"context"
	"encoding/base32"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"

	"gatehouse/internal/arn"
	"gatehouse/internal/fault"
	"gatehouse/internal/seal"
)

// Proxies, by how they tell the request that they ask about.
const (
	Nginx     = "nginx"     // X-Original-…, which its configuration sets
	Forwarded = "forwarded" // X-Forwarded-…, as Caddy's forward_auth and Traefik's ForwardAuth have them
	Envoy     = "envoy"     // the request itself, with a prefix before its path
)

// Mappings, by what a request is to policies.
const (
	ExecuteAPI = "execute-api" // execute-api:Invoke on API/STAGE/METHOD/path
	S3         = "s3"          // the actions of S3, path-style
)

// Settings are what somebody chooses of a protected service.
type Settings struct {
	Proxy   string   `json:"proxy"`
	Hosts   []string `json:"hosts"` // that the service is reached by, in lower case, with the port that clients name
	Mapping string   `json:"mapping"`
	APIID   string   `json:"apiId,omitempty"` // of ExecuteAPI, as Stage
	Stage   string   `json:"stage,omitempty"`
	// SigningName is the service that requests are signed for; the mapping's own when it is empty.
	SigningName string   `json:"signingName,omitempty"`
	UserPoolIDs []string `json:"userPoolIds,omitempty"` // whose access tokens count
}

// Protected is a service behind a proxy that asks about each request.
type Protected struct {
	ID, AccountID, Region, Name string
	Settings
	SecretHash []byte // of the secret that the proxy shows
	CreatedAt  time.Time
}

// ARN names it.
func (p *Protected) ARN() string { return ProtectedARN(p.Region, p.AccountID, p.ID) }

// ProtectedARN is that of a service by its id.
func ProtectedARN(region, accountID, id string) string {
	return arn.ARN{Service: "gatehouse", Region: region, AccountID: accountID, Resource: "protected-service/" + id}.String()
}

// Reasons of refusals.
var (
	ErrProtectedExists = fault.New("ConflictException", "There is a protected service of that name.")
	ErrNoProtected     = fault.Status(404, "ResourceNotFoundException", "There is no such protected service.")
	ErrProtectedLimit  = fault.New("LimitExceededException", "An account has at most 100 protected services in a region.")
)

const maxProtected = 100

// ProtectedStore keeps protected services.
type ProtectedStore interface {
	// InsertProtected answers false where the account has max in the region, and ErrProtectedExists for a taken name.
	InsertProtected(ctx context.Context, p Protected, max int) (bool, error)
	// ProtectedByID answers ErrNoProtected for none.
	ProtectedByID(ctx context.Context, id string) (Protected, error)
	// ListProtected answers all of a region in the order of names.
	ListProtected(ctx context.Context, accountID, region string) ([]Protected, error)
	// DeleteProtected answers false where there is none.
	DeleteProtected(ctx context.Context, accountID, region, id string) (bool, error)
}

// Register is the protected services of all accounts. All fields are required.
type Register struct {
	Store ProtectedStore
	Clock func() time.Time
	Rand  io.Reader
}

// defaultStage is the stage of an API of API Gateway that has no other.
const defaultStage = "$default"

// Create makes a service and answers the secret of its proxy, which is not kept. Without a mapping it is one of ExecuteAPI, whose
// API is called by the id of the service and whose stage $default where nothing else is said. To change a secret, make another service
// and delete the first once the proxy knows the new one.
func (g *Register) Create(ctx context.Context, accountID, region, name string, v Settings) (Protected, seal.Secret, error) {
	p := Protected{AccountID: accountID, Region: region, Name: name, Settings: v, CreatedAt: g.Clock().UTC().Truncate(time.Millisecond)}
	b := make([]byte, 15)
	if _, err := io.ReadFull(g.Rand, b); err != nil {
		return p, "", fmt.Errorf("read randomness: %w", err)
	}
	p.ID = strings.ToLower(base32.StdEncoding.EncodeToString(b))
	p.Mapping = cmp.Or(p.Mapping, ExecuteAPI)
	if p.Mapping == ExecuteAPI {
		p.APIID, p.Stage = cmp.Or(p.APIID, p.ID), cmp.Or(p.Stage, defaultStage)
	}
	if err := p.check(); err != nil {
		return p, "", err
	}
	secret, err := seal.NewHandle(g.Rand)
	if err != nil {
		return p, "", err
	}
	p.SecretHash = seal.HashHandle(secret)
	ok, err := g.Store.InsertProtected(ctx, p, maxProtected)
	if err == nil && !ok {
		err = ErrProtectedLimit
	}
	return p, seal.Secret(secret), err
}

var (
	nameForm    = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)
	hostForm    = regexp.MustCompile(`^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?|\[[0-9a-f:]+\])(:[0-9]{1,5})?$`)
	idForm      = regexp.MustCompile(`^[a-z2-7]{24}$`) // as Create makes them
	signingForm = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,63}$`)
)

func (p *Protected) check() error {
	for i, h := range p.Hosts {
		if p.Hosts[i] = strings.ToLower(h); !hostForm.MatchString(p.Hosts[i]) {
			return ErrInvalid.With("%q is not the host name of a service, with its port where clients name one.", h)
		}
	}
	api := p.Mapping == ExecuteAPI
	switch {
	case !nameForm.MatchString(p.Name):
		return ErrInvalid.With("Name has 1 to 64 letters, digits, dots, hyphens and underscores.")
	case !slices.Contains([]string{Nginx, Forwarded, Envoy}, p.Proxy):
		return ErrInvalid.With("Proxy must be nginx, forwarded (Caddy, Traefik) or envoy.")
	case p.Mapping != ExecuteAPI && p.Mapping != S3:
		return ErrInvalid.With("Mapping must be execute-api or s3.")
	case len(p.Hosts) < 1 || len(p.Hosts) > 20:
		return ErrInvalid.With("Hosts must name 1 to 20 host names of the service.")
	case api && (!nameForm.MatchString(p.APIID) || p.Stage != defaultStage && !nameForm.MatchString(p.Stage)):
		return ErrInvalid.With("ApiId and Stage have 1 to 64 letters, digits, dots, hyphens and underscores; a Stage may be $default.")
	case !api && (p.APIID != "" || p.Stage != ""):
		return ErrInvalid.With("ApiId and Stage are for the mapping execute-api.")
	case p.SigningName != "" && !signingForm.MatchString(p.SigningName):
		return ErrInvalid.With("SigningName must be the signing name of a service.")
	case len(p.UserPoolIDs) > 20:
		return ErrInvalid.With("UserPoolIds has at most 20 ids.")
	}
	return nil
}

// Find is the service whose proxy shows a secret; ErrNoProtected tells neither whether there is one of that id.
func (g *Register) Find(ctx context.Context, id, secret string) (*Protected, error) {
	if !idForm.MatchString(id) {
		return nil, ErrNoProtected
	}
	p, err := g.Store.ProtectedByID(ctx, id)
	if err != nil {
		return nil, err
	}
	if !seal.Equal(p.SecretHash, seal.HashHandle(secret)) {
		return nil, ErrNoProtected
	}
	return &p, nil
}
