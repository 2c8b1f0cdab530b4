package wire

import (
	"encoding/base64"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"time"
)

// maxEpoch is the end of the year 9999 in seconds.
const maxEpoch = 253402300799

var errNoTime = errors.New("the value is no time")

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
			return errors.New("the value is no boolean")
		}
	case kInt:
		n, err := strconv.ParseInt(text, 10, s.t.Bits())
		if err != nil {
			return fmt.Errorf("the value is no integer of %d bits", s.t.Bits())
		}
		v.SetInt(n)
	case kFloat:
		f, err := strconv.ParseFloat(text, s.t.Bits())
		if err != nil {
			return errors.New("the value is no number")
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
					return errNoTime
				}
				v.Set(reflect.ValueOf(time.UnixMilli(int64(math.Round(f * 1000))).UTC()))
				return nil
			}
		}
		t, err := time.Parse(time.RFC3339Nano, text)
		if err != nil {
			if t, err = time.Parse(time.RFC1123, text); err != nil {
				return errNoTime
			}
		}
		v.Set(reflect.ValueOf(t.UTC()))
	default:
		return fmt.Errorf("a scalar cannot be read as %v", s.t)
	}
	return nil
}
