package backup_test

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"gatehouse/internal/backup"
)

// text is a source of one text.
type text string

func (s text) Backup(_ context.Context, to io.Writer, _ string, _ time.Time) error {
	_, err := io.WriteString(to, string(s))
	return err
}

func TestAttackNameOfABackupIsTakenBeforeItIsWhole(t *testing.T) {
	for name, prepare := range map[string]func(partial, victim string) error{
		"by a link to another file": func(partial, victim string) error { return os.Symlink(victim, partial) },
		"by a file that all read":   func(partial, _ string) error { return os.WriteFile(partial, nil, 0o644) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path, victim := filepath.Join(dir, "a.backup"), filepath.Join(dir, "victim")
			if err := os.WriteFile(victim, []byte("precious"), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := prepare(path+".partial", victim); err != nil {
				t.Fatal(err)
			}
			if err := backup.WriteFile(context.Background(), text("secrets"), path, "v1", time.Now()); err != nil {
				t.Fatal(err)
			}
			if got, _ := os.ReadFile(victim); string(got) != "precious" {
				t.Errorf("the other file is now %q", got)
			}
			info, err := os.Lstat(path)
			if err != nil || !info.Mode().IsRegular() || info.Mode().Perm() != 0o600 {
				t.Errorf("the backup is %v: %v", info.Mode(), err)
			}
			if got, _ := os.ReadFile(path); string(got) != "secrets" {
				t.Errorf("it holds %q", got)
			}
		})
	}
}
