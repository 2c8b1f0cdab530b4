package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"gatehouse/internal/seal"
)

// notice is what a start has to say: one line per thing to know, secrets kept apart.
type notice struct {
	about   string // whose the secrets are
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
		head := "# " + time.Now().UTC().Format(time.RFC3339) + ", " + n.about + "\n"
		if err := appendPrivate(file, head+strings.Join(n.secrets, "\n")+"\n"); err != nil {
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

// forgetSecrets removes a file of secrets that no longer hold.
func forgetSecrets(data string) error {
	if err := os.Remove(filepath.Join(data, secretsFile)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove old secrets: %w", err)
	}
	return nil
}
