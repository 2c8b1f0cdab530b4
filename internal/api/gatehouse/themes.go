package gatehouse

import (
	"context"
	"strconv"
	"time"

	"gatehouse/internal/api"
	"gatehouse/internal/branding"
	"gatehouse/internal/theme"
)

// Branding is the part of *branding.Service that these operations call.
type Branding interface {
	Theme(ctx context.Context, poolID, clientID string) (*branding.Entry, error)
	SaveDraft(ctx context.Context, poolID, clientID string, t theme.Theme, seen *int64) (*branding.Entry, error)
	DiscardDraft(ctx context.Context, poolID, clientID string, seen *int64) (*branding.Entry, error)
	Undo(ctx context.Context, poolID, clientID string, seen *int64) (*branding.Entry, error)
	Publish(ctx context.Context, poolID, clientID, by string, seen *int64) (*branding.Entry, error)
	Restore(ctx context.Context, poolID, clientID string, number int64, seen *int64) (*branding.Entry, error)
	Delete(ctx context.Context, poolID, clientID string) error
	Version(ctx context.Context, poolID, clientID string, number int64) (*branding.Version, error)
	Versions(ctx context.Context, poolID, clientID string, below int64, limit int) ([]branding.Version, int64, error)
	Clients(ctx context.Context, poolID string) ([]branding.Entry, error)
	AddPicture(ctx context.Context, poolID string, file []byte) (*branding.Picture, error)
	Picture(ctx context.Context, poolID, id string) (*branding.Picture, error)
}

// ThemeState is the theme of a user pool, or of one of its app clients, as it stands.
type ThemeState struct {
	UserPoolId, ClientId *string
	Version              *int64       // that the pages show; absent where none is published
	Published            *theme.Theme // what it says
	Draft                *theme.Theme // absent where there is none
	Undoable             *bool        // UndoThemeDraft has something to bring back
	Revision             *int64       // counts the changes; give it back to change only what you have seen
	LastModifiedDate     *time.Time
	Contrast             *theme.Contrast // of the draft, else of what is published
}

// ThemeVersion is a theme that was published.
type ThemeVersion struct {
	Version         *int64
	PublicationDate *time.Time
	PublishedBy     *string // ARN
	Theme           *theme.Theme
}

// GetThemeInput names a user pool, and an app client for its own theme.
type GetThemeInput struct{ UserPoolId, ClientId *string }

// GetThemeOutput is its theme; Revision is 0 where nothing was ever saved.
type GetThemeOutput struct{ Theme *ThemeState }

// ListThemesInput names a user pool.
type ListThemesInput struct{ UserPoolId *string }

// ListThemesOutput is the app clients with a theme of their own, and the pool's theme first where it has one.
type ListThemesOutput struct{ Themes []ThemeState }

// ListThemeVersionsInput selects the history of a theme, newest first.
type ListThemeVersionsInput struct {
	UserPoolId, ClientId *string
	MaxResults           *int32 // 1 to 50; 50 when left out
	NextToken            *string
}

// ListThemeVersionsOutput is a page of it; the newest 50 versions are kept.
type ListThemeVersionsOutput struct {
	Versions  []ThemeVersion
	NextToken *string
}

func (s *Service) registerThemes(r *api.Registry) {
	api.Add(r, name, api.Op[GetThemeInput, GetThemeOutput]{
		Access: api.Signed(), Run: s.getTheme,
		Resource: poolARN(s, func(in *GetThemeInput) *string { return in.UserPoolId }),
	})
	api.Add(r, name, api.Op[ListThemesInput, ListThemesOutput]{
		Access: api.Signed(), Run: s.listThemes,
		Resource: poolARN(s, func(in *ListThemesInput) *string { return in.UserPoolId }),
	})
	api.Add(r, name, api.Op[ListThemeVersionsInput, ListThemeVersionsOutput]{
		Access: api.Signed(), Run: s.listThemeVersions,
		Resource: poolARN(s, func(in *ListThemeVersionsInput) *string { return in.UserPoolId }),
	})
	s.registerThemeChanges(r)
	s.registerThemePictures(r)
}

func (s *Service) getTheme(ctx context.Context, in *GetThemeInput) (*GetThemeOutput, error) {
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	e, err := s.Branding.Theme(ctx, p.ID, text(in.ClientId))
	if err != nil {
		return nil, err
	}
	state, err := s.themeState(ctx, e)
	return &GetThemeOutput{state}, err
}

// themeState reads what an entry's documents say.
func (s *Service) themeState(ctx context.Context, e *branding.Entry) (*ThemeState, error) {
	out := &ThemeState{UserPoolId: &e.PoolID, ClientId: some(e.ClientID), Undoable: &e.Undoable, Revision: &e.Revision}
	if e.Revision > 0 {
		out.LastModifiedDate = &e.Modified
	}
	var shown theme.Theme
	if e.Published > 0 {
		v, err := s.Branding.Version(ctx, e.PoolID, e.ClientID, e.Published)
		if err != nil {
			return nil, err
		}
		if shown, err = theme.Parse(v.Document); err != nil {
			return nil, err
		}
		published := shown
		out.Version, out.Published = &e.Published, &published
	}
	if len(e.Draft) > 0 {
		draft, err := theme.Parse(e.Draft)
		if err != nil {
			return nil, err
		}
		shown, out.Draft = draft, &draft
	}
	contrast := shown.Contrast()
	out.Contrast = &contrast
	return out, nil
}

func (s *Service) listThemes(ctx context.Context, in *ListThemesInput) (*ListThemesOutput, error) {
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	entries, err := s.Branding.Clients(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	own, err := s.Branding.Theme(ctx, p.ID, "")
	if err != nil {
		return nil, err
	}
	if own.Revision > 0 {
		entries = append([]branding.Entry{*own}, entries...)
	}
	out := &ListThemesOutput{Themes: []ThemeState{}}
	for _, e := range entries {
		state := ThemeState{UserPoolId: &e.PoolID, ClientId: some(e.ClientID), Revision: &e.Revision, LastModifiedDate: &e.Modified}
		if e.Published > 0 {
			state.Version = &e.Published
		}
		out.Themes = append(out.Themes, state)
	}
	return out, nil
}

func (s *Service) listThemeVersions(ctx context.Context, in *ListThemeVersionsInput) (*ListThemeVersionsOutput, error) {
	n, below := branding.KeptVersions, int64(0)
	if in.MaxResults != nil {
		if n = int(*in.MaxResults); n < 1 || n > branding.KeptVersions {
			return nil, errValidation.With("MaxResults must be from 1 to %d.", branding.KeptVersions)
		}
	}
	if token := text(in.NextToken); token != "" {
		var err error
		if below, err = strconv.ParseInt(token, 10, 64); err != nil || below < 1 {
			return nil, errValidation.With("NextToken is not one that this operation gave.")
		}
	}
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	versions, next, err := s.Branding.Versions(ctx, p.ID, text(in.ClientId), below, n)
	if err != nil {
		return nil, err
	}
	out := &ListThemeVersionsOutput{Versions: []ThemeVersion{}}
	for _, v := range versions {
		t, err := theme.Parse(v.Document)
		if err != nil {
			return nil, err
		}
		out.Versions = append(out.Versions, ThemeVersion{Version: &v.Number, PublicationDate: &v.Published, PublishedBy: some(v.By), Theme: &t})
	}
	if next > 0 {
		out.NextToken = some(strconv.FormatInt(next, 10))
	}
	return out, nil
}
