package theme

import (
	"fmt"
	"math/rand"
	"regexp"
	"testing"
)

var pair = regexp.MustCompile(`--(brand(?:-ink|-text)?): light-dark\((#\w+), (#\w+)\)`)

// Any brand colour must come out readable: 20,000 random ones plus the corners.
func TestEveryBrandColourComesOutReadable(t *testing.T) {
	colours := []string{"#000000", "#ffffff", "#ffff00", "#0000ff", "#ff0000", "#00ff00", "#777777"}
	r := rand.New(rand.NewSource(1))
	for range 20000 {
		colours = append(colours, fmt.Sprintf("#%06x", r.Intn(1<<24)))
	}
	for _, c := range colours {
		css, err := Compile(Theme{Primary: c, NeutralTint: .012})
		if err != nil {
			t.Fatal(err)
		}
		v := map[string][2]string{}
		for _, m := range pair.FindAllStringSubmatch(css, -1) {
			v[m[1]] = [2]string{m[2], m[3]}
		}
		h := toLCH(c).H
		for i, bg := range []string{hexOf(lch{.955, .012, h}), hexOf(lch{.26, .012, h})} {
			if k := contrast(v["brand-ink"][i], v["brand"][i]); k < 4.5 {
				t.Errorf("%s: ink on fill %.2f", c, k)
			}
			if k := contrast(v["brand-text"][i], bg); k < 4.5 {
				t.Errorf("%s: text on surface %.2f (%v on %s)", c, k, v["brand-text"][i], bg)
			}
		}
	}
}

func TestCompileRefusesAnythingButHex(t *testing.T) {
	for _, bad := range []string{"red", "#fff", "#12345g", "#123456;}body{}", "url(x)"} {
		if _, err := Compile(Theme{Primary: bad}); err == nil {
			t.Errorf("%q accepted", bad)
		}
	}
}

func TestParseRefusesWhatCompileWouldNotWrite(t *testing.T) {
	for _, bad := range []string{
		`{"primary":"#12345g"}`, `{"displayFont":"Comic Sans"}`, `{"layout":"x\" onload="}`, `{"radius":9}`,
		`{"neutralTint":1}`, `{"neutralHue":900}`, `{"css":"body{}"}`, `[`,
	} {
		if _, err := Parse([]byte(bad)); err == nil {
			t.Errorf("%s accepted", bad)
		}
	}
	if _, err := Parse([]byte(`{"primary":"#b3401a","layout":"split","words":{"en":{"headline":"A place"}}}`)); err != nil {
		t.Error(err)
	}
	if css, err := Compile(Theme{}); css != "" || err != nil {
		t.Errorf("zero theme: %q, %v", css, err)
	}
}
