package durability

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"gatehouse/store"
	"gatehouse/store/storetest"
)

// The test program is its own victim: started with these it writes until it is killed.
const victimDSN, victimRound = "GATEHOUSE_VICTIM_DSN", "GATEHOUSE_VICTIM_ROUND"

func TestMain(m *testing.M) {
	if dsn := os.Getenv(victimDSN); dsn != "" {
		if err := victim(dsn, os.Getenv(victimRound)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	os.Exit(m.Run())
}

// victim writes pairs from several goroutines and prints the name of each that was acknowledged.
func victim(dsn, round string) error {
	ctx := context.Background()
	db, err := store.Open(ctx, store.Options{DSN: dsn})
	if err != nil {
		return err
	}
	if err := db.Migrate(ctx); err != nil {
		return err
	}
	errs := make(chan error, 8)
	for w := range 8 {
		go func() {
			for i := 0; ; i++ {
				name := fmt.Sprintf("r%s-w%d-%d", round, w, i)
				if err := writePair(ctx, db, name); err != nil {
					errs <- err
					return
				}
				os.Stdout.WriteString(name + "\n") // one write a line: the pipe holds it when we are gone
			}
		}()
	}
	return <-errs
}

// kills is how often: ten times, or what GATEHOUSE_KILLS says (make soak: a hundred).
func kills(t *testing.T) int {
	if n, err := strconv.Atoi(os.Getenv("GATEHOUSE_KILLS")); err == nil && n > 0 {
		return n
	}
	if testing.Short() {
		return 3
	}
	return 10
}

// enough is how many writes of a round are acknowledged before the kill, however slow the machine is.
const enough = 10

// await waits until something is so, which a machine that is busy may take a while for.
func await(t *testing.T, so func() bool) {
	t.Helper()
	for end := time.Now().Add(2 * time.Minute); !so(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("nothing is acknowledged")
		}
	}
}

// killWhileWriting starts the victim, ends it with SIGKILL after a while and answers what it was told.
func killWhileWriting(t *testing.T, dsn string, round int) (acked []string) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), victimDSN+"="+dsn, victimRound+"="+strconv.Itoa(round))
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		acked = append(acked, lines.Text())
		if len(acked) == enough { // it writes: end it somewhere in the middle
			time.AfterFunc(time.Duration(20+rand.IntN(300))*time.Millisecond, func() { cmd.Process.Signal(syscall.SIGKILL) })
		}
	}
	err = cmd.Wait()
	if status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); !ok || status.Signal() != syscall.SIGKILL {
		t.Fatalf("the victim ended by itself: %v %s", err, stderr.String())
	}
	return acked
}

func TestKillLosesNothingThatWasAcknowledged(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "g.db")
		var acked []string
		for round := range kills(t) {
			acked = append(acked, killWhileWriting(t, "sqlite:"+path, round)...)
			there, err := readBack(path)
			if err != nil {
				t.Fatalf("round %d: %v", round, err)
			}
			report(t, round, acked, there)
		}
	})
	t.Run("postgres", func(t *testing.T) {
		dsn := durableCluster(t).URL
		var acked []string
		for round := range kills(t) {
			acked = append(acked, killWhileWriting(t, dsn, round)...)
			report(t, round, acked, readPostgres(t, dsn))
		}
	})
}

// The database server itself is killed, all of its processes at once, under a node that goes on.
func TestKillOfPostgresLosesNothingThatWasAcknowledged(t *testing.T) {
	c := durableCluster(t)
	ctx := context.Background()
	db, err := store.Open(ctx, store.Options{DSN: c.URL})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	var acked []string
	for round := range (kills(t) + 1) / 2 {
		before := len(acked)
		var mu sync.Mutex
		var wg sync.WaitGroup
		for w := range 8 {
			wg.Go(func() {
				for i := 0; ; i++ {
					name := fmt.Sprintf("r%d-w%d-%d", round, w, i)
					if err := writePair(ctx, db, name); err != nil {
						return // the server is gone
					}
					mu.Lock()
					acked = append(acked, name)
					mu.Unlock()
				}
			})
		}
		await(t, func() bool {
			mu.Lock()
			defer mu.Unlock()
			return len(acked) >= before+enough
		})
		time.Sleep(time.Duration(rand.IntN(400)) * time.Millisecond)
		c.Kill()
		wg.Wait()
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		// The same open store works again.
		if err := writePair(ctx, db, fmt.Sprintf("r%d-after", round)); err != nil {
			t.Errorf("round %d: after the restart: %v", round, err)
		}
		report(t, round, acked, readPostgres(t, c.URL))
	}
}

func report(t *testing.T, round int, acked []string, there map[string]bool) {
	t.Helper()
	if len(acked) < enough*(round+1) {
		t.Errorf("round %d: only %d writes were acknowledged: nothing is proven", round, len(acked))
	}
	for i, b := range missing(acked, there) {
		if t.Errorf("round %d: %s", round, b); i > 10 {
			t.Fatal("and more")
		}
	}
	t.Logf("round %d: %d acknowledged in all, %d rows", round, len(acked), len(there))
}

func durableCluster(t *testing.T) *storetest.Cluster {
	t.Helper()
	if testing.Short() {
		t.Skip("SQLite only under -short")
	}
	c, err := storetest.StartCluster("", false)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Kill)
	return c
}

func readPostgres(t *testing.T, dsn string) map[string]bool {
	t.Helper()
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	there, err := names(db)
	if err != nil {
		t.Fatal(err)
	}
	return there
}
