package theme

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"

	"gatehouse/internal/fault"
)

// ErrPicture is a file that is not shown on pages.
var ErrPicture = fault.New("InvalidParameterException", "The picture is not one that pages can show.")

// Limits of a picture. What browsers unpack, and what is unpacked here, is bounded by its sides and pixels.
const (
	MaxPicture = 512 << 10
	maxSide    = 4096
	maxPixels  = 8 << 20 // a 4K screen, of all images in a file together
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

// Identify tells what a file is by its content, and refuses, with ErrPicture, what is none of the known formats, does not
// unpack whole, is too large to be drawn, or is an SVG that is more than a drawing. It unpacks what is made of pixels,
// which may take 150 MB for a moment; what its headers say is held to the limits before.
func Identify(file []byte) (Picture, error) {
	sum := sha256.Sum256(file)
	p := Picture{ID: hex.EncodeToString(sum[:])}
	var err error
	left := maxPixels
	if p.Type, err = pixels(file, &left); p.Type != "" {
		return p, err
	}
	if bytes.HasPrefix(file, []byte{0, 0, 1, 0}) {
		p.Type, err = "image/x-icon", checkIcon(file, &left)
	} else {
		p.Type, err = "image/svg+xml", checkSVG(file, &left)
	}
	return p, err
}
