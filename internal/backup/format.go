// Package backup is a copy of an installation in a form of our own, which either engine writes and either
// reads: gzip over lines of JSON, table by table, with a checksum at the end. It never holds sealing keys,
// so what is sealed in the database is sealed in a backup. The package knows no SQL; store fills and reads it.
package backup

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"
)

// version of the form. A reader refuses any other.
const version = 1

// Header is what a backup says of itself, in its first line.
type Header struct {
	Magic      string    `json:"gatehouse"` // "backup"
	Version    int       `json:"version"`
	Program    string    `json:"program"` // version of the program that made it
	Engine     string    `json:"engine"`  // sqlite or postgres
	Created    time.Time `json:"created"`
	Migrations []int64   `json:"migrations"` // the schema: those that were applied, ascending
}

// Table begins a table's rows. Types are text, bigint, boolean or bytea.
type Table struct {
	Name    string   `json:"table"`
	Columns []string `json:"columns"`
	Types   []string `json:"types"`
}

// end closes a table.
type end struct {
	Name string `json:"end"`
	Rows int64  `json:"rows"`
}

// trailer is the last line. SHA256 is of every byte before it.
type trailer struct {
	Tables int    `json:"tables"`
	Rows   int64  `json:"rows"`
	SHA256 string `json:"sha256"`
}

var (
	// ErrDamaged is answered for a backup that is cut, altered or none at all.
	ErrDamaged = errors.New("this is not a whole backup")
	// ErrNewer is answered for a backup that this program is too old to read.
	ErrNewer = errors.New("the backup was made by a newer version of Gatehouse")
)

// binary is how values stand in a line that JSON has no word for: bytes, and text that is not UTF-8.
type binary struct {
	Bytes *string `json:"b,omitempty"`
	Text  *string `json:"s,omitempty"`
}

// encode is the JSON value of a column.
func encode(v any) any {
	switch v := v.(type) {
	case []byte:
		s := base64.StdEncoding.EncodeToString(v)
		return binary{Bytes: &s}
	case string:
		if utf8.ValidString(v) {
			return v
		}
		s := base64.StdEncoding.EncodeToString([]byte(v))
		return binary{Text: &s}
	}
	return v
}

// decode is the value of a column of a type: nil, string, int64, bool or []byte.
func decode(raw json.RawMessage, kind string) (any, error) {
	if string(raw) == "null" {
		return nil, nil
	}
	switch kind {
	case "bigint":
		var n int64
		err := json.Unmarshal(raw, &n)
		return n, err
	case "boolean":
		var b bool
		err := json.Unmarshal(raw, &b)
		return b, err
	}
	if kind == "text" && len(raw) > 0 && raw[0] == '"' {
		var s string
		err := json.Unmarshal(raw, &s)
		return s, err
	}
	var b binary
	if err := json.Unmarshal(raw, &b); err != nil {
		return nil, err
	}
	switch {
	case kind == "bytea" && b.Bytes != nil:
		return base64.StdEncoding.DecodeString(*b.Bytes)
	case kind == "text" && b.Text != nil:
		out, err := base64.StdEncoding.DecodeString(*b.Text)
		return string(out), err
	}
	return nil, fmt.Errorf("%w: a value is not of type %s", ErrDamaged, kind)
}
