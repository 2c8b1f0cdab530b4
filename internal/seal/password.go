package seal

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"math"
	"net/netip"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"

	"golang.org/x/crypto/argon2"
	"golang.org/x/sync/semaphore"

	"gatehouse/internal/fault"
)

// ErrBusy is answered when too many passwords wait to be hashed already.
var ErrBusy = fault.New("TooManyRequestsException", "Too many requests")

// ErrHashFormat is answered for a stored hash that is not one of ours.
var ErrHashFormat = errors.New("password hash is not argon2id in PHC format")

// Cost is what one argon2id hash takes.
type Cost struct {
	MemoryKiB uint32
	Passes    uint32
	Lanes     uint8
}

// OWASP is the cost that the OWASP password storage cheat sheet names: 19 MiB, two passes, one lane.
var OWASP = Cost{MemoryKiB: 19 * 1024, Passes: 2, Lanes: 1}

// The bounds on what a stored hash may ask for, so that a forged row cannot exhaust the node.
const (
	maxMemoryKiB = 256 * 1024
	maxPasses    = 16
	saltBytes    = 16
	sumBytes     = 32
)

// Hasher makes and checks argon2id hashes, only so many at once: each takes 19 MiB and about 28 ms of a
// core, so an unbounded crowd would take the node down. Waiting ends with ctx; a queue that is too long,
// or too long for one client, is refused with ErrBusy. Make it with NewHasher.
type Hasher struct {
	// CountLoopback is for a node behind proxies that it trusts: they say who asks, and an address of this
	// machine is only left where somebody made them say nothing. Set it before the first use.
	CountLoopback bool

	cost  Cost
	rand  io.Reader
	slots *semaphore.Weighted
	queue queue
}

// NewHasher makes a Hasher that runs as many hashes at once as the node has cores and memory for.
func NewHasher(rand io.Reader, cost Cost) *Hasher {
	n := concurrency(cost, runtime.GOMAXPROCS(0), debug.SetMemoryLimit(-1))
	return newHasher(rand, cost, n, n*64)
}

func newHasher(rand io.Reader, cost Cost, atOnce, places int64) *Hasher {
	return &Hasher{cost: cost, rand: rand, slots: semaphore.NewWeighted(atOnce), queue: queue{places: places, of: map[netip.Addr]int64{}}}
}

// concurrency is one hash a core, and at most a quarter of the memory limit when there is one.
func concurrency(cost Cost, cores int, limit int64) int64 {
	n := int64(cores)
	if limit > 0 && limit < math.MaxInt64 {
		n = min(n, limit/4/(int64(cost.MemoryKiB)*1024))
	}
	return max(n, 1)
}

// Hash answers the PHC string of a password under a fresh salt.
func (h *Hasher) Hash(ctx context.Context, password Secret) (string, error) {
	salt := make([]byte, saltBytes)
	if _, err := io.ReadFull(h.rand, salt); err != nil {
		return "", fmt.Errorf("read randomness: %w", err)
	}
	sum, err := h.run(ctx, password, salt, h.cost, sumBytes)
	if err != nil {
		return "", err
	}
	b64 := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version,
		h.cost.MemoryKiB, h.cost.Passes, h.cost.Lanes, b64(salt), b64(sum)), nil
}

// Verify tells whether password made encoded, and whether it should be hashed again because the cost
// has changed since. The error is ErrBusy, ErrHashFormat or ctx's.
func (h *Hasher) Verify(ctx context.Context, encoded string, password Secret) (ok, needsRehash bool, err error) {
	cost, salt, want, err := parseHash(encoded)
	if err != nil {
		return false, false, err
	}
	got, err := h.run(ctx, password, salt, cost, uint32(len(want)))
	if err != nil {
		return false, false, err
	}
	return Equal(got, want), cost != h.cost, nil
}

// Spend costs what Verify does and says nothing: for users that do not exist.
func (h *Hasher) Spend(ctx context.Context, password Secret) error {
	_, err := h.run(ctx, password, make([]byte, saltBytes), h.cost, sumBytes)
	return err
}

// Waiting is how many hashes wait now.
func (h *Hasher) Waiting() int64 { return h.queue.length() }

func (h *Hasher) run(ctx context.Context, password Secret, salt []byte, c Cost, n uint32) ([]byte, error) {
	if !h.slots.TryAcquire(1) {
		leave, ok := h.queue.enter(ctx, h.CountLoopback)
		if !ok {
			return nil, ErrBusy
		}
		err := h.slots.Acquire(ctx, 1)
		leave()
		if err != nil {
			return nil, fmt.Errorf("wait to hash: %w", err)
		}
	}
	defer h.slots.Release(1)
	return argon2.IDKey([]byte(password), salt, c.Passes, c.MemoryKiB, c.Lanes, n), nil
}

func parseHash(encoded string) (c Cost, salt, sum []byte, err error) {
	p := strings.Split(encoded, "$")
	if len(p) != 6 || p[0] != "" || p[1] != "argon2id" || p[2] != "v="+strconv.Itoa(argon2.Version) {
		return c, nil, nil, ErrHashFormat
	}
	var m, t, lanes uint64
	for _, kv := range strings.Split(p[3], ",") {
		name, value, _ := strings.Cut(kv, "=")
		n, err := strconv.ParseUint(value, 10, 32)
		if err != nil {
			return c, nil, nil, ErrHashFormat
		}
		switch name {
		case "m":
			m = n
		case "t":
			t = n
		case "p":
			lanes = n
		default:
			return c, nil, nil, ErrHashFormat
		}
	}
	if m < 8 || m > maxMemoryKiB || t < 1 || t > maxPasses || lanes < 1 || lanes > 16 {
		return c, nil, nil, ErrHashFormat
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(p[4])
	sum, err2 := base64.RawStdEncoding.DecodeString(p[5])
	if err1 != nil || err2 != nil || len(salt) < 8 || len(sum) < 16 || len(sum) > 64 {
		return c, nil, nil, ErrHashFormat
	}
	return Cost{MemoryKiB: uint32(m), Passes: uint32(t), Lanes: uint8(lanes)}, salt, sum, nil
}
