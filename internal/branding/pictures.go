package branding

import (
	"context"

	"gatehouse/internal/theme"
)

// AddPicture keeps an image for themes to show; the same bytes are kept once. Pictures that nothing shows go after an hour.
func (s *Service) AddPicture(ctx context.Context, poolID string, file []byte) (*Picture, error) {
	if len(file) == 0 || len(file) > theme.MaxPicture {
		return nil, theme.ErrPicture.With("A picture has 1 to %d bytes.", theme.MaxPicture)
	}
	kind, err := s.identify(file)
	if err != nil {
		return nil, err
	}
	p := Picture{kind, file}
	return &p, s.keep(ctx, poolID, p)
}

// identify is theme.Identify, of one picture at a time: unpacking takes more memory than a picture has bytes.
func (s *Service) identify(file []byte) (theme.Picture, error) {
	s.unpacking.Lock()
	defer s.unpacking.Unlock()
	return theme.Identify(file)
}

// keep adds a picture that was identified.
func (s *Service) keep(ctx context.Context, poolID string, p Picture) error {
	now := s.now()
	return s.Tx.InTx(ctx, func(ctx context.Context) error {
		if err := s.Store.SweepPictures(ctx, poolID, now.Add(-unusedFor)); err != nil {
			return err
		}
		n, err := s.Store.InsertPicture(ctx, poolID, p, now)
		if err == nil && n > maxPictures {
			return ErrLimit.With("The user pool has %d pictures; delete themes that show them.", maxPictures)
		}
		return err
	})
}

// Picture is a picture of the pool.
func (s *Service) Picture(ctx context.Context, poolID, id string) (*Picture, error) {
	return s.Store.Picture(ctx, poolID, id)
}
