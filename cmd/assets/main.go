// Command assets builds what browsers load: it bundles and minifies static/src with esbuild's Go API into
// static/dist under content-hashed names, compresses each file once (Brotli and gzip), writes the manifest
// that static reads, and turns the vendored icons into templates/ui/icons.go. Same input, same bytes, so
// a check can run it again and compare. No Node is involved. Run it from the root of the repository.
package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/evanw/esbuild/pkg/api"
)

// entries are the files that pages link to, by the name that templates use.
var entries = map[string]string{
	"auth.css":    "static/src/css/auth.css",
	"auth.js":     "static/src/js/auth.js",
	"branding.js": "static/src/js/branding.js",
	"console.css": "static/src/css/console.css",
	"console.js":  "static/src/js/console.js",
	"demo.css":    "static/src/css/demo.css",
	"policy.js":   "static/src/js/policy.js",
	"icon.svg":    "static/src/img/icon.svg",
}

func main() {
	if err := run("static/dist", "templates/ui/icons.go"); err != nil {
		fmt.Fprintln(os.Stderr, "assets:", err)
		os.Exit(1)
	}
}

// run builds everything from the sources below the working directory.
func run(dist, iconFile string) error {
	if err := os.RemoveAll(dist); err != nil {
		return err
	}
	if err := os.MkdirAll(dist, 0o755); err != nil {
		return err
	}
	manifest := map[string]string{}
	for name, source := range entries {
		content, err := build(source)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(content)
		ext := filepath.Ext(name)
		hashed := strings.TrimSuffix(name, ext) + "-" + hex.EncodeToString(sum[:6]) + ext
		manifest[name] = hashed
		if err := write(filepath.Join(dist, hashed), content); err != nil {
			return err
		}
	}
	index, err := json.MarshalIndent(manifest, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dist, "manifest.json"), append(index, '\n'), 0o644); err != nil {
		return err
	}
	return icons("static/vendor/lucide", iconFile)
}

// build bundles a stylesheet or script with everything that it imports; other files go as they are.
func build(source string) ([]byte, error) {
	if ext := filepath.Ext(source); ext != ".css" && ext != ".js" {
		return os.ReadFile(source)
	}
	r := api.Build(api.BuildOptions{
		EntryPoints:       []string{source},
		Bundle:            true,
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
		Format:            api.FormatESModule,
		LogLevel:          api.LogLevelSilent,
	})
	if len(r.Errors) > 0 {
		return nil, fmt.Errorf("%s: %s", source, r.Errors[0].Text)
	}
	return r.OutputFiles[0].Contents, nil
}

// write stores the content and its two compressed forms.
func write(path string, content []byte) error {
	var br, gz bytes.Buffer
	bw := brotli.NewWriterLevel(&br, brotli.BestCompression)
	if _, err := bw.Write(content); err != nil {
		return err
	}
	if err := bw.Close(); err != nil {
		return err
	}
	gw, err := gzip.NewWriterLevel(&gz, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := gw.Write(content); err != nil {
		return err
	}
	if err := gw.Close(); err != nil {
		return err
	}
	for suffix, b := range map[string][]byte{"": content, ".br": br.Bytes(), ".gz": gz.Bytes()} {
		if err := os.WriteFile(path+suffix, b, 0o644); err != nil {
			return err
		}
	}
	return nil
}
