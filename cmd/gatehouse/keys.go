package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"gatehouse/internal/config"
	"gatehouse/internal/seal"
)

type keysCommand struct {
	New keysNewCommand `cmd:"" help:"Print a new sealing key for GATEHOUSE_SECRET_KEYS."`
}

type keysNewCommand struct{}

// Run prints a key and keeps it nowhere.
func (keysNewCommand) Run(t *terminal) error {
	k, err := seal.NewKey(rand.Reader)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(t.out, k.Reveal())
	return err
}

// demoKeyFile is where demo keeps its sealing key: beside the data, which is what makes it demo.
const demoKeyFile = "demo-sealing.key"

// sealingKeys are the keys of the settings; demo without any makes one in the data folder.
func sealingKeys(cfg *config.Config) ([]seal.Key, error) {
	switch {
	case cfg.SecretKeys != "":
		return parseKeys("GATEHOUSE_SECRET_KEYS", cfg.SecretKeys.Reveal())
	case cfg.SecretKeysFile != "":
		text, err := os.ReadFile(cfg.SecretKeysFile)
		if err != nil {
			return nil, config.Problems{"GATEHOUSE_SECRET_KEYS_FILE: " + err.Error()}
		}
		return parseKeys("GATEHOUSE_SECRET_KEYS_FILE", string(text))
	}
	return demoKeys(filepath.Join(cfg.Data, demoKeyFile))
}

func parseKeys(setting, text string) ([]seal.Key, error) {
	keys, err := seal.ParseKeys(text)
	if err != nil {
		return nil, config.Problems{setting + ": " + err.Error()}
	}
	return keys, nil
}

func demoKeys(file string) ([]seal.Key, error) {
	text, err := os.ReadFile(file)
	if err == nil {
		return seal.ParseKeys(string(text))
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read demo key: %w", err)
	}
	k, err := seal.NewKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(file, []byte(k.Reveal()+"\n"), 0o600); err != nil {
		return nil, fmt.Errorf("keep demo key: %w", err)
	}
	return []seal.Key{k}, nil
}
