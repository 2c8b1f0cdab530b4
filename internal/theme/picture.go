package theme

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"image"
	_ "image/jpeg" // formats that DecodeConfig knows
	_ "image/png"

	"gatehouse/internal/fault"
)

// ErrPicture is a file that is not shown on pages.
var ErrPicture = fault.New("InvalidParameterException", "The picture is not one that pages can show.")

// Limits of a picture. What browsers unpack is bounded by its sides.
const (
	MaxPicture = 512 << 10
	maxSide    = 4096
)

// Picture is an image by its content, whatever a file was called.
type Picture struct {
	ID   string // SHA-256 of the bytes in hex
	Type string // image/png, image/jpeg, image/webp, image/svg+xml, image/x-icon
}

// Extension is the type in Cognito's words: PNG, JPEG, WEBP, SVG, ICO.
func (p Picture) Extension() string {
	return map[string]string{"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP", "image/svg+xml": "SVG", "image/x-icon": "ICO"}[p.Type]
}

// Identify tells what a file is by its content, and refuses, with ErrPicture, what is none of the known formats, too
// large to be drawn, or an SVG that is more than a drawing. It unpacks nothing.
func Identify(file []byte) (Picture, error) {
	sum := sha256.Sum256(file)
	p := Picture{ID: hex.EncodeToString(sum[:])}
	var err error
	if p.Type, err = pixels(file); p.Type != "" {
		return p, err
	}
	if bytes.HasPrefix(file, []byte{0, 0, 1, 0}) {
		p.Type, err = "image/x-icon", checkIcon(file)
	} else {
		p.Type, err = "image/svg+xml", checkSVG(file)
	}
	return p, err
}

// pixels tells which of the formats that are made of pixels a file is, "" for none of them.
func pixels(file []byte) (mediaType string, err error) {
	switch {
	case bytes.HasPrefix(file, pngName):
		return "image/png", checkPNG(file)
	case bytes.HasPrefix(file, []byte("\xff\xd8\xff")):
		return "image/jpeg", checkSides(file)
	case len(file) >= 30 && string(file[:4]) == "RIFF" && string(file[8:12]) == "WEBP":
		return "image/webp", checkWebP(file)
	}
	return "", ErrPicture.With("The picture is none of PNG, JPEG and WebP.")
}

var pngName = []byte("\x89PNG\r\n\x1a\n")

func checkSides(file []byte) error {
	c, _, err := image.DecodeConfig(bytes.NewReader(file))
	if err != nil {
		return ErrPicture.With("The picture cannot be read.")
	}
	return sides(c.Width, c.Height)
}

func sides(width, height int) error {
	if width < 1 || height < 1 || width > maxSide || height > maxSide {
		return ErrPicture.With("The picture is %d by %d pixels; a side may have 1 to %d.", width, height, maxSide)
	}
	return nil
}

// checkPNG also refuses what hangs behind the last chunk, where other formats hide.
func checkPNG(file []byte) error {
	if !bytes.HasSuffix(file, []byte("IEND\xaeB`\x82")) {
		return ErrPicture.With("The picture is not a whole PNG.")
	}
	return checkSides(file)
}

// checkWebP reads the sides of the three kinds of WebP (RFC 9649, section 2).
func checkWebP(file []byte) error {
	size := int64(binary.LittleEndian.Uint32(file[4:8])) + 8
	if size != int64(len(file)) {
		return ErrPicture.With("The picture is not a whole WebP.")
	}
	switch body := file[20:]; string(file[12:16]) {
	case "VP8X":
		return sides(1+int(uint24(body[4:])), 1+int(uint24(body[7:])))
	case "VP8L":
		bits := binary.LittleEndian.Uint32(body[1:])
		return sides(1+int(bits&0x3fff), 1+int(bits>>14&0x3fff))
	case "VP8 ":
		return sides(int(binary.LittleEndian.Uint16(body[6:])&0x3fff), int(binary.LittleEndian.Uint16(body[8:])&0x3fff))
	}
	return ErrPicture.With("The picture cannot be read.")
}

func uint24(b []byte) uint32 { return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 }

// checkIcon holds an ICO's directory to its length, and its images to what their own headers say: the directory's sides,
// of at most 256 pixels, are not those that a browser unpacks.
func checkIcon(file []byte) error {
	if len(file) < 6 {
		return ErrPicture.With("The picture cannot be read.")
	}
	n := int(binary.LittleEndian.Uint16(file[4:]))
	if n < 1 || n > 32 || len(file) < 6+16*n {
		return ErrPicture.With("The picture cannot be read.")
	}
	for i := range n {
		entry := file[6+16*i:]
		size, at := int64(binary.LittleEndian.Uint32(entry[8:])), int64(binary.LittleEndian.Uint32(entry[12:]))
		if at+size > int64(len(file)) {
			return ErrPicture.With("The picture cannot be read.")
		}
		if err := checkIconImage(file[at : at+size]); err != nil {
			return err
		}
	}
	return nil
}

// checkIconImage reads the sides of a PNG, or of a bitmap, whose BITMAPINFOHEADER counts the mask's height too.
func checkIconImage(file []byte) error {
	if bytes.HasPrefix(file, pngName) {
		return checkSides(file)
	}
	if len(file) < 40 || binary.LittleEndian.Uint32(file) != 40 {
		return ErrPicture.With("The picture cannot be read.")
	}
	width, height := int32(binary.LittleEndian.Uint32(file[4:])), int32(binary.LittleEndian.Uint32(file[8:]))
	return sides(int(width), int(height)/2)
}
