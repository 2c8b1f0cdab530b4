package theme

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"regexp"
	"strings"
	"testing"
)

// Whatever is in a theme, what Compile writes has only our own words, colours and numbers in it.
var allowedCSS = regexp.MustCompile(`^[\w\s@:;{}()\[\]#.,%*"=/-]*$`)

func TestAttackCSSByEveryField(t *testing.T) {
	for _, evil := range []string{`red;}body{display:none}`, `#123456;background:url(//evil)`, `"</style><script>`, `url(javascript:1)`, `\65xpression(1)`, "a\nb", `*/`} {
		for name, x := range map[string]Theme{
			"primary": {Primary: evil}, "font": {Primary: "#123456", DisplayFont: evil}, "layout": {Layout: evil}, "order": {Order: evil},
			"scheme": {Scheme: evil}, "background": {Background: evil}, "picture": {Background: "image", BackgroundImage: evil},
			"logo": {Logo: evil}, "dark logo": {LogoDark: evil}, "icon": {Icon: evil},
			"language": {Words: map[string]map[string]string{evil: {"headline": "x"}}}, "key": {Words: map[string]map[string]string{"en": {evil: "x"}}},
		} {
			if css, err := Compile(x); !errors.Is(err, ErrInvalid) || css != "" {
				t.Errorf("%s %q: %q, %v", name, evil, css, err)
			}
		}
		css, err := Compile(Theme{Primary: "#123456", Words: map[string]map[string]string{"en": {"headline": strings.ReplaceAll(evil, "\n", " ")}}})
		if err != nil || !allowedCSS.MatchString(css) || strings.Contains(css, "evil") {
			t.Errorf("words %q reach the stylesheet: %v", evil, err)
		}
	}
}

func TestThemeBoundsItsNumbersAndWords(t *testing.T) {
	many := map[string]map[string]string{}
	for i := range 31 {
		many["en-"+strings.Repeat(string(rune('a'+i%26)), 1+i/26)] = nil
	}
	nan := 0.0
	nan /= nan
	wide, hue := 1e9, -1
	for name, x := range map[string]Theme{
		"tint": {NeutralTint: 1}, "no number": {NeutralTint: nan}, "radius": {Radius: &wide}, "radius that is no number": {Radius: &nan}, "hue": {NeutralHue: &hue},
		"languages": {Words: many}, "long": {Words: map[string]map[string]string{"en": {"headline": strings.Repeat("x", 201)}}},
		"lines": {Words: map[string]map[string]string{"en": {"headline": "a\nb"}}}, "direction": {Words: map[string]map[string]string{"en": {"headline": "\u202egp"}}},
		"an image without one": {Background: "image"},
	} {
		if err := x.Check(); !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func picture(t *testing.T, w, h int, as string) []byte {
	t.Helper()
	var b bytes.Buffer
	var err error
	if img := image.NewPaletted(image.Rect(0, 0, w, h), nil); as == "png" {
		img.Palette = color.Palette{color.Black}
		err = png.Encode(&b, img)
	} else {
		err = jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, w, h)), nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// riff is a WebP of chunks, each of even length.
func riff(chunks ...string) []byte {
	body := strings.Join(chunks, "")
	return append(binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(4+len(body))), "WEBP"+body...)
}

func chunk(kind string, body []byte) string {
	return kind + string(binary.LittleEndian.AppendUint32(nil, uint32(len(body)))) + string(body)
}

// lossless is a whole picture of one colour, of any size in a few bytes: no transform, five codes of one symbol each.
func lossless(width, height int) string {
	bits := uint64(width-1) | uint64(height-1)<<14 | 1<<28
	for i := range 5 {
		bits |= 1 << (35 + 4*i)
	}
	return chunk("VP8L", append([]byte{0x2f}, append(binary.LittleEndian.AppendUint64(nil, bits), 0)...))
}

// webpOf is a whole picture of one of the three kinds, of 1 by 1 pixels where it is lossy; its header says these sides.
func webpOf(kind string, width, height int) []byte {
	switch kind {
	case "VP8L":
		return riff(lossless(width, height))
	case "VP8X":
		head := make([]byte, 10)
		head[4], head[5], head[7], head[8] = byte(width-1), byte((width-1)>>8), byte(height-1), byte((height-1)>>8)
		return riff(chunk("VP8X", head), lossless(width, height))
	}
	file, _ := base64.StdEncoding.DecodeString("UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA")
	binary.LittleEndian.PutUint16(file[26:], uint16(width))
	binary.LittleEndian.PutUint16(file[28:], uint16(height))
	return file
}

// bitmapOf is an icon's bitmap of 32 bits, with its mask.
func bitmapOf(side int) []byte {
	head := []byte{40, 0, 0, 0, byte(side), byte(side >> 8), 0, 0, byte(2 * side), byte(2 * side >> 8), 0, 0, 1, 0, 32, 0}
	return append(head, make([]byte, 24+side*side*4+side*4)...)
}

// iconOf is an ICO with one image.
func iconOf(within []byte) []byte {
	icon := binary.LittleEndian.AppendUint32([]byte{0, 0, 1, 0, 1, 0, 16, 16, 0, 0, 1, 0, 32, 0}, uint32(len(within)))
	return append(append(icon, 22, 0, 0, 0), within...)
}

func TestPicturesAreKnownByTheirContent(t *testing.T) {
	small := picture(t, 16, 16, "png")
	for _, within := range [][]byte{small, bitmapOf(16)} {
		if p, err := Identify(iconOf(within)); err != nil || p.Type != "image/x-icon" {
			t.Errorf("icon: %+v %v", p, err)
		}
	}
	for want, file := range map[string][]byte{
		"image/png": picture(t, 40, 20, "png"), "image/jpeg": picture(t, 40, 20, "jpeg"), "image/x-icon": iconOf(small),
		"image/svg+xml": []byte(`<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x"><svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">
			<style>.a{fill:url(#g)}</style><defs><linearGradient id="g"><stop offset="0"/></linearGradient><path id="p" d="M0 0h9"/></defs><use xlink:href="#p"/><text>an image (drawn)</text><image href="data:image/png;base64,` + base64.StdEncoding.EncodeToString(small) + `"/></svg>`),
	} {
		if p, err := Identify(file); err != nil || p.Type != want || len(p.ID) != 64 {
			t.Errorf("%s: %+v %v", want, p, err)
		}
	}
	for kind, side := range map[string]int{"VP8 ": 1, "VP8L": 320, "VP8X": 320} {
		if p, err := Identify(webpOf(kind, side, side)); err != nil || p.Type != "image/webp" {
			t.Errorf("%s: %+v %v", kind, p, err)
		}
	}
}

func TestAttackPicturesThatUnpackToTooMuch(t *testing.T) {
	bomb := picture(t, 4097, 4, "png")
	huge := picture(t, 8, 8, "png")
	binary.BigEndian.PutUint32(huge[16:], 1<<30) // its own header says so; nothing is unpacked to find out
	carried := func(file []byte) string {
		return `<image href="data:image/png;base64,` + base64.StdEncoding.EncodeToString(file) + `"/>`
	}
	const bitmap = "\x28\x00\x00\x00\x00\x00\x01\x00\x00\x00\x02\x00"
	for name, file := range map[string][]byte{
		"PNG in an icon": iconOf(huge), "bitmap in an icon": iconOf(append([]byte(bitmap), make([]byte, 28)...)),
		"PNG in an SVG":       []byte(`<svg xmlns="http://www.w3.org/2000/svg">` + carried(huge) + `</svg>`),
		"many PNGs in an SVG": []byte(`<svg xmlns="http://www.w3.org/2000/svg">` + strings.Repeat(carried(picture(t, 8, 8, "png")), 9) + `</svg>`),
		"wide PNG":            bomb, "lying PNG": huge, "tall JPEG": picture(t, 4, 4097, "jpeg"), "WebP": webpOf("VP8L", 5000, 20), "WebP X": webpOf("VP8X", 20, 5000), "WebP lossy": webpOf("VP8 ", 9000, 20),
		"copies of copies": []byte(`<svg xmlns="http://www.w3.org/2000/svg">` + strings.Repeat(`<use href="#a"/>`, 25) + `</svg>`),
		"depth":            []byte(`<svg xmlns="http://www.w3.org/2000/svg">` + strings.Repeat(`<g>`, 70) + strings.Repeat(`</g>`, 70) + `</svg>`),
		"nodes":            []byte(`<svg xmlns="http://www.w3.org/2000/svg">` + strings.Repeat(`<g/>`, 20_001) + `</svg>`),
	} {
		if _, err := Identify(file); !errors.Is(err, ErrPicture) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAttackPicturesThatAreMore(t *testing.T) {
	good := picture(t, 8, 8, "png")
	w := webpOf("VP8L", 8, 8)
	for name, file := range map[string][]byte{
		"empty": nil, "HTML": []byte("<!doctype html><script>alert(1)</script>"), "text": []byte("hello"), "GIF": []byte("GIF89a........."), "PDF": []byte("%PDF-1.7"),
		"PNG and HTML": append(bytes.Clone(good), "<html><script>alert(1)</script>"...), "WebP and HTML": append(bytes.Clone(w), "<script>"...), "half a PNG": good[:30],
		"JPEG that is HTML": []byte("\xff\xd8\xff<html><script>alert(1)</script>"), "short icon": {0, 0, 1, 0, 1, 0}, "icon beyond its end": append([]byte{0, 0, 1, 0, 1, 0, 16, 16, 0, 0, 1, 0, 32, 0, 255, 255, 255, 255, 22, 0, 0, 0}, 1),
	} {
		if p, err := Identify(file); !errors.Is(err, ErrPicture) {
			t.Errorf("%s: %+v %v", name, p, err)
		}
	}
}

func TestAttackSVGThatDoesMoreThanDraw(t *testing.T) {
	for _, inner := range []string{
		`<script>alert(1)</script>`, `<g onload="alert(1)"/>`, `<g ONCLICK="alert(1)"/>`, `<foreignObject><body xmlns="http://www.w3.org/1999/xhtml"/></foreignObject>`,
		`<a href="javascript:alert(1)"><text>x</text></a>`, `<use href="//evil/x.svg#a"/>`, `<use xlink:href="data:image/svg+xml;base64,AAAA#x"/>`, `<image href="https://evil/x.png"/>`,
		`<image href="data:image/svg+xml,&lt;svg onload=alert(1)/&gt;"/>`, `<set attributeName="href" to="javascript:alert(1)"/>`, `<animate attributeName="href" values="javascript:1"/>`,
		`<style>@import url(//evil/x.css);</style>`, `<style>.a{background:url(//evil)}</style>`, `<style>.a{fill:u\72l(//evil)}</style>`, `<path style="fill:url('https://evil/x#y')"/>`,
		`<iframe xmlns="http://www.w3.org/1999/xhtml" src="x"/>`, `<h:script xmlns:h="http://www.w3.org/1999/xhtml">alert(1)</h:script>`, `<x:g xmlns:x="urn:unknown"/>`, `<g xml:base="https://evil/"/>`,
		`<style>@im<!-- -->port "//evil/x.css";</style>`, `<style>@im<![CDATA[port "//evil/x.css";]]></style>`, `<style>@im<g/>port "//evil/x.css";</style>`, `<style>.a{fill:ur<!-- -->l(//evil)}</style>`,
		`<style>.a{background:image-set("//evil/x.png" 1x)}</style>`, `<g style='background:-webkit-image-set("//evil/x.png" 1x)'/>`, `<style>.a{background:src("//evil")}</style>`, `<style>.a{background:image("//evil")}</style>`,
		`<style>.a{background:url(data:image/pngx,y)}</style>`, `<image href="data:image/png;base64,PGh0bWw+"/>`,
		`<handler type="application/ecmascript"/>`, `<listener/>`, `<audio/>`, `<video/>`, `<?xml-stylesheet href="//evil"?>`,
	} {
		file := `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">` + inner + `</svg>`
		if _, err := Identify([]byte(file)); !errors.Is(err, ErrPicture) {
			t.Errorf("%s: %v", inner, err)
		}
	}
	for _, file := range []string{
		`<!DOCTYPE svg [<!ENTITY x "y">]><svg xmlns="http://www.w3.org/2000/svg"/>`, `<!DOCTYPE html><svg xmlns="http://www.w3.org/2000/svg"/>`, `<svg/>`, `<svg xmlns="http://www.w3.org/2000/svg"/><svg xmlns="http://www.w3.org/2000/svg"/>`,
		`<html xmlns="http://www.w3.org/1999/xhtml"/>`, `<svg xmlns="http://www.w3.org/2000/svg">`, `<?xml-stylesheet href="x"?><svg xmlns="http://www.w3.org/2000/svg"/>`,
	} {
		if _, err := Identify([]byte(file)); !errors.Is(err, ErrPicture) {
			t.Errorf("%s: %v", file, err)
		}
	}
}
