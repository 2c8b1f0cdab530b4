package theme

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// Each of these few lines draws thousands of times what it holds, or for ever.
func TestAttackSVGOfCopiesOfCopies(t *testing.T) {
	chain := func(line string) (out string) {
		for i := 1; i < 12; i++ {
			out += fmt.Sprintf(line, i, i-1)
		}
		return `<g id="a0"><path d="M0 0h9"/></g>` + out
	}
	for name, inner := range map[string]string{
		"use": chain(`<g id="a%d"><use href="#a%[2]d"/><use href="#a%[2]d"/></g>`), "use alone": `<path id="a"/><use id="b" href="#a"/><use href="#b"/>`,
		"later": `<use href="#b"/><g id="b"><use href="#a"/></g><path id="a"/>`, "xlink": `<g id="a"><use xlink:href="#b"/></g><use xlink:href="#a"/><g id="b"/>`,
		"symbol": `<symbol id="a"><g><g><use href="#b"/></g></g></symbol><use href="#a"/>`, "itself": `<g id="a"><use href="#a"/></g>`,
		"escaped": `<g id="a"><use href="#b"/></g><g id="b"/><use href="#%61"/>`, "feImage": `<g id="a"><use href="#b"/></g><g id="b"/><filter id="f"><feImage href="#a"/></filter>`,
		"patterns": chain(`<pattern id="a%d">` + strings.Repeat(`<rect fill="url(#a%[2]d)"/>`, 9) + `</pattern>`), "masks": chain(`<mask id="a%d">` + strings.Repeat(`<rect style="mask:url('#a%[2]d')"/>`, 9) + `</mask>`),
		"pattern of itself": `<pattern id="a"><rect fill="url(#a)"/></pattern>`,
		"patterns by class": `<style>` + strings.Repeat(`.a{fill:url(#a1)}.b{fill:url(#a2)}.c{fill:url(#a3)}.d{fill:url(#a4)}`, 1) + `</style>` +
			strings.ReplaceAll(`<pattern id="a1">P</pattern><pattern id="a2">P</pattern><pattern id="a3">P</pattern><pattern id="a4">P</pattern>`, "P", strings.Repeat(`<rect class="a"/>`, 20)),
		"a large symbol": `<symbol id="a">` + strings.Repeat(`<path/>`, 10_000) + `</symbol>` + strings.Repeat(`<use href="#a"/>`, 20),
	} {
		file := []byte(`<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">` + inner + `</svg>`)
		if _, err := Identify(file); !errors.Is(err, ErrPicture) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSVGThatRefersToItsPartsIsADrawing(t *testing.T) {
	for name, inner := range map[string]string{
		"gradient after another":            `<linearGradient id="a"><stop/></linearGradient><linearGradient id="b" href="#a"/><g fill="url(#b)"><path fill="url(#a)"/></g>`,
		"use in a clip path":                `<path id="p"/><clipPath id="c"><use href="#p"/></clipPath><g clip-path="url(#c)"><use href="#p" fill="url(#g)"/></g>`,
		"what is not there":                 `<use href="#nothing"/><rect fill="url(#nothing)"/>`,
		"gradients and clip paths by class": `<style>.a{fill:url(#g);clip-path:url(#c)}.b{clip-path:url(#d)}</style><linearGradient id="g"><stop/></linearGradient><clipPath id="c"><rect/></clipPath><clipPath id="d"><path/></clipPath><g class="b"><path class="a"/></g>`,
		"many of one gradient":              `<linearGradient id="a">` + strings.Repeat(`<stop/>`, 20) + `</linearGradient>` + strings.Repeat(`<path fill="url(#a)"/>`, 9000),
	} {
		file := []byte(`<svg id="all" xmlns="http://www.w3.org/2000/svg">` + inner + `</svg>`)
		if _, err := Identify(file); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
