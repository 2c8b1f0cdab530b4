package branding

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"gatehouse/internal/theme"
	"gatehouse/internal/userpool"
)

// Theme is the theme of a pool or a client as it stands; an Entry with revision 0 where nothing was ever saved.
func (s *Service) Theme(ctx context.Context, poolID, clientID string) (*Entry, error) {
	if err := s.own(ctx, poolID, clientID); err != nil {
		return nil, err
	}
	return s.entry(ctx, poolID, clientID)
}

func (s *Service) entry(ctx context.Context, poolID, clientID string) (*Entry, error) {
	e, err := s.Store.Theme(ctx, poolID, clientID)
	if errors.Is(err, ErrNotFound) {
		return &Entry{PoolID: poolID, ClientID: clientID}, nil
	}
	return e, err
}

// own refuses a client that is not the pool's.
func (s *Service) own(ctx context.Context, poolID, clientID string) error {
	if clientID == "" {
		return nil
	}
	_, err := s.Pools.ClientOf(ctx, poolID, clientID)
	return err
}

// change writes a theme in one transaction. seen is the revision that the caller looked at, nil for any: a theme that was
// changed since is ErrConflict.
func (s *Service) change(ctx context.Context, poolID, clientID string, seen *int64, do func(context.Context, *Entry) error) (*Entry, error) {
	if err := s.own(ctx, poolID, clientID); err != nil {
		return nil, err
	}
	var out *Entry
	err := s.Tx.InTx(ctx, func(ctx context.Context) error {
		if err := s.Pools.Touch(ctx, poolID); err != nil {
			return err
		}
		e, err := s.entry(ctx, poolID, clientID)
		if err != nil {
			return err
		}
		if seen != nil && *seen != e.Revision {
			return ErrConflict
		}
		e.Revision, e.Modified = e.Revision+1, s.now()
		if err := do(ctx, e); err != nil {
			return err
		}
		out = e
		return s.Store.SaveTheme(ctx, e)
	})
	return out, err
}

// redraft puts another draft in the place of the one there is, which Undo brings back.
func (e *Entry) redraft(document json.RawMessage) {
	e.Previous, e.Draft, e.Undoable = e.Draft, document, true
}

// SaveDraft keeps a draft. Its pictures must be there.
func (s *Service) SaveDraft(ctx context.Context, poolID, clientID string, t theme.Theme, seen *int64) (*Entry, error) {
	if err := t.Check(); err != nil {
		return nil, err
	}
	document, err := json.Marshal(t)
	if err != nil {
		return nil, fmt.Errorf("encode theme: %w", err)
	}
	return s.change(ctx, poolID, clientID, seen, func(ctx context.Context, e *Entry) error {
		for _, id := range t.Pictures() {
			if _, err := s.Store.Picture(ctx, poolID, id); err != nil {
				return err
			}
		}
		e.redraft(document)
		return nil
	})
}

// DiscardDraft throws the draft away; pages and history stay.
func (s *Service) DiscardDraft(ctx context.Context, poolID, clientID string, seen *int64) (*Entry, error) {
	return s.change(ctx, poolID, clientID, seen, func(_ context.Context, e *Entry) error {
		if len(e.Draft) == 0 {
			return errNoDraft
		}
		e.redraft(nil)
		return nil
	})
}

var errNoDraft = ErrInvalid.With("There is no draft.")

// Undo brings back the draft that the last write replaced; a second one takes that back.
func (s *Service) Undo(ctx context.Context, poolID, clientID string, seen *int64) (*Entry, error) {
	return s.change(ctx, poolID, clientID, seen, func(_ context.Context, e *Entry) error {
		if !e.Undoable {
			return ErrInvalid.With("There is nothing to undo.")
		}
		e.redraft(e.Previous)
		return nil
	})
}

// Publish shows the draft on the pages. by is the ARN of who does it.
func (s *Service) Publish(ctx context.Context, poolID, clientID, by string, seen *int64) (*Entry, error) {
	return s.change(ctx, poolID, clientID, seen, func(ctx context.Context, e *Entry) error {
		if len(e.Draft) == 0 {
			return errNoDraft
		}
		number := int64(1)
		if last, err := s.Store.ListVersions(ctx, poolID, clientID, math.MaxInt64, 1); err != nil {
			return err
		} else if len(last) > 0 {
			number = last[0].Number + 1
		}
		v := Version{PoolID: poolID, ClientID: clientID, Number: number, Document: e.Draft, Published: e.Modified, By: by}
		e.Published, e.Draft, e.Previous, e.Undoable = number, nil, nil, false
		if err := s.Store.SaveTheme(ctx, e); err != nil { // a version is of a theme that is there
			return err
		}
		return s.Store.InsertVersion(ctx, v, KeptVersions)
	})
}

// Restore makes a version the draft, to be looked at and published again.
func (s *Service) Restore(ctx context.Context, poolID, clientID string, number int64, seen *int64) (*Entry, error) {
	return s.change(ctx, poolID, clientID, seen, func(ctx context.Context, e *Entry) error {
		v, err := s.Store.Version(ctx, poolID, clientID, number)
		if err != nil {
			return err
		}
		e.redraft(v.Document)
		return nil
	})
}

// Delete takes a theme away with its history: a client shows its pool's again, a pool the product's own look.
func (s *Service) Delete(ctx context.Context, poolID, clientID string) error {
	return s.Tx.InTx(ctx, func(ctx context.Context) error {
		if err := s.Pools.Touch(ctx, poolID); err != nil {
			return err
		}
		return s.Store.DeleteTheme(ctx, poolID, clientID)
	})
}

// Version is a version of a theme.
func (s *Service) Version(ctx context.Context, poolID, clientID string, number int64) (*Version, error) {
	return s.Store.Version(ctx, poolID, clientID, number)
}

// Versions is a page of a theme's history below a number (0: from the newest on), newest first, and the number that the
// next page is below; 0 where there is none.
func (s *Service) Versions(ctx context.Context, poolID, clientID string, below int64, limit int) ([]Version, int64, error) {
	if err := s.own(ctx, poolID, clientID); err != nil {
		return nil, 0, err
	}
	if below == 0 {
		below = math.MaxInt64
	}
	all, err := s.Store.ListVersions(ctx, poolID, clientID, below, limit+1)
	if err != nil || len(all) <= limit {
		return all, 0, err
	}
	return all[:limit], all[limit-1].Number, nil
}

// Clients are the themes that clients of the pool have of their own.
func (s *Service) Clients(ctx context.Context, poolID string) ([]Entry, error) {
	return s.Store.ThemedClients(ctx, poolID, userpool.MaxClients)
}
