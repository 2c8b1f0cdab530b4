package backup_test

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"gatehouse/internal/backup"
)

// slow is a source that waits to be told how it ends.
type slow chan error

func (s slow) Backup(_ context.Context, to io.Writer, _ string, _ time.Time) error {
	io.WriteString(to, "half")
	return <-s
}

func TestBackupsAreMadeOneAtATimeAndListed(t *testing.T) {
	source, done := make(slow), make(chan struct{})
	s := &backup.Service{Source: source, Dir: filepath.Join(t.TempDir(), "backups"), Clock: time.Now,
		Go: func(_ string, task func(context.Context) error) {
			go func() { task(context.Background()); done <- struct{}{} }()
		}}
	statuses := func() (out []string) {
		all, err := s.List()
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range all {
			out = append(out, e.Status)
		}
		return out
	}
	if got := statuses(); len(got) != 0 {
		t.Fatal(got)
	}
	e, err := s.Start()
	if err != nil || e.Status != backup.Running {
		t.Fatal(e, err)
	}
	if _, err := s.Start(); !errors.Is(err, backup.ErrRunning) {
		t.Error("a second one beside it:", err)
	}
	if got := statuses(); len(got) != 1 || got[0] != backup.Running {
		t.Error(got)
	}
	source <- errors.New("disk full")
	<-done
	if got := statuses(); len(got) != 1 || got[0] != backup.Failed {
		t.Error(got)
	}
	if left, _ := os.ReadDir(s.Dir); len(left) != 0 {
		t.Error("a failed backup left", left)
	}
	time.Sleep(2 * time.Millisecond) // names are of a millisecond
	if e, err = s.Start(); err != nil {
		t.Fatal(err)
	}
	source <- nil
	<-done
	if got := statuses(); len(got) != 1 || got[0] != backup.Completed {
		t.Error(got)
	}
	info, err := os.Stat(e.Path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Error("others may read it:", info.Mode(), err)
	}
	if err := backup.WriteFile(context.Background(), source, e.Path, "", time.Now()); err == nil {
		t.Error("a backup was replaced")
	}
}
