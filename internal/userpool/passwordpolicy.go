package userpool

import (
	"strings"
	"unicode/utf8"
)

// passwordSymbols are the characters that count as symbols; a space does too.
const passwordSymbols = "^$*.[]{}()?\"!@#%&/\\,><':;|_~`=+- "

// Unmet names what a password lacks: min, upper, lower, number, symbol. The directory refuses passwords; this is for
// pages that say why.
func (p PasswordPolicy) Unmet(password string) []string {
	var out []string
	for _, demand := range []struct {
		name string
		met  bool
	}{
		{"min", utf8.RuneCountInString(password) >= p.MinimumLength},
		{"upper", !p.RequireUppercase || strings.ContainsAny(password, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")},
		{"lower", !p.RequireLowercase || strings.ContainsAny(password, "abcdefghijklmnopqrstuvwxyz")},
		{"number", !p.RequireNumbers || strings.ContainsAny(password, "0123456789")},
		{"symbol", !p.RequireSymbols || strings.ContainsAny(password, passwordSymbols)},
	} {
		if !demand.met {
			out = append(out, demand.name)
		}
	}
	return out
}
