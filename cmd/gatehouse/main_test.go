package main

import (
	"strings"
	"testing"
)

func runFor(t *testing.T, args ...string) (code int, out string) {
	t.Helper()
	var b strings.Builder
	code = run(&terminal{ctx: t.Context(), out: &b, err: &b}, args)
	return code, b.String()
}

func TestABareCallPrintsHelp(t *testing.T) {
	code, out := runFor(t)
	for _, want := range []string{"Usage: gatehouse", "gatehouse serve", "localhost:8080", "./data", "--version"} {
		if code != exitOK || !strings.Contains(out, want) {
			t.Errorf("exit %d, no %q in\n%s", code, want, out)
		}
	}
}

func TestVersionIsAFlagAndACommand(t *testing.T) {
	for _, arg := range []string{"--version", "version"} {
		if code, out := runFor(t, arg); code != exitOK || out != "gatehouse "+version+"\n" {
			t.Errorf("%s: exit %d, %q", arg, code, out)
		}
	}
}
