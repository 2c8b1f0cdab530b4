// Package installation is what the program knows of itself: version, address, database, transports. It
// changes nothing.
package installation

import (
	"context"
	"time"
)

// Facts are what the settings and the start say. Transports are described without secrets, "" where none is set up.
type Facts struct {
	Operator  string // the account that the installation belongs to
	Version   string
	URL       string
	Encrypted bool // the URL is https, or cannot be reached from elsewhere
	Demo      bool
	KeyInData bool // the sealing key lies beside the data that it seals
	Mail, SMS string
	TLS       bool     // the program serves TLS itself
	Proxies   []string // networks of proxies whose forwarding headers count
	Started   time.Time
	// CertificateEnds is when the certificate that is served now expires; nil where the program serves no TLS.
	CertificateEnds func() time.Time
}

// Schema is how far the database's schema is.
type Schema struct {
	Applied int
	Latest  int64   // version of the newest migration that was applied
	Pending []int64 // versions that this program knows and the database lacks
}

// Database is what is told of the database: *store.DB.
type Database interface {
	Engine() string
	// Ready tells whether it answers and its schema is as new as the program needs.
	Ready(ctx context.Context) error
	Schema(ctx context.Context) (Schema, error)
}
