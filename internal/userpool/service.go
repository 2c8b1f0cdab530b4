package userpool

import (
	"context"
	"io"
	"time"
)

// Service is the configuration of user pools. It authorises nobody: the operations of internal/api do.
type Service struct {
	Pools     PoolStore
	Clients   ClientStore
	Domains   DomainStore
	Servers   ResourceServerStore
	Tx        Tx
	Seal      Sealer
	Keys      KeyMaker  // nil: pools are made without signing keys (tests of other things)
	Providers Providers // nil: no federation, COGNITO is the only identity provider
	Purgers   []Purger  // what else goes when a pool goes
	Clock     func() time.Time
	Rand      io.Reader
	// BaseHost is the host of the installation's public URL without port; prefix domains are
	// {prefix}.auth.{BaseHost}.
	BaseHost string
	// OtherHosts are further names that the installation answers itself (GATEHOUSE_EXTRA_HOSTS).
	OtherHosts []string

	pools   lru[string, poolEntry]
	clients lru[string, clientEntry]
	scopes  lru[versioned, []string]
}

// now is the time as the database keeps it.
func (s *Service) now() time.Time { return s.Clock().UTC().Truncate(time.Millisecond) }

// Tx runs fn in one transaction, which ctx carries. fn may run more than once.
type Tx interface {
	InTx(ctx context.Context, fn func(context.Context) error) error
}

// Sealer encrypts secrets at rest, bound to a purpose and to the row that holds them.
type Sealer interface {
	Seal(purpose string, aad, plaintext []byte) ([]byte, error)
	Open(purpose string, aad, sealed []byte) ([]byte, error)
}

// KeyMaker gives a new pool its signing keys, out of a reserve, inside the transaction that ctx carries.
type KeyMaker interface {
	PrepareKeys(ctx context.Context, poolID, algorithm string) error
}

// Providers knows the identity providers of a pool.
type Providers interface {
	ProviderNames(ctx context.Context, poolID string) ([]string, error)
}

// Purger deletes what another package keeps of a pool, inside the transaction that ctx carries.
type Purger interface {
	PurgePool(ctx context.Context, poolID string) error
}

// PoolStore keeps pools. Ids that it does not have are answered with PoolNotFound.
type PoolStore interface {
	// InsertPool adds a pool and answers how many the account then has in the region.
	InsertPool(ctx context.Context, p *Pool) (count int64, err error)
	// LockPool reads a pool and bumps its version; no other transaction changes it until this one ends.
	LockPool(ctx context.Context, id string) (*Pool, error)
	// SavePool writes name, modification time, counts and settings of a locked pool.
	SavePool(ctx context.Context, p *Pool) error
	DeletePool(ctx context.Context, p *Pool) error
	PoolVersion(ctx context.Context, id string) (int64, error)
	PoolByID(ctx context.Context, id string) (*Pool, error)
	// ListPools answers up to limit pools past the cursor, oldest first.
	ListPools(ctx context.Context, accountID, region string, after Cursor, limit int) ([]*Pool, error)
	// SearchPools answers up to limit pools of an account past the place, in the order of lower-case names.
	SearchPools(ctx context.Context, accountID string, f PoolFilter, after NamePlace, limit int) ([]PoolSummary, error)
	// PoolRegions counts an account's pools by region, those without left out, in the order of names.
	PoolRegions(ctx context.Context, accountID string) ([]RegionPools, error)
	// Users is the estimated number of users; AddUsers changes it.
	Users(ctx context.Context, id string) (int64, error)
	AddUsers(ctx context.Context, id string, delta int64) error
}

// ClientStore keeps clients and their sealed secrets. Ids that it does not have are answered with ClientNotFound.
type ClientStore interface {
	InsertClient(ctx context.Context, c *Client) error
	// SaveClient writes name, modification time and settings and bumps the version.
	SaveClient(ctx context.Context, c *Client) error
	DeleteClient(ctx context.Context, id string) error
	// ClientByID answers a client without its secrets.
	ClientByID(ctx context.Context, id string) (*Client, error)
	// ClientState answers in one query what is read for every request.
	ClientState(ctx context.Context, id string) (ClientState, error)
	// ListClients answers up to limit clients past the cursor, oldest first, without secrets.
	ListClients(ctx context.Context, poolID string, after Cursor, limit int) ([]*Client, error)
	// ClientsNamed answers up to limit clients whose names begin with a prefix, whatever the case, without secrets.
	ClientsNamed(ctx context.Context, poolID, prefix string, limit int) ([]*Client, error)
	InsertSecret(ctx context.Context, clientID string, s SealedSecret) error
	// DeleteSecret tells whether there was such a secret.
	DeleteSecret(ctx context.Context, clientID, secretID string) (bool, error)
}

// ClientState is what may change between two requests of a client.
type ClientState struct {
	PoolID        string
	PoolVersion   int64
	ClientVersion int64
	Secrets       []SealedSecret // oldest first
}

// SealedSecret is a client secret at rest.
type SealedSecret struct {
	ID      string
	Sealed  []byte
	Created time.Time
}

// DomainStore keeps domains. Names that it does not have are answered with DomainNotFound.
type DomainStore interface {
	// InsertDomain answers ErrInvalid when the name is taken or the pool has a domain of that kind.
	InsertDomain(ctx context.Context, d *Domain) error
	SaveDomain(ctx context.Context, d *Domain) error
	DeleteDomain(ctx context.Context, poolID, name string) error
	DomainByName(ctx context.Context, name string) (*Domain, error)
	DomainsOfPool(ctx context.Context, poolID string) ([]Domain, error)
}

// ResourceServerStore keeps resource servers. Identifiers that the pool does not have are answered with
// ResourceServerNotFound.
type ResourceServerStore interface {
	// InsertResourceServer answers ErrInvalid when the pool has the identifier.
	InsertResourceServer(ctx context.Context, r *ResourceServer) error
	SaveResourceServer(ctx context.Context, r *ResourceServer) error
	DeleteResourceServer(ctx context.Context, poolID, identifier string) error
	ResourceServer(ctx context.Context, poolID, identifier string) (*ResourceServer, error)
	// ListResourceServers answers up to limit of them past an identifier, in the order of identifiers.
	ListResourceServers(ctx context.Context, poolID, after string, limit int) ([]ResourceServer, error)
}

// Cursor is the place in a list that a page ended at.
type Cursor struct {
	Created int64 // unix milliseconds
	ID      string
}
