package gatehouse

import (
	"context"
	"slices"
	"time"

	"gatehouse/internal/api"
	"gatehouse/internal/installation"
	"gatehouse/internal/seal"
)

// Sealing is *seal.Background.
type Sealing interface {
	Status(ctx context.Context) ([]seal.KeyStatus, error)
	Nodes(ctx context.Context) ([]seal.Node, error)
	Wanted() string
	Begin() error
	Progress() seal.Progress
}

// DescribeInstallationInput asks what runs here. Like all that is of the installation and not of an account, it
// is for the operator's account alone.
type DescribeInstallationInput struct{}

// DescribeInstallationOutput is what runs here.
type DescribeInstallationOutput struct {
	Version, Url      *string
	Encrypted         *bool // the URL is https, or cannot be reached from elsewhere
	Demo              *bool
	SealingKeyInData  *bool
	MailTransport     *string // without secrets; none when mails cannot be sent
	SmsTransport      *string
	TlsCertificate    *bool      // the program serves TLS itself
	TlsExpirationDate *time.Time // of the certificate that it serves
	TrustedProxies    []string   // networks whose forwarding headers count
	StartDate         *time.Time // of the node that answers
	DatabaseEngine    *string    // sqlite or postgres
	DatabaseProblem   *string    // Unreachable or MigrationsPending; none when all is well
	Migrations        *int32     // that were applied
	LatestMigration   *int64
	PendingMigrations []int64
	Nodes             []Node
}

// Node is one that runs.
type Node struct {
	Id, Name            *string
	ActiveKeyId         *string
	StartDate, SeenDate *time.Time
}

// ListSealingKeysInput asks for the keys that values in the database are sealed with.
type ListSealingKeysInput struct{}

// ListSealingKeysOutput is them, and how the last rotation that was begun at this node goes.
type ListSealingKeysOutput struct {
	Keys     []SealingKey
	Rotation *SealingRotation
}

// SealingKey is one, never its material.
type SealingKey struct {
	Id             *string
	Active, Wanted *bool // seals now; stands first in the settings of the node that answers
	InSettings     *bool
	Values         *int64
	Nodes          []string // that hold it
	CreationDate   *time.Time
}

// SealingRotation is how a rotation goes.
type SealingRotation struct {
	Running *bool
	Steps   []SealingStep
	Failure *string // NodesLackKey, NodesWait, ValuesUnreadable or InternalError; none while it goes well
}

// SealingStep is something that a rotation has done.
type SealingStep struct {
	Name   *string // KeyActivated, AwaitingNodes, ValuesSealed, ValuesLeft, KeyRetired
	KeyId  *string // that it is about
	Values *int64
}

// RotateSealingKeysInput begins to seal everything with the key that stands first in the settings.
type RotateSealingKeysInput struct{}

// RotateSealingKeysOutput is how it goes.
type RotateSealingKeysOutput struct{ Rotation *SealingRotation }

func (s *Service) registerInstallation(r *api.Registry) {
	api.Add(r, name, api.Op[DescribeInstallationInput, DescribeInstallationOutput]{Access: api.Signed(), Run: s.describeInstallation})
	api.Add(r, name, api.Op[ListSealingKeysInput, ListSealingKeysOutput]{Access: api.Signed(), Run: s.listSealingKeys})
	api.Add(r, name, api.Op[RotateSealingKeysInput, RotateSealingKeysOutput]{Access: api.Signed(), Effect: api.Change, Run: s.rotateSealingKeys})
}

// operator refuses whoever is not of the account that the installation belongs to.
func (s *Service) operator(ctx context.Context) error {
	if p := api.PrincipalFrom(ctx); p.AccountID != s.Facts.Operator {
		return api.ErrAccessDenied.With("User: %s is not of the account that operates this installation", p.ARN)
	}
	return nil
}

func (s *Service) describeInstallation(ctx context.Context, _ *DescribeInstallationInput) (*DescribeInstallationOutput, error) {
	if err := s.operator(ctx); err != nil {
		return nil, err
	}
	f, engine := s.Facts, s.Database.Engine()
	out := &DescribeInstallationOutput{
		Version: &f.Version, Url: &f.URL, Encrypted: &f.Encrypted, Demo: &f.Demo, SealingKeyInData: &f.KeyInData,
		MailTransport: some(f.Mail), SmsTransport: some(f.SMS), StartDate: &f.Started, DatabaseEngine: &engine, Nodes: []Node{},
		TlsCertificate: &f.TLS, TrustedProxies: f.Proxies,
	}
	if f.CertificateEnds != nil {
		ends := f.CertificateEnds()
		out.TlsExpirationDate = &ends
	}
	schema, err := s.Database.Schema(ctx)
	if err != nil {
		return nil, err
	}
	out.DatabaseProblem = s.databaseProblem(ctx, schema)
	applied := int32(schema.Applied)
	out.Migrations, out.LatestMigration, out.PendingMigrations = &applied, &schema.Latest, schema.Pending
	nodes, err := s.Sealing.Nodes(ctx)
	if err != nil {
		return nil, err
	}
	for _, n := range nodes {
		out.Nodes = append(out.Nodes, Node{Id: &n.ID, Name: &n.Name, ActiveKeyId: &n.Active, StartDate: &n.Started, SeenDate: &n.Seen})
	}
	return out, nil
}

// databaseProblem names what is wrong; the log has the engine's own words.
func (s *Service) databaseProblem(ctx context.Context, schema installation.Schema) *string {
	switch {
	case len(schema.Pending) > 0:
		return some("MigrationsPending")
	case s.Database.Ready(ctx) != nil:
		return some("Unreachable")
	}
	return nil
}

func (s *Service) listSealingKeys(ctx context.Context, _ *ListSealingKeysInput) (*ListSealingKeysOutput, error) {
	if err := s.operator(ctx); err != nil {
		return nil, err
	}
	keys, err := s.Sealing.Status(ctx)
	if err != nil {
		return nil, err
	}
	out := &ListSealingKeysOutput{Keys: []SealingKey{}, Rotation: rotationView(s.Sealing.Progress())}
	for _, k := range keys {
		wanted := k.ID == s.Sealing.Wanted()
		view := SealingKey{Id: &k.ID, Active: &k.Active, Wanted: &wanted, InSettings: &k.Held, Values: &k.Values, Nodes: slices.Clone(k.Nodes)}
		if !k.Created.IsZero() {
			view.CreationDate = &k.Created
		}
		out.Keys = append(out.Keys, view)
	}
	return out, nil
}

func (s *Service) rotateSealingKeys(ctx context.Context, _ *RotateSealingKeysInput) (*RotateSealingKeysOutput, error) {
	if err := s.operator(ctx); err != nil {
		return nil, err
	}
	if err := s.Sealing.Begin(); err != nil {
		return nil, err
	}
	return &RotateSealingKeysOutput{Rotation: rotationView(s.Sealing.Progress())}, nil
}

// rotationView is nil where none was begun.
func rotationView(p seal.Progress) *SealingRotation {
	if !p.Running && len(p.Steps) == 0 && p.Failure == "" {
		return nil
	}
	out := &SealingRotation{Running: &p.Running, Steps: []SealingStep{}, Failure: some(p.Failure)}
	for _, s := range p.Steps {
		out.Steps = append(out.Steps, SealingStep{Name: &s.Name, KeyId: &s.Key, Values: &s.Values})
	}
	return out
}
