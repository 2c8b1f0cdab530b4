package main

import (
	"errors"
	"fmt"

	"github.com/alecthomas/kong"
)

// help prints what a command takes. The settings, which every command takes, are listed by the program itself and by the command that
// most are for.
func help(o kong.HelpOptions, ctx *kong.Context) error {
	command := ctx.Selected()
	if command == nil || command.Name == "serve" {
		return kong.DefaultHelpPrinter(o, ctx)
	}
	for _, f := range ctx.Model.Flags {
		f.Hidden = f.Hidden || f.Group != nil && f.Group.Key == settings
	}
	if err := kong.DefaultHelpPrinter(o, ctx); err != nil {
		return err
	}
	_, err := fmt.Fprint(ctx.Stdout, "\nSettings, such as --data or $GATEHOUSE_DATA, may follow any command: `gatehouse --help` lists them.\n")
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
