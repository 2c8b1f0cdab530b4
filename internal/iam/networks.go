package iam

import (
	"context"
	"fmt"
	"net/netip"
	"time"
)

// NetworkStore keeps which networks people signed in from. A key is a keyed hash of person and network.
type NetworkStore interface {
	// KnowsNetwork tells whether the person signed in from there since then.
	KnowsNetwork(ctx context.Context, key []byte, since time.Time) (bool, error)
	NoteNetwork(ctx context.Context, accountID string, key []byte, now time.Time) error
	DeleteNetworksOf(ctx context.Context, accountID string) error
	// SweepNetworks deletes those that nobody signed in from since then.
	SweepNetworks(ctx context.Context, since time.Time) error
}

// networkKept is how long a network is known after a sign-in.
const networkKept = 90 * 24 * time.Hour

// guessesFrom is the key under which guesses at who's secret count that come from ip. Strangers everywhere
// share one count, so that many addresses buy no more guesses than one; a network that the principal signed in
// from counts by itself, so that strangers cannot lock out who sits there. Sign-ins of another account or user
// do not make it known, or they would buy guesses.
func (s *Service) guessesFrom(ctx context.Context, ip, kind, who, principal string) ([]byte, error) {
	network := networkOf(ip)
	if network != "" {
		known, err := s.Networks.KnowsNetwork(ctx, s.networkKey(principal, network), s.now().Add(-networkKept))
		if err != nil {
			return nil, fmt.Errorf("look network up: %w", err)
		}
		if !known {
			network = ""
		}
	}
	return s.attemptKey(kind, who, network), nil
}

// noteNetwork remembers where somebody has signed in from, with all that it takes.
func (s *Service) noteNetwork(ctx context.Context, v *ConsoleSession) error {
	network := networkOf(v.IP)
	if network == "" {
		return nil
	}
	if err := s.Networks.NoteNetwork(ctx, v.AccountID, s.networkKey(v.principal(), network), s.now()); err != nil {
		return fmt.Errorf("note network: %w", err)
	}
	return nil
}

// principal is who sits at a session, by what does not change: root's ARN, a user's account and id.
func (s *ConsoleSession) principal() string {
	if s.OfRoot() {
		return rootARN(s.AccountID)
	}
	return s.AccountID + "/" + s.UserID
}

// networkKey is of a principal, which names the account too.
func (s *Service) networkKey(principal, network string) []byte {
	return s.Keys.MAC("console-network", []byte(principal), []byte(network))
}

// networkOf is what one subscriber has: an IPv4 address or an IPv6 /64; "" where the address is none.
func networkOf(ip string) string {
	a, err := netip.ParseAddr(ip)
	if err != nil {
		return ""
	}
	a = a.Unmap().WithZone("")
	bits := a.BitLen()
	if a.Is6() {
		bits = 64
	}
	return netip.PrefixFrom(a, bits).Masked().String()
}
