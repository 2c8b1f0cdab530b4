package theme

import (
	"fmt"
	"math"
	"strconv"
)

// lch is a colour in OKLCH: lightness, chroma, hue in degrees.
type lch struct{ L, C, H float64 }

// lin and gam are the transfer functions of sRGB (IEC 61966-2-1).
func lin(c float64) float64 {
	if c <= .04045 {
		return c / 12.92
	}
	return math.Pow((c+.055)/1.055, 2.4)
}
func gam(c float64) float64 {
	if c <= .0031308 {
		return 12.92 * c
	}
	return 1.055*math.Pow(c, 1/2.4) - .055
}

func linear(s string) (r, g, b float64) {
	v, _ := strconv.ParseUint(s[1:], 16, 32) // check has matched it
	channel := func(shift uint) float64 { return lin(float64(v>>shift&0xff) / 255) }
	return channel(16), channel(8), channel(0)
}

func toLCH(s string) lch {
	r, g, b := linear(s)
	l := math.Cbrt(.4122214708*r + .5363325363*g + .0514459929*b)
	m := math.Cbrt(.2119034982*r + .6806995451*g + .1073969566*b)
	n := math.Cbrt(.0883024619*r + .2817188376*g + .6299787005*b)
	L := .2104542553*l + .7936177850*m - .0040720468*n
	A := 1.9779984951*l - 2.4285922050*m + .4505937099*n
	B := .0259040371*l + .7827717662*m - .8086757660*n
	h := math.Atan2(B, A) * 180 / math.Pi
	if h < 0 {
		h += 360
	}
	return lch{L, math.Hypot(A, B), h}
}

// hexOf reduces chroma until the colour exists in sRGB, keeping lightness and hue.
func hexOf(c lch) string {
	for ch := c.C; ; ch -= .004 {
		ch = math.Max(ch, 0)
		a, b := ch*math.Cos(c.H*math.Pi/180), ch*math.Sin(c.H*math.Pi/180)
		l := math.Pow(c.L+.3963377774*a+.2158037573*b, 3)
		m := math.Pow(c.L-.1055613458*a-.0638541728*b, 3)
		n := math.Pow(c.L-.0894841775*a-1.2914855480*b, 3)
		v := [3]float64{4.0767416621*l - 3.3077115913*m + .2309699292*n, -1.2684380046*l + 2.6097574011*m - .3413193965*n, -.0041960863*l - .7034186147*m + 1.7076147010*n}
		ok := true
		for _, x := range v {
			ok = ok && x > -.0005 && x < 1.0005
		}
		if ok || ch == 0 {
			var out [3]int
			for i, x := range v {
				out[i] = int(math.Round(255 * gam(math.Min(1, math.Max(0, x)))))
			}
			return fmt.Sprintf("#%02x%02x%02x", out[0], out[1], out[2])
		}
	}
}

// lum is the relative luminance and contrast the ratio of WCAG 2.2.
func lum(s string) float64 { r, g, b := linear(s); return .2126*r + .7152*g + .0722*b }
func contrast(a, b string) float64 {
	x, y := lum(a), lum(b)
	return (math.Max(x, y) + .05) / (math.Min(x, y) + .05)
}

// reach moves lightness by step until the contrast with bg is at least want.
func reach(c lch, bg string, want, step float64) string {
	c.L = math.Min(.98, math.Max(.06, c.L))
	for c.L > .05 && c.L < .99 && contrast(hexOf(c), bg) < want {
		c.L += step
	}
	return hexOf(c)
}

// ink is the text colour on a fill.
func ink(fill string) string {
	if contrast("#ffffff", fill) >= 4.5 {
		return "#ffffff"
	}
	return "#000000" // black or white always clears 4.58:1
}
