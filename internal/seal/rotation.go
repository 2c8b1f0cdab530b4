package seal

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"time"
)

const (
	// InstallationSecret is the purpose of the installation's own secrets; the row's name is the associated data.
	InstallationSecret = "installation-secret"
	rootName           = "derivation-root"

	beat = 10 * time.Second
	// A node that has not been heard of for this long does not run any more.
	liveFor = 35 * time.Second
)

var errNoActive = errors.New("the database knows no active sealing key")

// Rotation brings the keys of a node's settings and the state of the database together: at start, while
// the node runs, and when an operator changes keys. To change one: put the new key first in the settings
// of every node, restart them one by one, run `gatehouse keys rotate`, take the old key out.
type Rotation struct {
	Store KeyStore
	Clock func() time.Time
	Rand  io.Reader
	Log   *slog.Logger
	Keys  []Key  // of the settings, the wanted one first
	Name  string // of this node

	ring *Keyring
	node Node
}

// Open answers the keyring of this installation, made at the first start. It refuses keys that do not fit
// the database: a node that seals with a key of its own would write what no other node can read.
func (r *Rotation) Open(ctx context.Context) (*Keyring, error) {
	if len(r.Keys) == 0 {
		return nil, errors.New("no sealing key is set")
	}
	// A node that is refused leaves nothing behind: it records its keys only after the first look.
	if _, err := r.agree(ctx); err != nil && !errors.Is(err, errNoActive) {
		return nil, err
	}
	now := r.Clock()
	for i, k := range r.Keys {
		if err := r.Store.CreateSealingKey(ctx, StoredKey{ID: k.id, Check: k.Check(), Active: i == 0, Created: now}); err != nil {
			return nil, fmt.Errorf("record sealing key: %w", err)
		}
	}
	active, err := r.agree(ctx)
	if err != nil {
		return nil, err
	}
	root, err := r.openRoot(ctx, active)
	if err != nil {
		return nil, err
	}
	if r.ring, err = NewKeyring(r.Keys, root); err != nil {
		return nil, err
	}
	return r.ring, r.ring.Activate(active)
}

// agree holds the settings against the database and answers the active key's id.
func (r *Rotation) agree(ctx context.Context) (active string, err error) {
	stored, err := r.Store.ListSealingKeys(ctx)
	if err != nil {
		return "", fmt.Errorf("read sealing keys: %w", err)
	}
	var lacking []StoredKey
	for _, s := range stored {
		i := slices.IndexFunc(r.Keys, func(k Key) bool { return k.id == s.ID })
		switch {
		case i >= 0 && !Equal(r.Keys[i].Check(), s.Check):
			return "", fmt.Errorf("sealing key %s in the settings is not the key of that id that the database was sealed with", s.ID)
		case i < 0 && s.Active:
			return "", fmt.Errorf("the database is sealed with key %s, which the settings (GATEHOUSE_SECRET_KEYS) lack", s.ID)
		case i < 0:
			lacking = append(lacking, s)
		}
		if s.Active {
			active = s.ID
		}
	}
	if active == "" {
		return "", errNoActive
	}
	return active, r.stillNeeded(ctx, lacking)
}

// stillNeeded refuses to go on without a former key that values lie under.
func (r *Rotation) stillNeeded(ctx context.Context, lacking []StoredKey) error {
	if len(lacking) == 0 {
		return nil
	}
	counts, err := r.Store.CountSealed(ctx)
	if err != nil {
		return fmt.Errorf("count sealed values: %w", err)
	}
	for _, k := range lacking {
		if n := counts[k.ID]; n > 0 {
			return fmt.Errorf("%d values are still sealed with key %s, which the settings lack: add it again and run `gatehouse keys rotate`", n, k.ID)
		}
	}
	return nil
}

// openRoot opens what Derive grows from, made at the first start.
func (r *Rotation) openRoot(ctx context.Context, active string) ([]byte, error) {
	sealer, err := NewKeyring(r.Keys, make([]byte, keyBytes)) // it seals and opens; nothing is derived from it
	if err != nil {
		return nil, err
	}
	if err := sealer.Activate(active); err != nil {
		return nil, err
	}
	sealed, ok, err := r.Store.InstallationSecret(ctx, rootName)
	if err == nil && !ok {
		sealed, err = r.makeRoot(ctx, sealer)
	}
	if err != nil {
		return nil, fmt.Errorf("read derivation root: %w", err)
	}
	root, err := sealer.Open(InstallationSecret, []byte(rootName), sealed)
	if err != nil {
		return nil, fmt.Errorf("open derivation root: %w", err)
	}
	return root, nil
}

func (r *Rotation) makeRoot(ctx context.Context, sealer *Keyring) ([]byte, error) {
	root := make([]byte, keyBytes)
	if _, err := io.ReadFull(r.Rand, root); err != nil {
		return nil, err
	}
	sealed, err := sealer.Seal(InstallationSecret, []byte(rootName), root)
	if err != nil {
		return nil, err
	}
	if err := r.Store.CreateInstallationSecret(ctx, rootName, sealed); err != nil {
		return nil, err
	}
	kept, ok, err := r.Store.InstallationSecret(ctx, rootName) // another node may have been first
	if err == nil && !ok {
		err = errors.New("it is not there after it was written")
	}
	return kept, err
}

// Run tells the other nodes that this one is there and with which keys, and follows the active key,
// until ctx ends. Open comes first.
func (r *Rotation) Run(ctx context.Context) error {
	tick := time.NewTicker(beat)
	defer tick.Stop()
	defer func() {
		stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
		defer cancel()
		if r.node.ID != "" {
			r.Store.DeleteNode(stop, r.node.ID)
		}
	}()
	for {
		if err := r.Beat(ctx); err != nil && ctx.Err() == nil {
			r.Log.Error("node heartbeat", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// Beat is one heartbeat.
func (r *Rotation) Beat(ctx context.Context) error {
	stored, err := r.Store.ListSealingKeys(ctx)
	if err != nil {
		return fmt.Errorf("read sealing keys: %w", err)
	}
	for _, s := range stored {
		if s.Active && s.ID != r.ring.Active() {
			if err := r.ring.Activate(s.ID); err != nil {
				return fmt.Errorf("follow the active key: %w", err)
			}
			r.Log.Info("sealing with another key", "key", s.ID)
		}
	}
	now := r.Clock()
	if r.node.ID == "" {
		id := make([]byte, 8)
		if _, err := io.ReadFull(r.Rand, id); err != nil {
			return err
		}
		r.node = Node{ID: hex.EncodeToString(id), Name: r.Name, Keys: r.ring.IDs(), Started: now}
	}
	r.node.Active, r.node.Seen = r.ring.Active(), now
	if err := r.Store.SaveNode(ctx, r.node); err != nil {
		return fmt.Errorf("save node: %w", err)
	}
	return nil
}

// Rotate makes the first key of the settings the active one and seals everything again under it. It
// refuses while a live node lacks the key, waits until all seal with it, and may be run again after an
// interruption. say hears of each step. Errors that an operator can mend wrap ErrNodesLackKey, ErrNodesWait or
// ErrUnreadable.
func (r *Rotation) Rotate(ctx context.Context, say func(Step)) error {
	if r.ring == nil {
		if _, err := r.Open(ctx); err != nil {
			return err
		}
	}
	want := r.Keys[0].id
	if err := r.everyNode(ctx, ErrNodesLackKey, "lack key "+want+"; put it into their settings and restart them",
		func(n Node) bool { return slices.Contains(n.Keys, want) }); err != nil {
		return err
	}
	if r.ring.Active() != want {
		if err := r.Store.ActivateSealingKey(ctx, want, r.Clock()); err != nil {
			return fmt.Errorf("activate key: %w", err)
		}
		if err := r.ring.Activate(want); err != nil {
			return err
		}
		say(Step{Name: KeyActivated, Key: want})
	}
	if err := r.awaitNodes(ctx, want, say); err != nil {
		return err
	}
	done, failed, err := r.Store.Reseal(ctx, want, r.ring.Reseal)
	if err != nil {
		return fmt.Errorf("seal again: %w", err)
	}
	say(Step{Name: ValuesSealed, Key: want, Values: int64(done)})
	if failed > 0 {
		return fmt.Errorf("%d values %w", failed, ErrUnreadable)
	}
	return r.forget(ctx, want, say)
}

// forget drops former keys that nothing lies under any more.
func (r *Rotation) forget(ctx context.Context, want string, say func(Step)) error {
	counts, err := r.Store.CountSealed(ctx)
	if err != nil {
		return fmt.Errorf("count sealed values: %w", err)
	}
	stored, err := r.Store.ListSealingKeys(ctx)
	if err != nil {
		return fmt.Errorf("read sealing keys: %w", err)
	}
	for _, s := range stored {
		switch {
		case s.ID == want:
		case counts[s.ID] > 0:
			say(Step{Name: ValuesLeft, Key: s.ID, Values: counts[s.ID]})
		default:
			if err := r.Store.DeleteSealingKey(ctx, s.ID); err != nil {
				return fmt.Errorf("forget key: %w", err)
			}
			say(Step{Name: KeyRetired, Key: s.ID})
		}
	}
	return nil
}

// everyNode answers kind, with what the nodes for which ok is false do otherwise.
func (r *Rotation) everyNode(ctx context.Context, kind error, otherwise string, ok func(Node) bool) error {
	nodes, err := r.Store.ListNodes(ctx, r.Clock().Add(-liveFor))
	if err != nil {
		return fmt.Errorf("list nodes: %w", err)
	}
	var not []string
	for _, n := range nodes {
		if !ok(n) {
			not = append(not, n.Name+" ("+n.ID+")")
		}
	}
	if len(not) > 0 {
		return fmt.Errorf("%w: nodes %s %s", kind, strings.Join(not, ", "), otherwise)
	}
	return nil
}

func (r *Rotation) awaitNodes(ctx context.Context, want string, say func(Step)) error {
	ctx, cancel := context.WithTimeout(ctx, liveFor+beat)
	defer cancel()
	for told := false; ; told = true {
		err := r.everyNode(ctx, ErrNodesWait, "do not seal with key "+want+" yet", func(n Node) bool { return n.Active == want })
		if err == nil || ctx.Err() != nil {
			return err
		}
		if !told {
			say(Step{Name: AwaitingNodes, Key: want})
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(time.Second):
		}
	}
}

// KeyStatus is what `gatehouse keys status` tells of one key.
type KeyStatus struct {
	StoredKey
	Values int64    // sealed with it
	Held   bool     // in the settings of the node that asks
	Nodes  []string // live nodes that hold it
}

// Status tells of every key that the database or the settings know.
func (r *Rotation) Status(ctx context.Context) ([]KeyStatus, error) {
	stored, err := r.Store.ListSealingKeys(ctx)
	if err != nil {
		return nil, fmt.Errorf("read sealing keys: %w", err)
	}
	counts, err := r.Store.CountSealed(ctx)
	if err != nil {
		return nil, fmt.Errorf("count sealed values: %w", err)
	}
	nodes, err := r.Store.ListNodes(ctx, r.Clock().Add(-liveFor))
	if err != nil {
		return nil, fmt.Errorf("list nodes: %w", err)
	}
	for _, k := range r.Keys {
		if !slices.ContainsFunc(stored, func(s StoredKey) bool { return s.ID == k.id }) {
			stored = append(stored, StoredKey{ID: k.id, Check: k.Check()})
		}
	}
	var all []KeyStatus
	for _, s := range stored {
		st := KeyStatus{StoredKey: s, Values: counts[s.ID]}
		st.Held = slices.ContainsFunc(r.Keys, func(k Key) bool { return k.id == s.ID })
		for _, n := range nodes {
			if slices.Contains(n.Keys, s.ID) {
				st.Nodes = append(st.Nodes, n.Name)
			}
		}
		all = append(all, st)
	}
	return all, nil
}

// Nodes are those that run now, as their heartbeats tell.
func (r *Rotation) Nodes(ctx context.Context) ([]Node, error) {
	return r.Store.ListNodes(ctx, r.Clock().Add(-liveFor))
}

// Wanted is the id of the key that the settings put first.
func (r *Rotation) Wanted() string { return r.Keys[0].id }
