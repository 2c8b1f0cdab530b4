package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"gatehouse/internal/directory"
)

// saveWords makes the words of a user those: what is gone is deleted, what is new inserted.
func (db *DB) saveWords(ctx context.Context, poolID, sub string, words []string) error {
	stored, err := collect(scanOne[[]byte])(db.rows(ctx, `
		SELECT word
		FROM user_words
		WHERE pool_id = $1 AND sub = $2`, poolID, sub))
	if err != nil {
		return err
	}
	var fresh []string
	gone := map[string]bool{}
	for _, w := range stored {
		gone[string(w)] = true
	}
	for _, w := range words {
		if !gone[w] {
			fresh = append(fresh, w)
		}
		delete(gone, w)
	}
	for w := range gone {
		if _, err := db.exec(ctx, `
			DELETE FROM user_words
			WHERE pool_id = $1 AND sub = $2 AND word = $3`, poolID, sub, []byte(w)); err != nil {
			return err
		}
	}
	return db.insertWords(ctx, poolID, sub, fresh)
}

// wordsAStatement is how many rows one statement inserts.
const wordsAStatement = 8

func (db *DB) insertWords(ctx context.Context, poolID, sub string, words []string) error {
	for chunk := range slices.Chunk(words, wordsAStatement) {
		q, args := "INSERT INTO user_words (pool_id, sub, word) VALUES ", []any{poolID, sub}
		for i, w := range chunk {
			if i > 0 {
				q += ", "
			}
			args = append(args, []byte(w))
			q += fmt.Sprintf("($1, $2, $%d)", len(args))
		}
		if _, err := db.exec(ctx, q, args...); err != nil {
			return err
		}
	}
	return nil
}

// WithoutWords implements directory.SearchStore.
func (s *UserSearches) WithoutWords(ctx context.Context, poolID string, limit int) ([]*directory.User, error) {
	q, args := userWithoutWords, []any{limit}
	if poolID != "" {
		q, args = poolWithoutWords, append(args, poolID)
	}
	users, err := collect(func(r *sql.Rows) (*directory.User, error) { return scanUser(r.Scan) })(s.db.rows(ctx, q, args...))
	if err != nil {
		return nil, fmt.Errorf("list users without words: %w", err)
	}
	return users, nil
}

const userWithoutWords = `
	SELECT ` + userColumns + `
	FROM users u
	WHERE u.words = 0
	ORDER BY u.pool_id, u.sub
	LIMIT $1`

const poolWithoutWords = `
	SELECT ` + userColumns + `
	FROM users u
	WHERE u.words = 0 AND u.pool_id = $2
	ORDER BY u.sub
	LIMIT $1`

// SetWords implements directory.SearchStore.
func (s *UserSearches) SetWords(ctx context.Context, u *directory.User, words []string) error {
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		n, err := s.db.exec(ctx, `
			UPDATE users
			SET words = $4
			WHERE pool_id = $1 AND sub = $2 AND version = $3`, u.PoolID, u.Sub, u.Version, directory.WordsVersion)
		if err != nil || n == 0 {
			return err
		}
		return s.db.saveWords(ctx, u.PoolID, u.Sub, words)
	})
	if err != nil {
		return fmt.Errorf("set words of user: %w", err)
	}
	return nil
}
