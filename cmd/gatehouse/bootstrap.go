package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"gatehouse/internal/config"
	"gatehouse/internal/iam"
	"gatehouse/internal/seal"
	"gatehouse/web/paths"
)

// rootSettings is what the settings say of the root user. Only demo gives root an access key unasked.
func rootSettings(cfg *config.Config) iam.RootSettings {
	return iam.RootSettings{
		AccountID: cfg.AccountID, Email: cfg.RootEmail, Password: cfg.RootPassword,
		AccessKeyID: cfg.RootAccessKeyID, SecretAccessKey: cfg.RootSecretAccessKey,
		MakeAccessKey: cfg.Demo != config.DemoOff,
	}
}

// notice is what a start has to say: one line per thing to know, secrets kept apart.
type notice struct {
	lines   []string
	secrets []string
}

func (n *notice) line(what, value string) {
	n.lines = append(n.lines, fmt.Sprintf("%-18s %s", what, value))
}

func (n *notice) secret(what string, value seal.Secret) {
	if value != "" {
		n.secrets = append(n.secrets, fmt.Sprintf("%-18s %s", what, value.Reveal()))
	}
}

// secretsFile is where secrets that we made go when nobody looks at a terminal.
const secretsFile = "first-start-secrets.txt"

// print writes the lines. Secrets go to a terminal; anywhere else they would end in a log that others
// read, so they go to a file of ours that only we can read.
func (n *notice) print(t *terminal, data string) error {
	if len(n.secrets) > 0 && !t.tty {
		file := filepath.Join(data, secretsFile)
		if err := appendPrivate(file, strings.Join(n.secrets, "\n")+"\n"); err != nil {
			return fmt.Errorf("keep secrets: %w", err)
		}
		n.line("New secrets", "in "+file+" (read it, then delete it)")
		n.secrets = nil
	}
	_, err := fmt.Fprintln(t.out, strings.Join(append(n.lines, n.secrets...), "\n"))
	return err
}

func appendPrivate(file, text string) error {
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	if err := f.Chmod(0o600); err != nil { // one that was there with other rights
		f.Close()
		return err
	}
	if _, err := f.WriteString(text); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

// announce says where things are, once the service answers, and shows what the first start made.
func (a *app) announce(t *terminal) error {
	n := &notice{}
	n.line("Gatehouse", version)
	n.line("Console", a.Config.URL.String()+paths.Console)
	n.line("AWS endpoint", a.Config.URL.String())
	n.line("Account", a.Root.AccountID)
	a.sayRoot(n)
	a.sayDemo(n)
	return n.print(t, a.Config.Data)
}

func (a *app) sayRoot(n *notice) {
	if !a.Root.Created {
		return
	}
	n.line("Root user", a.Root.Email)
	n.secret("Root password", a.Root.MadePassword)
	if a.Root.AccessKeyID != "" {
		n.line("Root access key", a.Root.AccessKeyID)
		n.secret("Root secret key", a.Root.MadeSecret)
	}
}
