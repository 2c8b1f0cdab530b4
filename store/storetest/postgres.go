package storetest

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"

	"gatehouse/store"
)

// shared is the one server of a test process and the migrated template that databases are copied from.
var shared = sync.OnceValues(startShared)

var databases atomic.Int64

type server struct{ admin, template string } // URLs

func startShared() (*server, error) {
	admin := os.Getenv("GATEHOUSE_TEST_POSTGRES")
	if admin == "" {
		c, err := StartCluster("", true)
		if err != nil {
			return nil, err
		}
		admin = c.URL // the cluster's watcher takes it down when this process ends
	}
	name := fmt.Sprintf("gatehouse_template_%d", os.Getpid())
	if err := execAdmin(admin, "CREATE DATABASE "+name+" TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"); err != nil {
		return nil, err
	}
	s := &server{admin: admin, template: name}
	db, err := store.Open(context.Background(), store.Options{DSN: withDatabase(admin, name), Throwaway: true})
	if err != nil {
		return nil, err
	}
	defer db.Close()
	return s, db.Migrate(context.Background())
}

// EmptyPostgres are the options of a database without a schema; more goes into its CREATE DATABASE.
func EmptyPostgres(t testing.TB, more string) store.Options {
	t.Helper()
	return store.Options{DSN: createDatabase(t, func(*server) string { return "template0 ENCODING 'UTF8' " + more }), Throwaway: true, Readers: 4, Writers: 6}
}

func newDatabase(t testing.TB) string {
	t.Helper()
	return createDatabase(t, func(s *server) string { return s.template + "" })
}

func createDatabase(t testing.TB, template func(*server) string) string {
	t.Helper()
	s, err := shared()
	if err != nil {
		if strings.Contains(err.Error(), errNoPrograms.Error()) {
			t.Skip(err)
		}
		t.Fatal(err)
	}
	name := fmt.Sprintf("gatehouse_test_%d_%d", os.Getpid(), databases.Add(1))
	if err := execAdmin(s.admin, "CREATE DATABASE "+name+" TEMPLATE "+template(s)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if os.Getenv("GATEHOUSE_TEST_POSTGRES") == "" {
			return // it goes with the server
		}
		if err := execAdmin(s.admin, "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Log(err)
		}
	})
	return withDatabase(s.admin, name)
}

func execAdmin(admin, q string) error {
	db, err := sql.Open("pgx", admin)
	if err != nil {
		return err
	}
	defer db.Close()
	if _, err := db.Exec(q); err != nil {
		return fmt.Errorf("%s: %w", q, err)
	}
	return nil
}

func withDatabase(admin, name string) string {
	u, err := url.Parse(admin)
	if err != nil {
		return admin
	}
	u.Path = "/" + name
	return u.String()
}
