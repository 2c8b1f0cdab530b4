package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"gatehouse/internal/backup"
)

// catalogTable is a table as the engine knows it.
type catalogTable struct {
	backup.Table
	key     []string // the primary key's columns, in order
	parents []string // the tables that its foreign keys name
}

// notInBackups are tables that say something of this process or browser alone: which migrations were run,
// which nodes run and what they do now, which administrators are signed in; and acts on many users, which a restored
// database is not to go on with.
var notInBackups = []string{"goose_db_version", "node", "console_session", "console_ceremony", "lease", "user_jobs", "user_job_users"}

// What an engine knows of columns and of foreign keys. Both answer columns in their order.
var catalogQueries = map[string][2]string{
	"sqlite": {`
		SELECT m.name, c.name, lower(c.type), c.pk
		FROM sqlite_master m, pragma_table_info(m.name) c
		WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%'
		ORDER BY m.name, c.cid`, `
		SELECT m.name, f."table"
		FROM sqlite_master m, pragma_foreign_key_list(m.name) f
		WHERE m.type = 'table'`},
	"postgres": {`
		SELECT c.relname, a.attname, format_type(a.atttypid, NULL), COALESCE(array_position(k.conkey, a.attnum), 0)
		FROM pg_class c
		JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
		LEFT JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype = 'p'
		WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
		ORDER BY c.relname COLLATE "C", a.attnum`, `
		SELECT c.relname, p.relname
		FROM pg_constraint k
		JOIN pg_class c ON c.oid = k.conrelid
		JOIN pg_class p ON p.oid = k.confrelid
		WHERE k.contype = 'f' AND c.relnamespace = current_schema()::regnamespace`},
}

// catalog lists the tables that backups hold, each after those that its foreign keys name.
func catalog(ctx context.Context, q querier, engine string) ([]*catalogTable, error) {
	tables, err := readColumns(ctx, q, catalogQueries[engine][0])
	if err != nil {
		return nil, fmt.Errorf("read catalogue: %w", err)
	}
	rows, err := q.QueryContext(ctx, catalogQueries[engine][1])
	links, err := collect(func(r *sql.Rows) (l [2]string, err error) {
		err = r.Scan(&l[0], &l[1])
		return l, err
	})(rows, err)
	if err != nil {
		return nil, fmt.Errorf("read foreign keys: %w", err)
	}
	for _, l := range links {
		if i := slices.IndexFunc(tables, func(t *catalogTable) bool { return t.Name == l[0] }); i >= 0 && l[0] != l[1] {
			tables[i].parents = append(tables[i].parents, l[1])
		}
	}
	return parentsFirst(tables), nil
}

func readColumns(ctx context.Context, q querier, query string) ([]*catalogTable, error) {
	rows, err := q.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var tables []*catalogTable
	for rows.Next() {
		var table, column, kind string
		var place int
		if err := rows.Scan(&table, &column, &kind, &place); err != nil {
			return nil, err
		}
		if slices.Contains(notInBackups, table) {
			continue
		}
		if !slices.Contains([]string{"text", "bigint", "boolean", "bytea"}, kind) {
			return nil, fmt.Errorf("%s.%s is of type %s, which backups do not know", table, column, kind)
		}
		if len(tables) == 0 || tables[len(tables)-1].Name != table {
			tables = append(tables, &catalogTable{Table: backup.Table{Name: table}})
		}
		t := tables[len(tables)-1]
		t.Columns, t.Types = append(t.Columns, column), append(t.Types, kind)
		if place > 0 {
			t.key = append(t.key, make([]string, max(0, place-len(t.key)))...)
			t.key[place-1] = column
		}
	}
	return tables, rows.Err()
}

// parentsFirst orders tables so that rows can be inserted table by table.
func parentsFirst(tables []*catalogTable) []*catalogTable {
	var out []*catalogTable
	done := map[string]bool{}
	var visit func(t *catalogTable)
	visit = func(t *catalogTable) {
		if done[t.Name] {
			return
		}
		done[t.Name] = true
		for _, p := range tables {
			if slices.Contains(t.parents, p.Name) {
				visit(p)
			}
		}
		out = append(out, t)
	}
	for _, t := range tables {
		visit(t)
	}
	return out
}

func (t *catalogTable) selectAll() string {
	q := "SELECT " + strings.Join(t.Columns, ", ") + " FROM " + t.Name
	if len(t.key) > 0 {
		q += " ORDER BY " + strings.Join(t.key, ", ")
	}
	return q
}

// insert is the statement that adds n rows.
func (t *catalogTable) insert(n int) string {
	values := make([]string, n)
	for i := range values {
		values[i] = "(" + placeholders(1+i*len(t.Columns), len(t.Columns)) + ")"
	}
	return "INSERT INTO " + t.Name + " (" + strings.Join(t.Columns, ", ") + ") VALUES " + strings.Join(values, ", ")
}
