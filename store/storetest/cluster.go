package storetest

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"time"
)

var errNoPrograms = errors.New("no PostgreSQL programs on this machine (apt install postgresql, or set GATEHOUSE_TEST_POSTGRES)")

// Cluster is a PostgreSQL server of the tests' own.
type Cluster struct {
	URL     string // of its database postgres, as its superuser
	Dir     string
	process *exec.Cmd
	exited  chan struct{}
	bin     string
	who     *syscall.Credential
	args    []string
}

// StartCluster makes a cluster in dir (a temporary folder when empty) and starts it. fast drops durability.
// When this process ends, however it ends, the server is killed and a temporary folder removed.
func StartCluster(dir string, fast bool) (*Cluster, error) {
	bin, err := programs()
	if err != nil {
		return nil, err
	}
	own := dir == ""
	if own {
		if dir, err = os.MkdirTemp("", "gatehouse-postgres-"); err != nil {
			return nil, err
		}
	}
	c := &Cluster{Dir: dir, bin: bin}
	if c.who, err = unprivileged(); err != nil {
		return nil, err
	}
	if c.who != nil {
		if err := os.Chown(dir, int(c.who.Uid), int(c.who.Gid)); err != nil {
			return nil, err
		}
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	data := filepath.Join(dir, "data")
	initdb := c.command("initdb", "-D", data, "-U", "gatehouse", "--auth=trust", "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions")
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w: %s", err, out)
	}
	c.args = []string{"-D", data, "-p", strconv.Itoa(port), "-k", "", "-c", "listen_addresses=127.0.0.1", "-c", "max_connections=200"}
	if fast {
		c.args = append(c.args, "-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off", "-c", "shared_buffers=32MB", "-c", "autovacuum=off")
	}
	u := url.URL{Scheme: "postgres", User: url.User("gatehouse"), Host: net.JoinHostPort("127.0.0.1", strconv.Itoa(port)), Path: "/postgres", RawQuery: "sslmode=disable"}
	c.URL = u.String()
	if err := c.Start(); err != nil {
		return nil, err
	}
	remove := ""
	if own {
		remove = dir
	}
	return c, watch(data, remove)
}

// Start starts the server again after Kill and waits until it answers.
func (c *Cluster) Start() error {
	var log bytes.Buffer
	cmd := c.command("postgres", c.args...)
	cmd.Stderr, cmd.Stdout = &log, &log
	if err := cmd.Start(); err != nil {
		return err
	}
	c.process, c.exited = cmd, make(chan struct{})
	go func(done chan struct{}) { cmd.Wait(); close(done) }(c.exited)
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	defer cancel()
	db, err := sql.Open("pgx", c.URL)
	if err != nil {
		return err
	}
	defer db.Close()
	for {
		if err = db.PingContext(ctx); err == nil {
			return nil
		}
		select {
		case <-c.exited:
			return fmt.Errorf("postgres ended: %s", log.String())
		case <-ctx.Done():
			return fmt.Errorf("postgres does not answer: %w", err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// Kill ends the server and all of its processes at once, as kill -9 does. They are in sessions of their
// own, so each is found by its parent.
func (c *Cluster) Kill() {
	pid := c.process.Process.Pid
	children := childrenOf(pid)
	syscall.Kill(pid, syscall.SIGKILL)
	for _, child := range children {
		syscall.Kill(child, syscall.SIGKILL)
	}
	<-c.exited
	for _, child := range children { // the next start needs them gone
		for end := time.Now().Add(5 * time.Second); syscall.Kill(child, 0) == nil && !zombie(child) && time.Now().Before(end); {
			time.Sleep(time.Millisecond)
		}
	}
}

// childrenOf reads /proc: where there is none it answers none.
func childrenOf(pid int) (children []int) {
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, file := range stats {
		if child, _, parent := stat(file); parent == pid {
			children = append(children, child)
		}
	}
	return children
}

func zombie(pid int) bool {
	_, state, _ := stat(fmt.Sprintf("/proc/%d/stat", pid))
	return state == "Z"
}

// stat reads "pid (name) state parent …"; the name may hold anything.
func stat(file string) (pid int, state string, parent int) {
	b, err := os.ReadFile(file)
	if err != nil {
		return 0, "", 0
	}
	open, end := bytes.IndexByte(b, '('), bytes.LastIndexByte(b, ')')
	if open < 0 || end < open {
		return 0, "", 0
	}
	pid, _ = strconv.Atoi(string(bytes.TrimSpace(b[:open])))
	if _, err := fmt.Sscan(string(b[end+1:]), &state, &parent); err != nil {
		return 0, "", 0
	}
	return pid, state, parent
}

func (c *Cluster) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(c.bin, name), args...)
	// Not c.Dir: where this process itself serves the file system of that folder, the change to it between fork and exec would wait
	// for a process that stands still until the exec.
	cmd.Dir = "/"
	cmd.Env = append(os.Environ(), "LC_ALL=C")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Credential: c.who}
	return cmd
}

// watch leaves a small shell behind that ends the server and cleans up once this process is gone: the
// read ends when the kernel closes our end of the pipe.
func watch(data, remove string) error {
	r, w, err := os.Pipe()
	if err != nil {
		return err
	}
	script := `read x; pid=$(head -n 1 "$1/postmaster.pid" 2>/dev/null) && kill -QUIT "$pid" 2>/dev/null; sleep 1; [ -z "$2" ] || rm -rf "$2"`
	cmd := exec.Command("sh", "-c", script, "sh", data, remove)
	cmd.Stdin = r
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		return err
	}
	watchers = append(watchers, w) // held open for the life of the process
	return r.Close()
}

var watchers []*os.File

// programs is the folder of initdb and postgres, the newest when there are several.
func programs() (string, error) {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	more, _ := filepath.Glob("/opt/homebrew/opt/postgresql*/bin/initdb")
	if found = append(found, more...); len(found) > 0 {
		slices.Sort(found)
		return filepath.Dir(found[len(found)-1]), nil
	}
	if p, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(p), nil
	}
	return "", errNoPrograms
}

// unprivileged is who the server runs as: PostgreSQL refuses root.
func unprivileged() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
		gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
		if err1 == nil && err2 == nil {
			return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
		}
	}
	return nil, errors.New("PostgreSQL does not run as root, and there is no user postgres or nobody")
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}
