package gatehouse

import (
	"context"

	"gatehouse/internal/api"
	"gatehouse/internal/branding"
	"gatehouse/internal/theme"
)

// SaveThemeDraftInput is a theme to look at before it is published. Of all changes, Revision is that of the theme as the
// caller saw it: one that was changed since is not changed again (ConcurrentModificationException).
type SaveThemeDraftInput struct {
	UserPoolId, ClientId *string
	Theme                *theme.Theme
	Revision             *int64
}

// SaveThemeDraftOutput is the theme as it stands then.
type SaveThemeDraftOutput struct{ Theme *ThemeState }

// DiscardThemeDraftInput names a theme whose draft goes.
type DiscardThemeDraftInput struct {
	UserPoolId, ClientId *string
	Revision             *int64
}

// DiscardThemeDraftOutput is the theme as it stands then.
type DiscardThemeDraftOutput struct{ Theme *ThemeState }

// UndoThemeDraftInput names a theme whose draft becomes again what it was before the last change of it; the second undo in
// a row takes the first one back.
type UndoThemeDraftInput struct {
	UserPoolId, ClientId *string
	Revision             *int64
}

// UndoThemeDraftOutput is the theme as it stands then.
type UndoThemeDraftOutput struct{ Theme *ThemeState }

// PublishThemeInput names a theme whose draft the pages show from now on.
type PublishThemeInput struct {
	UserPoolId, ClientId *string
	Revision             *int64
}

// PublishThemeOutput is the theme as it stands then.
type PublishThemeOutput struct{ Theme *ThemeState }

// RestoreThemeVersionInput names a version that becomes the draft.
type RestoreThemeVersionInput struct {
	UserPoolId, ClientId *string
	Version              *int64
	Revision             *int64
}

// RestoreThemeVersionOutput is the theme as it stands then.
type RestoreThemeVersionOutput struct{ Theme *ThemeState }

// DeleteThemeInput names a theme that goes with its draft and its history.
type DeleteThemeInput struct{ UserPoolId, ClientId *string }

// DeleteThemeOutput is empty.
type DeleteThemeOutput struct{}

func (s *Service) registerThemeChanges(r *api.Registry) {
	api.Add(r, name, api.Op[SaveThemeDraftInput, SaveThemeDraftOutput]{
		Access: api.Signed(), Run: s.saveThemeDraft,
		Resource: poolARN(s, func(in *SaveThemeDraftInput) *string { return in.UserPoolId }),
	})
	api.Add(r, name, api.Op[DiscardThemeDraftInput, DiscardThemeDraftOutput]{
		Access: api.Signed(), Run: s.discardThemeDraft,
		Resource: poolARN(s, func(in *DiscardThemeDraftInput) *string { return in.UserPoolId }),
	})
	api.Add(r, name, api.Op[UndoThemeDraftInput, UndoThemeDraftOutput]{
		Access: api.Signed(), Run: s.undoThemeDraft,
		Resource: poolARN(s, func(in *UndoThemeDraftInput) *string { return in.UserPoolId }),
	})
	api.Add(r, name, api.Op[PublishThemeInput, PublishThemeOutput]{
		Access: api.Signed(), Run: s.publishTheme,
		Resource: poolARN(s, func(in *PublishThemeInput) *string { return in.UserPoolId }),
	})
	api.Add(r, name, api.Op[RestoreThemeVersionInput, RestoreThemeVersionOutput]{
		Access: api.Signed(), Run: s.restoreThemeVersion,
		Resource: poolARN(s, func(in *RestoreThemeVersionInput) *string { return in.UserPoolId }),
	})
	api.Add(r, name, api.Op[DeleteThemeInput, DeleteThemeOutput]{
		Access: api.Signed(), Run: s.deleteTheme,
		Resource: poolARN(s, func(in *DeleteThemeInput) *string { return in.UserPoolId }),
	})
}

// changed changes a theme of an own pool and answers how it stands.
func (s *Service) changed(ctx context.Context, poolID *string, change func(pool string) (*branding.Entry, error)) (*ThemeState, error) {
	p, err := s.ownPool(ctx, poolID)
	if err != nil {
		return nil, err
	}
	e, err := change(p.ID)
	if err != nil {
		return nil, err
	}
	return s.themeState(ctx, e)
}

func (s *Service) saveThemeDraft(ctx context.Context, in *SaveThemeDraftInput) (*SaveThemeDraftOutput, error) {
	if in.Theme == nil {
		return nil, errValidation.With("Theme is required.")
	}
	state, err := s.changed(ctx, in.UserPoolId, func(pool string) (*branding.Entry, error) {
		return s.Branding.SaveDraft(ctx, pool, text(in.ClientId), *in.Theme, in.Revision)
	})
	return &SaveThemeDraftOutput{state}, err
}

func (s *Service) discardThemeDraft(ctx context.Context, in *DiscardThemeDraftInput) (*DiscardThemeDraftOutput, error) {
	state, err := s.changed(ctx, in.UserPoolId, func(pool string) (*branding.Entry, error) {
		return s.Branding.DiscardDraft(ctx, pool, text(in.ClientId), in.Revision)
	})
	return &DiscardThemeDraftOutput{state}, err
}

func (s *Service) undoThemeDraft(ctx context.Context, in *UndoThemeDraftInput) (*UndoThemeDraftOutput, error) {
	state, err := s.changed(ctx, in.UserPoolId, func(pool string) (*branding.Entry, error) {
		return s.Branding.Undo(ctx, pool, text(in.ClientId), in.Revision)
	})
	return &UndoThemeDraftOutput{state}, err
}

func (s *Service) publishTheme(ctx context.Context, in *PublishThemeInput) (*PublishThemeOutput, error) {
	state, err := s.changed(ctx, in.UserPoolId, func(pool string) (*branding.Entry, error) {
		return s.Branding.Publish(ctx, pool, text(in.ClientId), api.PrincipalFrom(ctx).ARN, in.Revision)
	})
	return &PublishThemeOutput{state}, err
}

func (s *Service) restoreThemeVersion(ctx context.Context, in *RestoreThemeVersionInput) (*RestoreThemeVersionOutput, error) {
	if in.Version == nil {
		return nil, errValidation.With("Version is required.")
	}
	state, err := s.changed(ctx, in.UserPoolId, func(pool string) (*branding.Entry, error) {
		return s.Branding.Restore(ctx, pool, text(in.ClientId), *in.Version, in.Revision)
	})
	return &RestoreThemeVersionOutput{state}, err
}

func (s *Service) deleteTheme(ctx context.Context, in *DeleteThemeInput) (*DeleteThemeOutput, error) {
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	return &DeleteThemeOutput{}, s.Branding.Delete(ctx, p.ID, text(in.ClientId))
}
