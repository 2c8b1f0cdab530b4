package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

var (
	// ErrNotFound is answered where one row was asked for and there is none.
	ErrNotFound = errors.New("no such row")
	// ErrConflict is answered where a unique constraint refuses a row.
	ErrConflict = errors.New("row exists")
	// ErrReference is answered where a foreign key refuses a write.
	ErrReference = errors.New("row refers to one that is not there, or is referred to")
)

// conflict is ErrConflict with what refused: the index's name and its columns.
type conflict struct {
	name, table string
	columns     []string
	cause       error
}

func (c *conflict) Error() string {
	return fmt.Sprintf("row exists: %s (%s): %v", c.name, strings.Join(c.columns, ","), c.cause)
}
func (c *conflict) Is(target error) bool { return target == ErrConflict }
func (c *conflict) Unwrap() error        { return c.cause }

// translate turns an engine's error into ours.
func (db *DB) translate(err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, sql.ErrNoRows) {
		return ErrNotFound
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return translatePostgres(pg)
	}
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		switch lite.Code() {
		case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
			return db.sqliteConflict(err)
		case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
			return fmt.Errorf("%w: %w", ErrReference, err)
		}
	}
	return err
}

// keyColumns reads the columns out of "Key (pool_id, username)=(…) already exists."
var keyColumns = regexp.MustCompile(`^Key \((.*?)\)=\(`)

// The detail of a conflict holds the row's values: it is read for its columns and not kept.
func translatePostgres(pg *pgconn.PgError) error {
	plain := fmt.Errorf("%s (SQLSTATE %s)", pg.Message, pg.Code)
	switch pg.Code {
	case "23505":
		c := &conflict{name: pg.ConstraintName, table: pg.TableName, cause: plain}
		if m := keyColumns.FindStringSubmatch(pg.Detail); m != nil {
			c.columns = strings.Split(strings.ReplaceAll(m[1], " ", ""), ",")
		}
		return c
	case "23503":
		return fmt.Errorf("%w: %w", ErrReference, plain)
	}
	return pg
}

// SQLite names the columns, or the index when it is over expressions.
var (
	failedColumns = regexp.MustCompile(`UNIQUE constraint failed: ([\w., ]+)`)
	failedIndex   = regexp.MustCompile(`UNIQUE constraint failed: index '([^']+)'`)
)

func (db *DB) sqliteConflict(err error) error {
	c := &conflict{cause: err}
	if m := failedIndex.FindStringSubmatch(err.Error()); m != nil {
		c.name = m[1]
		return c
	}
	m := failedColumns.FindStringSubmatch(err.Error())
	if m == nil {
		return c
	}
	for _, full := range strings.Split(strings.TrimSpace(strings.TrimSuffix(m[1], "(")), ", ") {
		table, column, _ := strings.Cut(strings.TrimSpace(full), ".")
		c.table = table
		c.columns = append(c.columns, column)
	}
	c.name = db.unique.of(db, c.table, strings.Join(c.columns, ","))
	return c
}

// uniqueNames finds the name of a SQLite index by its table and columns.
type uniqueNames struct {
	mu    sync.Mutex
	names map[string]string
}

func (u *uniqueNames) of(db *DB, table, columns string) string {
	u.mu.Lock()
	defer u.mu.Unlock()
	if name, ok := u.names[table+":"+columns]; ok {
		return name
	}
	names, err := readUnique(db)
	if err != nil {
		return ""
	}
	u.names = names
	return names[table+":"+columns]
}

func readUnique(db *DB) (map[string]string, error) {
	rows, err := db.read.QueryContext(context.Background(), `
		SELECT m.name, il.name, ii.name
		FROM sqlite_master m, pragma_index_list(m.name) il, pragma_index_info(il.name) ii
		WHERE m.type = 'table' AND il."unique"
		ORDER BY m.name, il.name, ii.seqno`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	columns := map[[2]string][]string{}
	for rows.Next() {
		var table, index string
		var column sql.NullString
		if err := rows.Scan(&table, &index, &column); err != nil {
			return nil, err
		}
		columns[[2]string{table, index}] = append(columns[[2]string{table, index}], column.String)
	}
	names := map[string]string{}
	for at, cols := range columns {
		key := at[0] + ":" + strings.Join(cols, ",")
		// Two indexes may have the same columns (partial ones): then neither name is certain.
		if _, twice := names[key]; twice {
			names[key] = ""
			continue
		}
		names[key] = at[1]
	}
	return names, rows.Err()
}
