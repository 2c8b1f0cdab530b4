package policy

import "strings"

// arnPattern compares the six parts of an ARN each for itself: no wildcard crosses a colon, save in the last.
type arnPattern struct {
	parts [6]pattern
	whole pattern // "*", and variables that stand for more than one part, as ${aws:PrincipalArn}
	split bool
}

func compileARN(s string, d dialect) (arnPattern, error) {
	var a arnPattern
	if !d.variables || !strings.Contains(s, "${") {
		s = completeARN(s)
	}
	texts := splitARN(s, d.variables)
	if len(texts) != len(a.parts) {
		p, err := compilePattern(s, d)
		return arnPattern{whole: p}, err
	}
	a.split = true
	for i, t := range texts {
		p, err := compilePattern(t, d)
		if err != nil {
			return a, err
		}
		a.parts[i] = p
	}
	return a, nil
}

// splitARN cuts at the first five colons that are in no variable.
func splitARN(s string, variables bool) []string {
	var parts []string
	start := 0
	for i := 0; i < len(s) && len(parts) < 5; i++ {
		if variables && strings.HasPrefix(s[i:], "${") {
			if end := strings.IndexByte(s[i:], '}'); end > 0 {
				i += end
				continue
			}
		}
		if s[i] == ':' {
			parts = append(parts, s[start:i])
			start = i + 1
		}
	}
	return append(parts, s[start:])
}

func (a *arnPattern) match(s string, c *Context) bool {
	if !a.split {
		return a.whole.match(s, c)
	}
	for i := range a.parts {
		part := s
		if i < len(a.parts)-1 {
			n := strings.IndexByte(s, ':')
			if n < 0 {
				return false
			}
			part, s = s[:n], s[n+1:]
		}
		if !a.parts[i].match(part, c) {
			return false
		}
	}
	return true
}
