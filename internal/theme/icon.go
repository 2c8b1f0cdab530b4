package theme

import (
	"bytes"
	"encoding/binary"
	"slices"

	"golang.org/x/image/bmp"
)

func le32(b []byte) uint32 { return binary.LittleEndian.Uint32(b) }

// checkIcon holds an ICO's directory to its length, and unpacks its images, held to what their own headers say: the
// directory's sides, of at most 256 pixels, are not those that a browser unpacks.
func checkIcon(file []byte, left *int) error {
	if len(file) < 6 {
		return errUnreadable
	}
	n := int(binary.LittleEndian.Uint16(file[4:]))
	if n < 1 || n > 32 || len(file) < 6+16*n {
		return errUnreadable
	}
	for i := range n {
		entry := file[6+16*i:]
		size, at := int64(le32(entry[8:])), int64(le32(entry[12:]))
		if at+size > int64(len(file)) {
			return errUnreadable
		}
		if err := checkIconImage(file[at:at+size], left); err != nil {
			return err
		}
	}
	return nil
}

const infoHeader = 40 // bytes of a BITMAPINFOHEADER

// checkIconImage unpacks a PNG, or a bitmap.
func checkIconImage(file []byte, left *int) error {
	if bytes.HasPrefix(file, pngName) {
		return checkPNG(file, left)
	}
	if len(file) < infoHeader || le32(file) != infoHeader {
		return errUnreadable
	}
	return unpack(bytes.NewReader(bitmap(file)), left, bmp.DecodeConfig, bmp.Decode)
}

// bitmap makes a file of an icon's bitmap: there it has no file header, and its height counts the rows of the mask, which
// follow, too.
func bitmap(icon []byte) []byte {
	colours := uint32(0)
	if depth := binary.LittleEndian.Uint16(icon[14:]); depth <= 8 {
		if colours = le32(icon[32:]); colours == 0 {
			colours = 1 << depth
		}
	}
	file := binary.LittleEndian.AppendUint32([]byte("BM\x00\x00\x00\x00\x00\x00\x00\x00"), 14+infoHeader+4*colours)
	file = slices.Concat(file, icon)
	binary.LittleEndian.PutUint32(file[14+8:], uint32(int32(le32(icon[8:]))/2))
	return file
}
