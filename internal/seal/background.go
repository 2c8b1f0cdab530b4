package seal

import (
	"context"
	"sync"

	"gatehouse/internal/fault"
)

// ErrRotating is answered while a rotation runs already.
var ErrRotating = fault.Status(409, "ConflictException", "Sealing keys are being rotated already.")

// Background rotates beside the requests, once at a time, and remembers what it said.
type Background struct {
	*Rotation
	// Go runs a task until the program stops.
	Go func(name string, task func(context.Context) error)

	mu       sync.Mutex
	progress Progress
}

// Progress is how the last rotation of this process goes.
type Progress struct {
	Running bool
	Steps   []Step
	Failure string // NodesLackKey, NodesWait, ValuesUnreadable or InternalError; "" for none
}

// Begin starts a rotation and does not wait for it.
func (b *Background) Begin() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.progress.Running {
		return ErrRotating
	}
	b.progress = Progress{Running: true}
	b.Go("rotation of sealing keys", func(ctx context.Context) error {
		err := b.Rotate(ctx, b.say)
		b.mu.Lock()
		defer b.mu.Unlock()
		if b.progress.Running = false; err != nil {
			b.progress.Failure = failureOf(err)
		}
		return err
	})
	return nil
}

func (b *Background) say(step Step) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.progress.Steps = append(b.progress.Steps, step)
}

// Progress tells how it goes.
func (b *Background) Progress() Progress {
	b.mu.Lock()
	defer b.mu.Unlock()
	p := b.progress
	p.Steps = append([]Step(nil), p.Steps...)
	return p
}
