package sts

import (
	"bytes"
	"compress/flate"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"gatehouse/internal/identity"
	"gatehouse/internal/policy"
)

// How long sessions are.
const (
	Default     = time.Hour // of a role, where nobody said
	Chained     = time.Hour // at most, of a role that another role assumes
	maxOfRoot   = time.Hour
	defaultUser = 12 * time.Hour
)

const maxTags = 50

// Want is what is asked of a session. Zero values ask for nothing.
type Want struct {
	Name           string
	Duration       time.Duration
	Policy         string   // JSON
	PolicyARNs     []string // managed policies of the account, which exist
	Tags           []identity.Tag
	Transitive     []string
	SourceIdentity string
}

// Inherited is what is wanted with what the session takes over from the one of who asks: policies are asked about all of it.
func (w Want) Inherited(by *Session) Want {
	if by == nil {
		return w
	}
	var v Session
	if v.inherit(by) == nil {
		w.Tags, w.Transitive = append(v.Tags, w.Tags...), append(v.Transitive, w.Transitive...)
	}
	if w.SourceIdentity == "" {
		w.SourceIdentity = by.SourceIdentity
	}
	return w
}

// limits checks the policies and tags of a session and puts them into it.
func (w *Want) limits(v *Session) error {
	if w.Policy != "" {
		if _, err := policy.ParseValid(w.Policy, policy.Session); err != nil {
			return err
		}
	}
	plain := len([]rune(w.Policy))
	for _, a := range w.PolicyARNs {
		plain += len(a)
	}
	if plain > policy.QuotaSession {
		return ErrPackedTooLarge.With("Packed policy consumes %d%% of allotted space, please use smaller policy.", plain*100/policy.QuotaSession)
	}
	v.Policy, v.PolicyARNs = w.Policy, w.PolicyARNs
	return w.tag(v)
}

// tag adds the wanted tags to those that the session inherits.
func (w *Want) tag(v *Session) error {
	for i, t := range w.Tags {
		switch {
		case strings.HasPrefix(strings.ToLower(t.Key), "aws:"):
			return ErrInvalidParameter.With("Tag keys that begin with aws: are reserved: %s", t.Key)
		case hasTag(w.Tags[:i], t.Key):
			return ErrInvalidParameter.With("Duplicate tag keys found. Please note that Tag keys are case insensitive.")
		case hasTag(v.Tags, t.Key):
			return ErrInvalidParameter.With("One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.")
		}
	}
	for _, k := range w.Transitive {
		if !hasTag(w.Tags, k) {
			return ErrInvalidParameter.With("The specified transitive tag key must be included in the requested tags: %s", k)
		}
	}
	v.Tags, v.Transitive = append(v.Tags, w.Tags...), append(v.Transitive, w.Transitive...)
	if len(v.Tags) > maxTags {
		return ErrValidation.With("The session has more than %d tags.", maxTags)
	}
	return nil
}

func hasTag(tags []identity.Tag, key string) bool {
	return slices.ContainsFunc(tags, func(t identity.Tag) bool { return strings.EqualFold(t.Key, key) })
}

// maxPacked is how many bytes policies and tags of a session may be once they are packed.
const maxPacked = 2048

// Packed tells in percent how much of what a token may hold the policies and tags of a session take; more than all is
// ErrPackedTooLarge.
func (v *Session) Packed() (int32, error) {
	if v.Policy == "" && len(v.PolicyARNs)+len(v.Tags) == 0 {
		return 0, nil
	}
	plain, err := json.Marshal([]any{v.Policy, v.PolicyARNs, v.Tags, v.Transitive})
	if err != nil {
		return 0, err
	}
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestCompression)
	if err != nil {
		return 0, err
	}
	w.Write(plain) // a buffer takes everything
	w.Close()
	percent := int32((b.Len()*100 + maxPacked - 1) / maxPacked)
	if percent > 100 {
		return 0, ErrPackedTooLarge.With("Packed policy consumes %d%% of allotted space, please use smaller policy.", percent)
	}
	return percent, nil
}
