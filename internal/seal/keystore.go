package seal

import (
	"context"
	"time"
)

// StoredKey is what the database knows of a key.
type StoredKey struct {
	ID        string
	Check     string
	Active    bool
	Created   time.Time
	Activated time.Time // zero when it never was active
}

// Node is one running process, as its heartbeat tells.
type Node struct {
	ID      string
	Name    string   // the host's name
	Keys    []string // ids of the sealing keys in its settings
	Active  string   // the key that it seals with
	Started time.Time
	Seen    time.Time
}

// KeyStore keeps what nodes must agree on about sealing keys.
type KeyStore interface {
	// ListSealingKeys answers every key that the database knows, oldest first.
	ListSealingKeys(ctx context.Context) ([]StoredKey, error)
	// CreateSealingKey adds a key; it does nothing when the id is there, or another key is active and this one would be.
	CreateSealingKey(ctx context.Context, k StoredKey) error
	// ActivateSealingKey makes a key that is there the active one.
	ActivateSealingKey(ctx context.Context, id string, at time.Time) error
	// DeleteSealingKey forgets a key that is not active.
	DeleteSealingKey(ctx context.Context, id string) error
	// InstallationSecret answers the sealed secret of a name, ok false when there is none.
	InstallationSecret(ctx context.Context, name string) (sealed []byte, ok bool, err error)
	// CreateInstallationSecret keeps a secret; it does nothing when the name is taken.
	CreateInstallationSecret(ctx context.Context, name string, sealed []byte) error
	// SaveNode writes a heartbeat.
	SaveNode(ctx context.Context, n Node) error
	// DeleteNode forgets a node that stops.
	DeleteNode(ctx context.Context, id string) error
	// ListNodes answers the nodes seen since a time.
	ListNodes(ctx context.Context, since time.Time) ([]Node, error)
	// CountSealed tells how many sealed values there are by key id.
	CountSealed(ctx context.Context) (map[string]int64, error)
	// Reseal walks all sealed values that are not under the active key and replaces each that has not
	// changed meanwhile. Values that do not open are counted as failed and left alone.
	Reseal(ctx context.Context, active string, reseal Resealer) (done, failed int64, err error)
}

// Resealer is Keyring.Reseal.
type Resealer func(purpose string, aad, sealed []byte) (out []byte, changed bool, err error)
