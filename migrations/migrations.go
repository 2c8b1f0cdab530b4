// Package migrations embeds the one portable set of schema changes that both engines run. Files are
// only ever added: a landed one is never edited, and each leaves the previous binary working.
package migrations

import "embed"

// FS holds NNNN_noun.sql files in goose's format.
//
//go:embed *.sql
var FS embed.FS
