package policy

import "strings"

type operatorKind uint8

const (
	opString operatorKind = iota + 1
	opNumber
	opDate
	opBool
	opBinary
	opIP
	opARN
	opNull
)

type quantifier uint8

const (
	single quantifier = iota
	forAllValues
	forAnyValue
)

type relation uint8

const (
	equal relation = iota
	less
	lessOrEqual
	greater
	greaterOrEqual
)

// operator is a condition operator taken apart.
type operator struct {
	kind      operatorKind
	relation  relation
	negated   bool // it holds when no value does
	wildcards bool
	fold      bool
	ifExists  bool
	of        quantifier
}

// operators are all, without set operator and IfExists.
var operators = map[string]operator{
	"StringEquals":              {kind: opString},
	"StringNotEquals":           {kind: opString, negated: true},
	"StringEqualsIgnoreCase":    {kind: opString, fold: true},
	"StringNotEqualsIgnoreCase": {kind: opString, fold: true, negated: true},
	"StringLike":                {kind: opString, wildcards: true},
	"StringNotLike":             {kind: opString, wildcards: true, negated: true},
	"NumericEquals":             {kind: opNumber},
	"NumericNotEquals":          {kind: opNumber, negated: true},
	"NumericLessThan":           {kind: opNumber, relation: less},
	"NumericLessThanEquals":     {kind: opNumber, relation: lessOrEqual},
	"NumericGreaterThan":        {kind: opNumber, relation: greater},
	"NumericGreaterThanEquals":  {kind: opNumber, relation: greaterOrEqual},
	"DateEquals":                {kind: opDate},
	"DateNotEquals":             {kind: opDate, negated: true},
	"DateLessThan":              {kind: opDate, relation: less},
	"DateLessThanEquals":        {kind: opDate, relation: lessOrEqual},
	"DateGreaterThan":           {kind: opDate, relation: greater},
	"DateGreaterThanEquals":     {kind: opDate, relation: greaterOrEqual},
	"Bool":                      {kind: opBool},
	"BinaryEquals":              {kind: opBinary},
	"IpAddress":                 {kind: opIP},
	"NotIpAddress":              {kind: opIP, negated: true},
	"ArnEquals":                 {kind: opARN, wildcards: true},
	"ArnLike":                   {kind: opARN, wildcards: true},
	"ArnNotEquals":              {kind: opARN, wildcards: true, negated: true},
	"ArnNotLike":                {kind: opARN, wildcards: true, negated: true},
	"Null":                      {kind: opNull},
}

const (
	prefixAll = "ForAllValues:"
	prefixAny = "ForAnyValue:"
	ifExists  = "IfExists"
)

// parseOperator reads an operator with its set operator and IfExists.
func parseOperator(name string) (operator, bool) {
	of := single
	if rest, ok := strings.CutPrefix(name, prefixAll); ok {
		name, of = rest, forAllValues
	} else if rest, ok := strings.CutPrefix(name, prefixAny); ok {
		name, of = rest, forAnyValue
	}
	name, exists := strings.CutSuffix(name, ifExists)
	op, ok := operators[name]
	op.of, op.ifExists = of, exists
	return op, ok && !(exists && op.kind == opNull)
}

// holds tells what a comparison of a request's value with a document's must come to.
func (r relation) holds(compared int) bool {
	switch r {
	case less:
		return compared < 0
	case lessOrEqual:
		return compared <= 0
	case greater:
		return compared > 0
	case greaterOrEqual:
		return compared >= 0
	}
	return compared == 0
}
