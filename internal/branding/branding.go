// Package branding is how the hosted pages of a pool look: its theme and those of its app clients, as drafts, as what is
// published and as history, with their pictures, and the branding that came by Cognito's own operations. What a theme
// may say and what CSS becomes of it is package theme's; drawing is for the pages.
package branding

import (
	"context"
	"encoding/json"
	"io"
	"sync"
	"time"

	"gatehouse/internal/fault"
	"gatehouse/internal/theme"
	"gatehouse/internal/userpool"
)

// Reasons.
var (
	ErrNotFound = fault.New("ResourceNotFoundException", "Resource does not exist.")
	ErrInvalid  = fault.New("InvalidParameterException", "Invalid parameter.")
	ErrConflict = fault.New("ConcurrentModificationException", "The theme was changed by somebody else. Look at it anew.")
	ErrLimit    = fault.New("LimitExceededException", "Limit exceeded.")
)

// Limits.
const (
	KeptVersions = 50  // of each theme; older ones go
	maxPictures  = 400 // of a pool, those of its history among them
	// unusedFor is how long a picture may wait for a draft that shows it.
	unusedFor = time.Hour
)

// Entry is the theme of a pool, or of one of its clients, as it stands.
type Entry struct {
	PoolID, ClientID string // ClientID is "" for the pool's own theme
	Published        int64  // number of the version that pages show; 0: none
	Draft            json.RawMessage
	Previous         json.RawMessage // what Draft was before the last write
	Undoable         bool
	Revision         int64 // counts the writes
	Modified         time.Time
}

// Version is a theme that was published.
type Version struct {
	PoolID, ClientID string
	Number           int64
	Document         json.RawMessage
	Published        time.Time
	By               string // ARN
}

// Picture is an image that themes and styles show.
type Picture struct {
	theme.Picture
	Bytes []byte
}

// Store keeps themes and pictures. A theme, a version or a picture that it does not have is ErrNotFound.
type Store interface {
	Theme(ctx context.Context, poolID, clientID string) (*Entry, error)
	SaveTheme(ctx context.Context, e *Entry) error
	DeleteTheme(ctx context.Context, poolID, clientID string) error
	// ThemedClients are the clients that have a theme of their own, up to limit of them.
	ThemedClients(ctx context.Context, poolID string, limit int) ([]Entry, error)
	// Shown is the document that pages show to people of a client: its own theme, else its managed login branding, else its
	// classic customization, else the pool's theme, else the customization of all; nil where there is none of them.
	Shown(ctx context.Context, poolID, clientID string) (json.RawMessage, error)
	// InsertVersion keeps a version and lets go of all but the newest kept ones.
	InsertVersion(ctx context.Context, v Version, kept int64) error
	Version(ctx context.Context, poolID, clientID string, number int64) (*Version, error)
	// ListVersions answers up to limit versions below a number, newest first.
	ListVersions(ctx context.Context, poolID, clientID string, below int64, limit int) ([]Version, error)

	Picture(ctx context.Context, poolID, id string) (*Picture, error)
	// InsertPicture keeps a picture, once, and answers how many the pool has then.
	InsertPicture(ctx context.Context, poolID string, p Picture, now time.Time) (int64, error)
	// SweepPictures lets go of the pool's pictures from before a time that nothing shows.
	SweepPictures(ctx context.Context, poolID string, before time.Time) error
}

// Pools is the part of *userpool.Service that branding hangs on.
type Pools interface {
	// Touch bumps the pool's version, inside the transaction of what changes, and lets one change follow another.
	Touch(ctx context.Context, poolID string) error
	ClientOf(ctx context.Context, poolID, clientID string) (*userpool.Client, error)
}

// Tx runs fn in one transaction, which ctx carries. fn may run more than once.
type Tx interface {
	InTx(ctx context.Context, fn func(context.Context) error) error
}

// Service is the branding of user pools. It authorises nobody: the operations of internal/api do. All fields are required.
type Service struct {
	Store Store
	// Styles and Customizations are what came by Cognito's operations.
	Styles         StyleStore
	Customizations CustomizationStore
	Pools          Pools
	Tx             Tx
	Clock          func() time.Time
	Rand           io.Reader

	looks     looks
	unpacking sync.Mutex
}

func (s *Service) now() time.Time { return s.Clock().UTC().Truncate(time.Millisecond) }
