package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// readBy are the settings that a command goes by, where it is not all of them.
var readBy = map[string][]string{
	"health":      {"listen", "tls-cert"},
	"credentials": {"url", "region", "insecure-http"},
	"metadata":    {"url", "region", "insecure-http"},
	"keys new":    nil,
	"version":     nil,
}

// stored are those of commands that work on the database.
var stored = []string{"data", "database", "secret-keys", "secret-keys-file"}

// help prints what a command takes. Every command takes every setting; the program itself and serve list them all, others those that they
// go by.
func help(o kong.HelpOptions, ctx *kong.Context) error {
	command := ctx.Selected()
	if command == nil || command.Name == "serve" {
		return kong.DefaultHelpPrinter(o, ctx)
	}
	reads, known := readBy[strings.TrimPrefix(command.FullPath(), "gatehouse ")]
	if !known {
		reads = stored
	}
	for _, f := range ctx.Model.Flags {
		f.Hidden = f.Hidden || f.Group != nil && f.Group.Key == settings && !slices.Contains(reads, f.Name)
	}
	if err := kong.DefaultHelpPrinter(o, ctx); err != nil {
		return err
	}
	_, err := fmt.Fprint(ctx.Stdout, "\nAny setting may follow any command: `gatehouse --help` lists them all.\n")
	return err
}

// whereHelpIs names the help of the command that a mistake was made with.
func whereHelpIs(err error) string {
	var parse *kong.ParseError
	if errors.As(err, &parse) {
		if command := parse.Context.Selected(); command != nil {
			return fmt.Sprintf("`%s --help` says what it takes.", command.FullPath())
		}
	}
	return "`gatehouse --help` lists commands and settings."
}
