// Command gatehouse is the identity service. main.go reads the command line, app.go is the composition
// root, serve.go runs the servers; everything else here is one command a file.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"
	"github.com/mattn/go-isatty"

	"gatehouse/internal/config"
)

// version is set by the linker (make build).
var version = "dev"

// Exit codes that users may rely on.
const (
	exitOK       = 0 // stopped by a signal after draining, or a command that did its work
	exitFailed   = 1
	exitSettings = 2
)

// settings is the group of the flags of config.Flags.
const settings = "Settings"

// commands is the command line; every setting may follow any command.
type commands struct {
	config.Flags `group:"Settings"`

	Serve       serveCommand       `cmd:"" help:"Run the service."`
	Migrate     migrateCommand     `cmd:"" help:"Bring the database schema up to date and stop."`
	Keys        keysCommand        `cmd:"" help:"Make, rotate and list sealing keys."`
	Backup      backupCommand      `cmd:"" help:"Write a backup of everything to a file, while the service may run."`
	Restore     restoreCommand     `cmd:"" help:"Fill an empty database of either engine from a backup."`
	Seed        seedCommand        `cmd:"" help:"Fill a demo with made-up users and pools."`
	Root        rootCommand        `cmd:"" help:"Look after the root user."`
	Health      healthCommand      `cmd:"" help:"Ask the running service whether it lives (for container health checks)."`
	Credentials credentialsCommand `cmd:"" help:"Print the credentials of a role, as a credential_process of SDKs."`
	Metadata    metadataCommand    `cmd:"" help:"Serve the credentials of a role to SDKs on this machine, always fresh."`
	Version     versionCommand     `cmd:"" help:"Print the version."`

	PrintVersion kong.VersionFlag `name:"version" help:"Print the version."`
}

// terminal is where a command writes, and what it knows of its surroundings.
type terminal struct {
	ctx      context.Context // ends with the first signal
	out, err io.Writer
	tty      bool // out is a terminal
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(&terminal{ctx, os.Stdout, os.Stderr, isatty.IsTerminal(os.Stdout.Fd())}, os.Args[1:])
	stop()
	os.Exit(code)
}

// run is the program without the process around it.
func run(t *terminal, args []string) int {
	var cmd commands
	exited := -1
	k, err := kong.New(&cmd, kong.Name("gatehouse"), kong.Writers(t.out, t.err), kong.Exit(func(code int) { exited = code }),
		kong.Description("Self-hosted identity: user pools with hosted sign-in pages, OAuth and OpenID Connect, and IAM users, roles and policies, all managed through the AWS APIs. Start with `gatehouse serve`."),
		kong.Vars{"version": "gatehouse " + version},
		kong.Help(help), kong.ConfigureHelp(kong.HelpOptions{Compact: true, FlagsLast: true}))
	if err != nil {
		fmt.Fprintln(t.err, "gatehouse:", err)
		return exitFailed
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	if args[0] == "help" {
		args = append(args[1:], "--help")
	}
	kctx, err := k.Parse(args)
	if exited >= 0 {
		return exited // --help, --version
	}
	if err != nil {
		fmt.Fprintln(t.err, "gatehouse:", err)
		if strings.Contains(err.Error(), "expected duration") {
			fmt.Fprintln(t.err, "A time is a number with its unit, such as 45m, 1h or 1h30m.")
		}
		fmt.Fprintln(t.err, whereHelpIs(err))
		return exitSettings
	}
	err = kctx.Run(t, &cmd.Flags)
	var problems config.Problems
	switch {
	case errors.As(err, &problems):
		fmt.Fprintln(t.err, "gatehouse:", problems)
		return exitSettings
	case err != nil:
		fmt.Fprintln(t.err, "gatehouse:", err)
		return exitFailed
	}
	return exitOK
}

// logger writes the log as the settings say: text for people, JSON for machines.
func (t *terminal) logger(cfg *config.Config) *slog.Logger {
	o := &slog.HandlerOptions{Level: cfg.LogLevel}
	if cfg.LogFormat == "text" || cfg.LogFormat == "" && t.tty {
		return slog.New(slog.NewTextHandler(t.err, o))
	}
	return slog.New(slog.NewJSONHandler(t.err, o))
}

type versionCommand struct{}

func (versionCommand) Run(t *terminal) error {
	_, err := fmt.Fprintln(t.out, "gatehouse", version)
	return err
}
