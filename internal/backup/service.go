package backup

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"gatehouse/internal/fault"
)

// ErrRunning is answered while a backup is being made already.
var ErrRunning = fault.Status(409, "ConflictException", "A backup is being made already.")

// Status of an Entry.
const (
	Running   = "Running"
	Completed = "Completed"
	Failed    = "Failed"
)

// NotWritten is the Reason of an Entry that could not be written whole; the program's log says why.
const NotWritten = "NotWritten"

// Entry is a backup of this node's data folder.
type Entry struct {
	Name    string
	Path    string
	Size    int64
	Started time.Time
	Status  string
	Reason  string // why it failed
}

// Service makes backups into a folder of this node, one at a time. All fields are required.
type Service struct {
	Source  Source
	Dir     string
	Program string
	Clock   func() time.Time
	// Go runs a task beside the requests until the program stops.
	Go func(name string, task func(context.Context) error)

	mu   sync.Mutex
	last Entry // what this process made last
}

// suffix of backup files.
const suffix = ".backup"

// Start begins a backup and does not wait for it.
func (s *Service) Start() (Entry, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.last.Status == Running {
		return Entry{}, ErrRunning
	}
	if err := os.MkdirAll(s.Dir, 0o700); err != nil {
		return Entry{}, fmt.Errorf("make folder for backups: %w", err)
	}
	now := s.Clock().UTC()
	name := "gatehouse-" + now.Format("20060102-150405.000") + suffix
	s.last = Entry{Name: name, Path: filepath.Join(s.Dir, name), Started: now, Status: Running}
	e := s.last
	s.Go("backup", func(ctx context.Context) error {
		err := WriteFile(ctx, s.Source, e.Path, s.Program, now)
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.last.Status = Completed; err != nil {
			s.last.Status, s.last.Reason = Failed, NotWritten
		}
		return err
	})
	return e, nil
}

// List answers the backups in the folder, and the last one of this process if it runs or failed, newest first.
func (s *Service) List() ([]Entry, error) {
	files, err := os.ReadDir(s.Dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("list backups: %w", err)
	}
	var all []Entry
	for _, f := range files {
		info, err := f.Info()
		if err != nil || !strings.HasSuffix(f.Name(), suffix) || !info.Mode().IsRegular() {
			continue
		}
		all = append(all, Entry{Name: f.Name(), Path: filepath.Join(s.Dir, f.Name()), Size: info.Size(), Started: info.ModTime().UTC(), Status: Completed})
	}
	s.mu.Lock()
	last := s.last
	s.mu.Unlock()
	if last.Status == Running || last.Status == Failed {
		all = append(all, last)
	}
	slices.SortFunc(all, func(a, b Entry) int { return b.Started.Compare(a.Started) })
	return all, nil
}
