package policy

import (
	"unicode"

	"gatehouse/internal/fault"
)

// The two versions of the language. Variables are known to the newer alone.
const (
	Version2012 = "2012-10-17"
	Version2008 = "2008-10-17" // the default
)

// Effect of a statement.
type Effect uint8

// Effects.
const (
	Allow Effect = iota + 1
	Deny
)

// String is as documents write it.
func (e Effect) String() string {
	if e == Deny {
		return "Deny"
	}
	return "Allow"
}

// Document is a parsed policy. It is not changed after Parse.
type Document struct {
	Version    string // one of the two
	ID         string
	Statements []Statement
	// Size is the number of characters that quotas count: all but white space.
	Size int
}

// Statement is one rule of a document.
type Statement struct {
	Sid    Text
	Effect Effect
	// Principal is nil where the statement has neither Principal nor NotPrincipal.
	Principal  *Principals
	Actions    []Text
	Resources  []Text
	Conditions []Condition
	// NotAction and NotResource tell that Actions and Resources are those that the statement is not about.
	NotAction, NotResource bool
	// HasResource tells that there is a Resource or NotResource.
	HasResource bool
	Start, End  Position // of the braces; End is behind the closing one
}

// Principals are whom a Principal element, or with Not a NotPrincipal element, names.
type Principals struct {
	Not bool
	// Everyone is "*" and {"AWS": "*"}.
	Everyone                           bool
	AWS, Federated, Service, Canonical []Text
	At                                 Position
}

// Condition is one key of one operator, with its values.
type Condition struct {
	Operator Text
	Key      Text
	Values   []Text
}

// ErrQuota is a document that is longer than it may be where it is kept.
var ErrQuota = fault.Status(409, "LimitExceeded", "Cannot exceed quota for PolicySize")

// Quotas on the size of documents, in characters without white space. Those of inline policies are for all
// inline policies of the identity together.
const (
	QuotaManaged        = 6144
	QuotaInlineUser     = 2048
	QuotaInlineGroup    = 5120
	QuotaInlineRole     = 10240
	QuotaTrust          = 2048
	QuotaSession        = 2048
	QuotaServiceControl = 5120
)

// CheckSize refuses a size (or a sum of sizes) over a quota by ErrQuota; name is AWS's, such as PolicySize.
func CheckSize(size int, name string, quota int) error {
	if size > quota {
		return ErrQuota.With("Cannot exceed quota for %s: %d", name, quota)
	}
	return nil
}

// Size is the number of characters of a text that quotas count.
func Size(src string) int {
	n := 0
	for _, c := range src {
		if !unicode.IsSpace(c) {
			n++
		}
	}
	return n
}
