package policy

import (
	"encoding/base64"
	"strconv"
	"strings"
	"time"
)

// candidates are changes of one condition key that may turn a refusal: those that would make an Allow match
// that only conditions keep from it, and those that would keep a Deny from matching.
func candidates(e *Explanation) []Change {
	var list []Change
	for _, t := range e.Statements {
		switch {
		case t.Statement.Effect == Deny && t.Matched:
			for i := range t.Statement.Conditions {
				list = append(list, turns(&t.Statement.Conditions[i], false)...)
			}
		case t.Statement.Effect == Allow && !t.Matched && t.Misses[0].Element == "Condition":
			for _, m := range t.Misses {
				list = append(list, turns(m.Condition, true)...)
			}
		}
	}
	return list
}

// turns are values by which a condition may hold, or not.
func turns(c *Condition, hold bool) []Change {
	op, _ := parseOperator(c.Operator.Value)
	if op.kind == opNull {
		hold = hold == (len(c.Values) > 0 && strings.EqualFold(c.Values[0].Value, "true"))
		if hold {
			return []Change{{Key: c.Key.Value}}
		}
	}
	var list []Change
	for _, v := range c.Values {
		for _, s := range op.examples(v.Value, hold != op.negated) {
			list = append(list, Change{Key: c.Key.Value, Value: &s})
		}
	}
	return append(list, Change{Key: c.Key.Value})
}

// examples are values that a document's value lists, or does not.
func (o operator) examples(v string, listed bool) []string {
	switch o.kind {
	case opBool:
		b, _ := parseBool(v)
		return []string{strconv.FormatBool(b == listed)}
	case opNumber:
		n, _ := parseNumber(v)
		return []string{v, decimal(n.float - 1), decimal(n.float + 1)}
	case opDate:
		t, _ := parseDate(v)
		return []string{t.UTC().Format(time.RFC3339), t.UTC().Add(-time.Second).Format(time.RFC3339), t.UTC().Add(time.Second).Format(time.RFC3339)}
	case opIP:
		p, _ := parseIP(v)
		if listed {
			return []string{p.Addr().String()}
		}
		return []string{"192.0.2.1", "2001:db8::1"}
	case opBinary:
		if listed {
			return []string{v}
		}
		return []string{base64.StdEncoding.EncodeToString([]byte("other"))}
	case opARN, opString:
		if listed {
			return []string{strings.NewReplacer("${*}", "*", "${?}", "?", "${$}", "$", "*", "", "?", "x").Replace(v)}
		}
	}
	return []string{"other"}
}

func decimal(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
