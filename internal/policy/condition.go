package policy

import (
	"fmt"
	"net/netip"
	"strings"
	"time"
)

// condition is one compiled key of one operator.
type condition struct {
	operator
	key      string // in lower case
	patterns []pattern
	arns     []arnPattern
	numbers  []number
	dates    []time.Time
	ips      []netip.Prefix
	binary   []string
	// yes and no tell which of the two a Bool or Null lists.
	yes, no bool
}

func compileCondition(c Condition, variables bool) (condition, error) {
	op, ok := parseOperator(c.Operator.Value)
	if !ok {
		return condition{}, fmt.Errorf("%q is no condition operator", c.Operator.Value)
	}
	compiled := condition{operator: op, key: strings.ToLower(c.Key.Value)}
	for _, v := range c.Values {
		if err := compiled.add(v.Value, variables); err != nil {
			return condition{}, err
		}
	}
	return compiled, nil
}

// add compiles one value; its error says what the value should have been.
func (c *condition) add(s string, variables bool) error {
	d := dialect{wildcards: c.wildcards, variables: variables, fold: c.fold}
	var ok bool
	switch c.kind {
	case opString:
		p, err := compilePattern(s, d)
		c.patterns = append(c.patterns, p)
		return err
	case opARN:
		p, err := compileARN(s, d)
		c.arns = append(c.arns, p)
		return err
	case opNumber:
		var n number
		n, ok = parseNumber(s)
		c.numbers = append(c.numbers, n)
	case opDate:
		var t time.Time
		t, ok = parseDate(s)
		c.dates = append(c.dates, t)
	case opIP:
		var p netip.Prefix
		p, ok = parseIP(s)
		c.ips = append(c.ips, p)
	case opBinary:
		var b string
		b, ok = parseBinary(s)
		c.binary = append(c.binary, b)
	case opBool, opNull:
		var b bool
		b, ok = parseBool(s)
		c.yes, c.no = c.yes || b, c.no || !b
	}
	if !ok {
		return fmt.Errorf("%q is no %s", s, expected[c.kind])
	}
	return nil
}

// expected names what values of an operator are.
var expected = map[operatorKind]string{
	opNumber: "decimal number",
	opDate:   "date (2026-01-31T12:00:00Z, or seconds of the epoch)",
	opIP:     "IP address or CIDR block",
	opBinary: "Base64",
	opBool:   `"true" or "false"`,
	opNull:   `"true" (the key must be absent) or "false" (it must be there)`,
}

// holds tells whether a request meets the condition.
func (c *condition) holds(ctx *Context) bool {
	values := ctx.lookup(c.key)
	if c.kind == opNull {
		return len(values) == 0 && c.yes || len(values) > 0 && c.no
	}
	if len(values) == 0 {
		return c.ifExists || c.of == forAllValues || c.of == single && c.negated
	}
	all := c.of == forAllValues || c.of == single && c.negated
	for _, v := range values {
		if (c.lists(v, ctx) != c.negated) != all {
			return !all
		}
	}
	return all
}

// lists tells whether a value of a request is one that the document lists. What is not of the operator's
// type is not.
func (c *condition) lists(v string, ctx *Context) bool {
	switch c.kind {
	case opString:
		for i := range c.patterns {
			if c.patterns[i].match(v, ctx) {
				return true
			}
		}
	case opARN:
		for i := range c.arns {
			if c.arns[i].match(v, ctx) {
				return true
			}
		}
	case opNumber:
		n, ok := parseNumber(v)
		for i := range c.numbers {
			if ok && c.relation.holds(n.compare(c.numbers[i])) {
				return true
			}
		}
	case opDate:
		t, ok := parseDate(v)
		for i := range c.dates {
			if ok && c.relation.holds(t.Compare(c.dates[i])) {
				return true
			}
		}
	case opIP:
		return c.listsIP(v)
	case opBinary:
		return c.listsBinary(v)
	case opBool:
		b, ok := parseBool(v)
		return ok && (b && c.yes || !b && c.no)
	}
	return false
}

func (c *condition) listsIP(v string) bool {
	a, err := netip.ParseAddr(v)
	if err != nil {
		return false
	}
	a = a.WithZone("").Unmap()
	for _, p := range c.ips {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

func (c *condition) listsBinary(v string) bool {
	b, ok := parseBinary(v)
	for _, want := range c.binary {
		if ok && b == want {
			return true
		}
	}
	return false
}
