package config

import (
	"crypto/tls"
	"os"
	"path/filepath"
	"strings"

	"gatehouse/internal/seal"
)

// keys reads the sealing keys that are given; whether there must be any is asked later.
func (p *parser) keys(f Flags) []seal.Key {
	name, text := "GATEHOUSE_SECRET_KEYS", f.SecretKeys
	switch {
	case (f.SecretKeys == "") == (f.SecretKeysFile == ""):
		return nil // none, or both: told by together
	case text == "":
		name = "GATEHOUSE_SECRET_KEYS_FILE"
		b, err := os.ReadFile(f.SecretKeysFile)
		if err != nil {
			p.bad("%s: %v", name, err)
			return nil
		}
		text = string(b)
	}
	keys, err := seal.ParseKeys(text)
	if err != nil {
		p.bad("%s: %v", name, err)
	}
	return keys
}

// certificate loads the pair once, so that what is wrong with it is told with everything else.
func (p *parser) certificate(cert, key string) {
	if cert == "" || key == "" {
		return
	}
	if _, err := tls.LoadX509KeyPair(cert, key); err != nil {
		p.bad("GATEHOUSE_TLS_CERT and GATEHOUSE_TLS_KEY: %v", err)
	}
}

// DemoKeyFile is where demo keeps its sealing key in the data folder: beside the data, which is what makes it demo.
const DemoKeyFile = "demo-sealing.key"

// sealingKeys wants the keys given, and never beside the data that they protect.
func (p *parser) sealingKeys(f Flags, c *Config) {
	switch {
	case f.SecretKeys == "" && f.SecretKeysFile == "" && c.Demo == DemoOff && exists(filepath.Join(c.Data, DemoKeyFile)):
		p.bad("GATEHOUSE_DEMO: %s holds the data of a demo; set it to true to go on with that", c.Data)
	case f.SecretKeys == "" && f.SecretKeysFile == "":
		p.bad("GATEHOUSE_SECRET_KEYS or GATEHOUSE_SECRET_KEYS_FILE: needed with PostgreSQL and outside demo (`gatehouse keys new` makes a key)")
	case c.Demo == DemoOff && f.SecretKeysFile != "" && within(f.SecretKeysFile, c.Data):
		p.bad("GATEHOUSE_SECRET_KEYS_FILE: %s lies inside the data folder; a key beside the data that it seals protects nothing", f.SecretKeysFile)
	}
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}

// within follows links, so that a link into the folder counts as inside.
func within(file, dir string) bool {
	real := func(s string) string {
		if abs, err := filepath.Abs(s); err == nil {
			s = abs
		}
		if target, err := filepath.EvalSymlinks(s); err == nil {
			s = target
		}
		return s
	}
	rel, err := filepath.Rel(real(dir), real(file))
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}
