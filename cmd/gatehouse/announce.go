package main

import (
	"fmt"
	"strings"
)

// announce prints one line per thing to know, once the service answers.
func (a *app) announce(t *terminal) error {
	var b strings.Builder
	line := func(what, where string) { fmt.Fprintf(&b, "%-16s %s\n", what, where) }
	line("Gatehouse", version)
	line("AWS endpoint", a.Config.URL.String())
	line("Account", a.AccountID)
	_, err := t.out.Write([]byte(b.String()))
	return err
}
