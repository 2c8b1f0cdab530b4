package policy

import (
	"encoding/base64"
	"math/big"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// number is a decimal number. Whole numbers up to 64 bits are compared exactly.
type number struct {
	whole int64
	float float64
	exact bool
}

func parseNumber(s string) (number, bool) {
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return number{n, float64(n), true}, true
	}
	if s == "" || strings.Trim(s, "0123456789+-.eE") != "" { // no hexadecimal, infinity or underscore
		return number{}, false
	}
	f, err := strconv.ParseFloat(s, 64)
	return number{float: f}, err == nil
}

func (n number) compare(m number) int {
	if n.exact && m.exact {
		return sign(n.whole < m.whole, n.whole > m.whole)
	}
	if n.exact != m.exact && (n.float >= 1<<53 || n.float <= -1<<53) {
		return n.big().Cmp(m.big()) // where a float no longer tells whole numbers apart
	}
	return sign(n.float < m.float, n.float > m.float)
}

func (n number) big() *big.Float {
	if n.exact {
		return new(big.Float).SetInt64(n.whole)
	}
	return big.NewFloat(n.float)
}

func sign(less, more bool) int {
	switch {
	case less:
		return -1
	case more:
		return 1
	}
	return 0
}

// The forms of W3C's profile of ISO 8601; Go's parser takes a fraction of a second behind any of them.
var dateForms = []string{
	"2006-01-02T15:04:05Z", "2006-01-02T15:04:05Z07:00", "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05Z0700", "2006-01-02T15:04:05",
	"2006-01-02T15:04", "2006-01-02", "2006-01", "2006",
}

// maxEpoch keeps seconds of the epoch within what a Time can add; later is as late.
const maxEpoch = 1 << 62

// parseDate reads a time by W3C's profile or as seconds of the epoch. Four digits are a year.
func parseDate(s string) (time.Time, bool) {
	if strings.IndexByte(s, '-') <= 0 && len(s) != 4 {
		seconds, err := strconv.ParseInt(s, 10, 64)
		return time.Unix(max(-maxEpoch, min(seconds, maxEpoch)), 0), err == nil
	}
	for _, form := range dateForms {
		if len(s) < len("2006") || !sameShape(s, form) {
			continue
		}
		if t, err := time.Parse(form, s); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// sameShape spares time.Parse the forms that cannot be it, for its errors are allocated.
func sameShape(s, form string) bool {
	if strings.HasSuffix(form, "5Z") {
		return strings.HasSuffix(s, "Z") && len(s) >= len(form)
	}
	timed := strings.Contains(form, "T")
	return timed == strings.Contains(s, "T") && (timed || len(s) == len(form))
}

// parseIP reads an address or a CIDR block; an address is a block of itself.
func parseIP(s string) (netip.Prefix, bool) {
	if p, err := netip.ParsePrefix(s); err == nil {
		if p.Addr().Is4In6() && p.Bits() >= 96 {
			p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
		}
		return p, true
	}
	a, err := netip.ParseAddr(s)
	if err != nil || a.Zone() != "" {
		return netip.Prefix{}, false
	}
	return netip.PrefixFrom(a.Unmap(), a.Unmap().BitLen()), true
}

func parseBool(s string) (value, ok bool) {
	switch {
	case strings.EqualFold(s, "true"):
		return true, true
	case strings.EqualFold(s, "false"):
		return false, true
	}
	return false, false
}

func parseBinary(s string) (string, bool) {
	b, err := base64.StdEncoding.DecodeString(s)
	return string(b), err == nil
}
