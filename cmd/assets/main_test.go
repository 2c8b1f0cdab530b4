package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// The committed assets are what the sources give.
func TestBuiltAssetsAreFresh(t *testing.T) {
	t.Chdir("../..")
	dir := t.TempDir()
	dist, icons := filepath.Join(dir, "dist"), filepath.Join(dir, "icons.go")
	if err := run(dist, icons); err != nil {
		t.Fatal(err)
	}
	same(t, "templates/ui/icons.go", icons)
	want, err := os.ReadDir(dist)
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadDir("static/dist")
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != len(want) {
		t.Errorf("static/dist holds %d files, the sources give %d; run go run ./cmd/assets", len(got), len(want))
	}
	for _, f := range want {
		same(t, filepath.Join("static/dist", f.Name()), filepath.Join(dist, f.Name()))
	}
}

func same(t *testing.T, committed, fresh string) {
	t.Helper()
	a, errA := os.ReadFile(committed)
	b, errB := os.ReadFile(fresh)
	if errA != nil || errB != nil || !bytes.Equal(a, b) {
		t.Errorf("%s is stale (%v, %v); run go run ./cmd/assets", committed, errA, errB)
	}
}
