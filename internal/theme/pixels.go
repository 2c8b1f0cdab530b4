package theme

import (
	"bytes"
	"image"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/webp"
)

// maxScans bounds the passes of a progressive JPEG: each costs a few bytes and the time of all pixels.
const maxScans = 64

var (
	errUnreadable = ErrPicture.With("The picture cannot be read.")
	pngName       = []byte("\x89PNG\r\n\x1a\n")
)

// pixels tells which of the formats that are made of pixels a file is, "" for none of them, and unpacks it. left is how
// many pixels may be.
func pixels(file []byte, left *int) (mediaType string, err error) {
	switch {
	case bytes.HasPrefix(file, pngName):
		return "image/png", checkPNG(file, left)
	case bytes.HasPrefix(file, []byte("\xff\xd8\xff")):
		return "image/jpeg", checkJPEG(file, left)
	case len(file) >= 12 && string(file[:4]) == "RIFF" && string(file[8:12]) == "WEBP":
		return "image/webp", checkWebP(file, left)
	}
	return "", ErrPicture.With("The picture is none of PNG, JPEG and WebP.")
}

// unpack holds an image to the limits by its header, and then reads all of it.
func unpack(r io.ReadSeeker, left *int, header func(io.Reader) (image.Config, error), whole func(io.Reader) (image.Image, error)) error {
	c, err := header(r)
	if err != nil {
		return errUnreadable
	}
	if err := spend(c.Width, c.Height, left); err != nil {
		return err
	}
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return errUnreadable
	}
	if _, err := whole(r); err != nil {
		return errUnreadable
	}
	return nil
}

// spend takes an image's pixels off those that may be.
func spend(width, height int, left *int) error {
	if width < 1 || height < 1 || width > maxSide || height > maxSide {
		return ErrPicture.With("The picture is %d by %d pixels; a side may have 1 to %d.", width, height, maxSide)
	}
	if *left -= width * height; *left < 0 {
		return ErrPicture.With("The picture has more than %d pixels.", maxPixels)
	}
	return nil
}

// checkPNG also refuses what hangs behind the last chunk, where other formats hide.
func checkPNG(file []byte, left *int) error {
	r := bytes.NewReader(file)
	if err := unpack(r, left, png.DecodeConfig, png.Decode); err != nil {
		return err
	}
	if r.Len() > 0 {
		return ErrPicture.With("The picture is not a whole PNG.")
	}
	return nil
}

func checkJPEG(file []byte, left *int) error {
	if bytes.Count(file, []byte("\xff\xda")) > maxScans {
		return errUnreadable
	}
	return unpack(bytes.NewReader(file), left, jpeg.DecodeConfig, jpeg.Decode)
}

// checkWebP refuses animations too, which the decoder does not know. It holds the frame to the sides that the file's
// header says (RFC 9649, section 2).
func checkWebP(file []byte, left *int) error {
	if size := int64(le32(file[4:])) + 8; size != int64(len(file)) {
		return ErrPicture.With("The picture is not a whole WebP.")
	}
	return unpack(bytes.NewReader(file), left, webp.DecodeConfig, webp.Decode)
}
