package ui

import (
	"strconv"

	"gatehouse/templates/messages"
)

// Number is n with its thousands set apart as the language does.
func Number(t messages.Printer, n int64) string {
	digits := strconv.FormatInt(n, 10)
	out := ""
	for len(digits) > 3 && digits[len(digits)-4] != '-' {
		digits, out = digits[:len(digits)-3], t.T("console.number.group")+digits[len(digits)-3:]+out
	}
	return digits + out
}
