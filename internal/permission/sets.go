package permission

import (
	"crypto/sha256"
	"sync"

	"gatehouse/internal/policy"
)

// sets are compiled policies by what they say: session and trust policies, which belong to no holder. The zero value is
// ready.
type sets struct {
	mu   sync.Mutex
	kept map[[sha256.Size]byte]*policy.Set
	size int // characters
}

// Set compiles policies of one kind, or answers them as they were compiled before: what was kept is found by every
// character of it.
func (s *Service) Set(kind policy.Kind, sources ...Source) (*policy.Set, error) {
	h := sha256.New()
	size := 0
	h.Write([]byte{byte(kind)})
	for _, src := range sources {
		text := src.Text()
		size += len(text)
		for _, part := range []string{src.Name, text} {
			n := len(part)
			h.Write([]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)})
			h.Write([]byte(part))
		}
	}
	key := [sha256.Size]byte(h.Sum(nil))
	if c := s.texts.get(key); c != nil {
		return c, nil
	}
	c, err := set(kind, sources...)
	if err == nil {
		s.texts.put(key, c, size)
	}
	return c, err
}

func (c *sets) get(key [sha256.Size]byte) *policy.Set {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.kept[key]
}

// put remembers; what would be too much begins anew.
func (c *sets) put(key [sha256.Size]byte, compiled *policy.Set, size int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.kept == nil || len(c.kept) >= maxKept || c.size+size > maxKeptSize {
		c.kept, c.size = map[[sha256.Size]byte]*policy.Set{}, 0
	}
	c.kept[key] = compiled
	c.size += size
}
