package backup

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
)

// maxLine bounds a line, so that a file that is no backup does not fill the memory.
const maxLine = 64 << 20

// Reader reads a backup. Nothing that it answers may be relied on before Next has answered io.EOF.
type Reader struct {
	Header Header

	lines  *bufio.Reader
	sum    hash.Hash
	table  *Table
	read   int64 // rows of the table
	rows   int64
	tables int
}

// NewReader reads the header.
func NewReader(from io.Reader) (*Reader, error) {
	zip, err := gzip.NewReader(from)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	r := &Reader{lines: bufio.NewReaderSize(zip, 1<<16), sum: sha256.New()}
	line, err := r.line()
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(line, &r.Header); err != nil || r.Header.Magic != "backup" {
		return nil, ErrDamaged
	}
	if r.Header.Version != version {
		return nil, ErrNewer
	}
	return r, nil
}

// Next begins the next table, or answers io.EOF at the end of a backup that is whole.
func (r *Reader) Next() (*Table, error) {
	before := r.sum.Sum(nil)
	line, err := r.line()
	if err != nil {
		return nil, err
	}
	var head struct {
		Table
		trailer
	}
	if err := json.Unmarshal(line, &head); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if head.SHA256 != "" {
		return nil, r.finish(head.trailer, hex.EncodeToString(before))
	}
	if head.Name == "" || len(head.Columns) == 0 || len(head.Columns) != len(head.Types) {
		return nil, ErrDamaged
	}
	t := head.Table
	r.table, r.read, r.tables = &t, 0, r.tables+1
	return r.table, nil
}

// finish holds the trailer against what was read, to the last byte of the file.
func (r *Reader) finish(t trailer, sum string) error {
	if t.SHA256 != sum || t.Tables != r.tables || t.Rows != r.rows {
		return fmt.Errorf("%w: its checksum is not that of its content", ErrDamaged)
	}
	if _, err := r.lines.ReadByte(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("%w: it goes on after its end", ErrDamaged)
	}
	return io.EOF
}

// Row is the next row of the table that Next began, io.EOF after the last.
func (r *Reader) Row() ([]any, error) {
	line, err := r.line()
	if err != nil {
		return nil, err
	}
	if len(line) > 0 && line[0] == '{' {
		var e end
		if json.Unmarshal(line, &e) != nil || e.Name != r.table.Name || e.Rows != r.read {
			return nil, fmt.Errorf("%w: table %s is cut", ErrDamaged, r.table.Name)
		}
		return nil, io.EOF
	}
	var raw []json.RawMessage
	if err := json.Unmarshal(line, &raw); err != nil || len(raw) != len(r.table.Types) {
		return nil, fmt.Errorf("%w: a row of %s is not one", ErrDamaged, r.table.Name)
	}
	row := make([]any, len(raw))
	for i := range raw {
		if row[i], err = decode(raw[i], r.table.Types[i]); err != nil {
			return nil, fmt.Errorf("%w: %s.%s: %w", ErrDamaged, r.table.Name, r.table.Columns[i], err)
		}
	}
	r.read++
	r.rows++
	return row, nil
}

// line is the next line, which counts towards the checksum.
func (r *Reader) line() ([]byte, error) {
	var long []byte
	for {
		part, err := r.lines.ReadSlice('\n')
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return nil, fmt.Errorf("%w: %w", ErrDamaged, noEOF(err))
		}
		r.sum.Write(part)
		if err == nil && long == nil {
			return bytes.TrimRight(part, "\n"), nil
		}
		if long = append(long, part...); err == nil {
			return bytes.TrimRight(long, "\n"), nil
		}
		if len(long) > maxLine {
			return nil, fmt.Errorf("%w: a line is too long", ErrDamaged)
		}
	}
}

// noEOF keeps an end that came too early from looking like the end of a table.
func noEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
