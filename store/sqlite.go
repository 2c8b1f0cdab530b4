package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// openSQLite opens a file: one connection that writes and a pool that only reads. What is deleted is overwritten
// with zeros.
func openSQLite(ctx context.Context, o Options) (*DB, error) {
	path := strings.TrimPrefix(o.DSN, "sqlite:")
	db := &DB{dsn: o.DSN}
	synchronous := "FULL"
	if path == ":memory:" {
		dir, err := memoryDir()
		if err != nil {
			return nil, err
		}
		db.cleanup = func() error { return os.RemoveAll(dir) }
		path, synchronous = filepath.Join(dir, "gatehouse.db"), "OFF"
	}
	if err := createPrivate(path); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	settings := []string{"_txlock=immediate", "_pragma=secure_delete(1)"}
	if o.CacheMiB > 0 {
		settings = append(settings, fmt.Sprintf("_pragma=cache_size(-%d)", o.CacheMiB*1024))
	}
	write, err := sql.Open("sqlite", sqliteDSN(path, synchronous, settings...))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open sqlite: %w", err), db.Close())
	}
	db.pools = append(db.pools, write)
	read, err := sql.Open("sqlite", sqliteDSN(path, synchronous, "_pragma=query_only(1)"))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open sqlite: %w", err), db.Close())
	}
	db.pools = append(db.pools, read)
	readers := max(8, 4*runtime.GOMAXPROCS(0))
	read.SetMaxOpenConns(readers)
	read.SetMaxIdleConns(readers)
	err = patiently(ctx, func() error {
		if db.writer == nil {
			w, err := newWriter(ctx, write)
			if err != nil {
				return err
			}
			db.writer = w
		}
		return read.PingContext(ctx)
	})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open sqlite: %w", err), db.Close())
	}
	db.read = &statements{prepare: read.PrepareContext, on: read, made: map[string]*sql.Stmt{}}
	return db, nil
}

// sqliteDSN names the file and how each connection is set up. A log that a long read made grow is cut back to
// 64 MiB; fullfsync makes macOS write through to the disk.
func sqliteDSN(path, synchronous string, more ...string) string {
	args := append([]string{"_pragma=busy_timeout(10000)", "_pragma=journal_mode(WAL)", "_pragma=synchronous(" + synchronous + ")",
		"_pragma=foreign_keys(1)", "_pragma=temp_store(memory)", "_pragma=journal_size_limit(67108864)", "_pragma=fullfsync(1)", "_pragma=checkpoint_fullfsync(1)"}, more...)
	return "file:" + strings.ReplaceAll(url.PathEscape(path), "%2F", "/") + "?" + strings.Join(args, "&")
}

// createPrivate makes the file readable by its owner alone; SQLite gives its log and index the same mode.
// SQLite does not sync the folder for a new database file, so that is done here.
func createPrivate(path string) error {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make data folder: %w", err)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("create database: %w", err)
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("create database: %w", err)
	}
	for _, d := range []string{dir, filepath.Dir(dir)} { // the second for a folder that is new itself
		syncDir(d)
	}
	return nil
}

// syncDir makes a folder's new entries durable; where the system cannot, nothing is lost but that.
func syncDir(dir string) {
	if d, err := os.Open(dir); err == nil {
		d.Sync()
		d.Close()
	}
}

// memoryDir is a folder for a database that lasts as long as it is open. SQLite's own in-memory
// databases have no write-ahead log: readers there stop writers.
func memoryDir() (string, error) {
	base := ""
	if fi, err := os.Stat("/dev/shm"); err == nil && fi.IsDir() {
		base = "/dev/shm"
	}
	dir, err := os.MkdirTemp(base, "gatehouse-")
	if err != nil && base != "" {
		dir, err = os.MkdirTemp("", "gatehouse-")
	}
	if err != nil {
		return "", fmt.Errorf("make folder for the in-memory database: %w", err)
	}
	return dir, nil
}

// patiently tries again while another process opens the same new file: SQLite does not wait for its lock
// while it turns on the write-ahead log.
func patiently(ctx context.Context, fn func() error) error {
	for end := time.Now().Add(10 * time.Second); ; {
		err := fn()
		var lite *sqlite.Error
		if err == nil || !errors.As(err, &lite) || lite.Code()&0xff != sqlite3.SQLITE_BUSY || time.Now().After(end) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(5 * time.Millisecond):
		}
	}
}
