package ui

import (
	"fmt"
	"strings"

	"rsc.io/qr"
)

// qrPath encodes text as a QR code with medium redundancy: the path of its dark modules in a square whose
// side is answered with it, quiet zone of four modules included (ISO/IEC 18004, section 9.1).
func qrPath(text string) (path string, side int, err error) {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return "", 0, fmt.Errorf("encode QR code: %w", err)
	}
	const quiet = 4
	var b strings.Builder
	for y := range code.Size {
		for x := 0; x < code.Size; x++ {
			if !code.Black(x, y) {
				continue
			}
			run := 1
			for code.Black(x+run, y) {
				run++
			}
			fmt.Fprintf(&b, "M%d %dh%dv1h-%dz", x+quiet, y+quiet, run, run)
			x += run
		}
	}
	return b.String(), code.Size + 2*quiet, nil
}
