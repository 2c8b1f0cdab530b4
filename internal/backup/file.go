package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Source writes a backup of everything as it is at one moment: *store.DB.
type Source interface {
	Backup(ctx context.Context, to io.Writer, program string, now time.Time) error
}

// partial is how a file is named until it is whole, with something random for the star: what is there under
// such a name already, a link or a leftover that others may read, is neither followed nor used.
const partial = ".*.partial"

// WriteFile makes a backup file that only its owner reads. It replaces none, and appears under its name
// only when it is whole and on disk.
func WriteFile(ctx context.Context, s Source, path, program string, now time.Time) (err error) {
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s is there already", path)
	}
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+partial) // new, of mode 0600
	if err != nil {
		return fmt.Errorf("make backup file: %w", err)
	}
	defer func() {
		if err != nil {
			os.Remove(f.Name())
		}
	}()
	err = s.Backup(ctx, f, program, now)
	if err == nil {
		err = f.Sync()
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return fmt.Errorf("name backup file: %w", err)
	}
	if d, err := os.Open(filepath.Dir(path)); err == nil { // the new name is to last, where the system can
		d.Sync()
		d.Close()
	}
	return nil
}
