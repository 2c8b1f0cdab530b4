package backup

import (
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"hash"
	"io"
)

// Writer writes a backup.
type Writer struct {
	zip    *gzip.Writer
	sum    hash.Hash
	lines  *json.Encoder
	open   end
	tables int
	rows   int64
}

// NewWriter begins a backup with its header, whose Magic and Version it sets.
func NewWriter(to io.Writer, h Header) (*Writer, error) {
	w := &Writer{zip: gzip.NewWriter(to), sum: sha256.New()}
	w.lines = json.NewEncoder(io.MultiWriter(w.zip, w.sum))
	w.lines.SetEscapeHTML(false)
	h.Magic, h.Version = "backup", version
	return w, w.lines.Encode(h)
}

// Table ends the table before and begins one.
func (w *Writer) Table(t Table) error {
	if err := w.endTable(); err != nil {
		return err
	}
	w.open = end{Name: t.Name}
	w.tables++
	return w.lines.Encode(t)
}

// Row writes a row of the table: its columns' values.
func (w *Writer) Row(values []any) error {
	row := make([]any, len(values))
	for i, v := range values {
		row[i] = encode(v)
	}
	w.open.Rows++
	w.rows++
	return w.lines.Encode(row)
}

func (w *Writer) endTable() error {
	if w.open.Name == "" {
		return nil
	}
	return w.lines.Encode(w.open)
}

// Close ends the backup. What is not closed is not whole.
func (w *Writer) Close() error {
	if err := w.endTable(); err != nil {
		return err
	}
	t := trailer{w.tables, w.rows, hex.EncodeToString(w.sum.Sum(nil))}
	if err := json.NewEncoder(w.zip).Encode(t); err != nil {
		return err
	}
	return w.zip.Close()
}
