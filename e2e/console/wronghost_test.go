package console_test

import (
	"strings"
	"testing"
)

func TestWrongHostInABrowser(t *testing.T) {
	everyView(t, func(t *testing.T, d *desk) {
		d.Goto(strings.Replace(d.server.URL, "localhost", "nobody.localhost", 1) + "/console")
		d.on("Nothing here")
	})
}
