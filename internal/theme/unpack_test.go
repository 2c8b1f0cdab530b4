package theme

import (
	"bytes"
	"encoding/base64"
	"errors"
	"runtime"
	"strings"
	"testing"
)

// Each begins as a picture of its format, with sides that pages can show, and is none.
func TestAttackPicturesThatOnlyBeginWell(t *testing.T) {
	png, jpeg, lossless, icon := picture(t, 40, 20, "png"), picture(t, 400, 200, "jpeg"), webpOf("VP8L", 40, 20), iconOf(bitmapOf(16))
	spoilt := bytes.Clone(png)
	spoilt[len(spoilt)-20] ^= 0xff // within the pixels
	tail := png[len(png)-12:]
	deeper := bytes.Clone(icon)
	deeper[22+14] = 5 // bits for a pixel
	for name, file := range map[string][]byte{
		"PNG with spoilt pixels": spoilt, "PNG without pixels": append(bytes.Clone(png[:33]), tail...),
		"PNG with a page and another end": append(append(bytes.Clone(png), "<html><script>alert(1)</script>"...), tail...),
		"half a JPEG":                     jpeg[:len(jpeg)-20],
		"WebP without pixels":             riff("VP8L" + "\x06\x00\x00\x00" + string(lossless[20:26])), "WebP of a header": webpOf("VP8 ", 40, 20),
		"WebP with another within": riff(string(webpOf("VP8X", 8, 8)[12:30]), string(webpOf("VP8L", 40, 20)[12:])),
		"animated WebP":            riff("VP8X\x0a\x00\x00\x00\x02\x00\x00\x00\x07\x00\x00\x07\x00\x00", chunk("ANIM", make([]byte, 6)), chunk("ANMF", make([]byte, 16))),
		"icon with half a bitmap":  iconOf(bitmapOf(16)[:300]), "icon with five bits for a pixel": deeper, "icon with half a PNG": iconOf(png[:40]),
		"SVG with a spoilt PNG": []byte(`<svg xmlns="http://www.w3.org/2000/svg"><image href="data:image/png;base64,` + base64.StdEncoding.EncodeToString(spoilt) + `"/></svg>`),
	} {
		if p, err := Identify(file); !errors.Is(err, ErrPicture) {
			t.Errorf("%s: %+v %v", name, p, err)
		}
	}
}

// What is too large is refused by its header, and costs no memory.
func TestAttackBombsAreRefusedBeforeTheyAreUnpacked(t *testing.T) {
	wide, square := picture(t, 4096, 2049, "png"), picture(t, 2000, 2000, "png")
	carried := func(file []byte) string {
		return `<image href="data:image/png;base64,` + base64.StdEncoding.EncodeToString(file) + `"/>`
	}
	for name, file := range map[string][]byte{
		"PNG": wide, "WebP": webpOf("VP8L", 4096, 4096), "WebP X": webpOf("VP8X", 4096, 4096), "huge WebP": webpOf("VP8L", 16384, 16384),
		"PNG in an icon": iconOf(wide), "PNG in an SVG": []byte(`<svg xmlns="http://www.w3.org/2000/svg">` + carried(wide) + `</svg>`),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := Identify(file)
		runtime.ReadMemStats(&after)
		if grown := after.TotalAlloc - before.TotalAlloc; !errors.Is(err, ErrPicture) || grown > 1<<20 {
			t.Errorf("%s: %v, %d bytes", name, err, grown)
		}
	}
	for name, file := range map[string][]byte{
		"several PNGs in an SVG": []byte(`<svg xmlns="http://www.w3.org/2000/svg">` + strings.Repeat(carried(square), 3) + `</svg>`),
		"passes of a JPEG":       append(picture(t, 8, 8, "jpeg"), strings.Repeat("\xff\xda", 64)...),
	} {
		if _, err := Identify(file); !errors.Is(err, ErrPicture) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Identify(picture(t, 3840, 2160, "png")); err != nil {
		t.Error("a 4K screen:", err)
	}
}
