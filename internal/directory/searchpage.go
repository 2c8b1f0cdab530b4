package directory

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"gatehouse/internal/userpool"
)

// MaxSearchPage is how many users a page of a search has at most.
const MaxSearchPage = 1000

// SearchStore finds users by all that they have.
type SearchStore interface {
	// SearchUsers answers up to limit users past a place, in the order of the query; backwards it answers the ones
	// before it, the nearest first. It looks at so many users and no more: Found.Stopped is where it stopped.
	SearchUsers(ctx context.Context, poolID string, q Query, past *Place, back bool, limit int) (Found, error)
	// LastPassed answers when each of the users last passed a sign-in or did something else of their own.
	LastPassed(ctx context.Context, poolID string, subs []string) (map[string]time.Time, error)
	// WithoutWords lists up to limit users of a pool, or of all where poolID is "", whose words are not kept.
	WithoutWords(ctx context.Context, poolID string, limit int) ([]*User, error)
	// SetWords keeps the words of a user who is still of that version; another is left alone.
	SetWords(ctx context.Context, u *User, words []string) error
}

// Found is what a search found, and where it stopped before its end.
type Found struct {
	Users   []*User
	Stopped *Place
}

// PageOf is which page of a search is wanted.
type PageOf struct {
	Token string // Next or Previous of another page; "" for the first
	Last  bool   // the last one
	Limit int    // 1 to MaxSearchPage
}

// UserPage is a page of a search.
type UserPage struct {
	Users          []*User
	Next, Previous string // "" where there is none
	// Stopped: the page ended because so many users had been looked at; Next (or Previous) goes on.
	Stopped bool
	// Indexing: some users cannot be found by words yet, for the index of them is being made.
	Indexing bool
}

// turn is what a token holds: a place and the way from there.
type turn struct {
	Place
	Back bool
}

// Search answers a page of the users that s selects.
func (s *Service) Search(ctx context.Context, pool *userpool.Pool, in Search, at PageOf) (UserPage, error) {
	q, err := in.query(pool)
	if err != nil {
		return UserPage{}, err
	}
	binding, err := json.Marshal(in)
	if err != nil {
		return UserPage{}, fmt.Errorf("encode search: %w", err)
	}
	list := "search/" + pool.ID + "/" + string(binding)
	from, err := s.turnOf(list, at)
	if err != nil {
		return UserPage{}, err
	}
	var past *Place
	if from.Sub != "" || from.Missing {
		past = &from.Place
	}
	found, err := s.Searches.SearchUsers(ctx, pool.ID, q, past, from.Back, at.Limit+1)
	if err != nil {
		return UserPage{}, err
	}
	page := UserPage{Users: found.Users, Stopped: found.Stopped != nil}
	further := found.Stopped
	if len(page.Users) > at.Limit {
		page.Users = page.Users[:at.Limit]
		p := q.placeOf(pool, page.Users[at.Limit-1])
		further, page.Stopped = &p, false
	}
	if err := s.turns(&page, list, q, pool, past, further, from.Back); err != nil {
		return UserPage{}, err
	}
	if len(q.Words) > 0 {
		missing, err := s.Searches.WithoutWords(ctx, pool.ID, 1)
		if err != nil {
			return UserPage{}, err
		}
		page.Indexing = len(missing) > 0
	}
	return page, nil
}

// turns seals the ways on from a page, and lays one that was read backwards straight.
func (s *Service) turns(page *UserPage, list string, q Query, pool *userpool.Pool, past, further *Place, back bool) (err error) {
	origin := past // the way back to where the page was asked from
	if n := len(page.Users); n > 0 && past != nil {
		first := q.placeOf(pool, page.Users[0])
		origin = &first
	}
	ahead, behind := &page.Next, &page.Previous
	if back {
		slices.Reverse(page.Users)
		ahead, behind = behind, ahead
	}
	if further != nil {
		if *ahead, err = s.sealTurn(list, turn{*further, back}); err != nil {
			return err
		}
	}
	if origin != nil {
		*behind, err = s.sealTurn(list, turn{*origin, !back})
	}
	return err
}

func (s *Service) sealTurn(list string, t turn) (string, error) {
	b, err := json.Marshal(t)
	if err != nil {
		return "", fmt.Errorf("encode page token: %w", err)
	}
	return s.sealPlace(list, string(b))
}

func (s *Service) turnOf(list string, at PageOf) (t turn, err error) {
	if at.Token == "" {
		return turn{Back: at.Last}, nil
	}
	text, err := s.openPlace(list, at.Token)
	if err != nil {
		return t, err
	}
	if err := json.Unmarshal([]byte(text), &t); err != nil {
		return t, fmt.Errorf("read page token: %w", err)
	}
	return t, nil
}

// LastPassed answers when each of the users last passed a sign-in or did something else of their own.
func (s *Service) LastPassed(ctx context.Context, pool *userpool.Pool, users []*User) (map[string]time.Time, error) {
	subs := make([]string, len(users))
	for i, u := range users {
		subs[i] = u.Sub
	}
	return s.Searches.LastPassed(ctx, pool.ID, subs)
}

// wordsBatch is how many users one turn of FillWords cuts.
const wordsBatch = 200

// FillWords keeps the words of users who were written without: those of before there were words, and those that
// an older program wrote. It works in small transactions until nobody is left.
func (s *Service) FillWords(ctx context.Context) error {
	for {
		users, err := s.Searches.WithoutWords(ctx, "", wordsBatch)
		if err != nil || len(users) == 0 {
			return err
		}
		err = s.Tx.InTx(ctx, func(ctx context.Context) error {
			for _, u := range users {
				if err := s.Searches.SetWords(ctx, u, Words(u)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("keep words of users: %w", err)
		}
	}
}
