package wire

import (
	"encoding/base64"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"time"
)

// maxEpoch is the end of the year 9999 in seconds.
const maxEpoch = 253402300799

// setText sets a scalar from its text: a form value, a header or a JSON scalar.
func (s *shape) setText(v reflect.Value, text string, epoch bool) error {
	switch s.kind {
	case kString:
		v.SetString(text)
	case kBool:
		switch text {
		case "true":
			v.SetBool(true)
		case "false":
			v.SetBool(false)
		default:
			return fmt.Errorf("%q is no boolean", text)
		}
	case kInt:
		n, err := strconv.ParseInt(text, 10, s.t.Bits())
		if err != nil {
			return err
		}
		v.SetInt(n)
	case kFloat:
		f, err := strconv.ParseFloat(text, s.t.Bits())
		if err != nil {
			return err
		}
		v.SetFloat(f)
	case kBlob:
		p, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return err
		}
		v.SetBytes(p)
	case kTime:
		if epoch {
			if f, err := strconv.ParseFloat(text, 64); err == nil {
				if !(math.Abs(f) <= maxEpoch) { // also not NaN
					return fmt.Errorf("%q is no time", text)
				}
				v.Set(reflect.ValueOf(time.UnixMilli(int64(math.Round(f * 1000))).UTC()))
				return nil
			}
		}
		t, err := time.Parse(time.RFC3339Nano, text)
		if err != nil {
			if t, err = time.Parse(time.RFC1123, text); err != nil {
				return err
			}
		}
		v.Set(reflect.ValueOf(t.UTC()))
	default:
		return fmt.Errorf("a scalar cannot be read as %v", s.t)
	}
	return nil
}
