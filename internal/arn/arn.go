// Package arn reads and writes Amazon Resource Names. It knows their six parts and nothing of what a
// resource may be.
package arn

import (
	"strings"

	"gatehouse/internal/fault"
)

// ErrMalformed is text that is no ARN.
var ErrMalformed = fault.New("InvalidArn", "The ARN is malformed.")

// ARN is arn:partition:service:region:account:resource.
type ARN struct {
	Partition string // "aws" when empty
	Service   string
	Region    string // empty for global services
	AccountID string
	Resource  string // all after the fifth colon, which may hold more
}

// String writes it.
func (a ARN) String() string {
	p := a.Partition
	if p == "" {
		p = "aws"
	}
	return "arn:" + p + ":" + a.Service + ":" + a.Region + ":" + a.AccountID + ":" + a.Resource
}

// Parse reads one, or answers ErrMalformed.
func Parse(s string) (ARN, error) {
	parts := strings.SplitN(s, ":", 6)
	if len(parts) != 6 || parts[0] != "arn" || parts[1] == "" || parts[2] == "" || parts[5] == "" {
		return ARN{}, ErrMalformed.With("%q is not an ARN", s)
	}
	return ARN{Partition: parts[1], Service: parts[2], Region: parts[3], AccountID: parts[4], Resource: parts[5]}, nil
}
