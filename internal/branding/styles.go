package branding

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"gatehouse/internal/fault"
	"gatehouse/internal/theme"
)

// ErrStyleExists is a second style for a client.
var ErrStyleExists = fault.New("ManagedLoginBrandingExistsException", "Managed login branding already exists for this client.")

// Limits of Cognito.
const (
	maxStyle       = 2 << 20
	maxAsset       = 1_000_000
	maxStyleAssets = 40
)

// Style is the managed login branding of an app client.
type Style struct {
	ID, PoolID, ClientID string
	Provided             bool            // UseCognitoProvidedValues: nothing of its own
	Settings             json.RawMessage // nil for none
	Assets               []Asset
	Created, Modified    time.Time
}

// Asset is a picture of a style, one for each category and colour mode.
type Asset struct {
	Category, ColorMode, Extension string
	Picture                        string // its id; its ResourceId is the beginning
	Bytes                          []byte `json:"-"`
}

// ResourceID names the asset where a call does not bring it again.
func (a Asset) ResourceID() string { return a.Picture[:min(32, len(a.Picture))] }

// StyleInput is what a call gives. Assets that bring no Bytes name a picture that the style has by ResourceID.
type StyleInput struct {
	Provided bool
	Settings json.RawMessage
	Assets   []AssetInput
}

// AssetInput is an Asset on its way in.
type AssetInput struct {
	Asset
	ResourceID string
	kind       theme.Picture // of Bytes
}

// StyleStore keeps styles. One that it does not have is ErrNotFound.
type StyleStore interface {
	// InsertStyle answers ErrStyleExists when the client has one. look is a theme in JSON, nil for none.
	InsertStyle(ctx context.Context, s *Style, look json.RawMessage) error
	SaveStyle(ctx context.Context, s *Style, look json.RawMessage) error
	DeleteStyle(ctx context.Context, poolID, id string) error
	Style(ctx context.Context, poolID, id string) (*Style, error)
	StyleOfClient(ctx context.Context, poolID, clientID string) (*Style, error)
}

// CreateStyle gives a client a style.
func (s *Service) CreateStyle(ctx context.Context, poolID, clientID string, in StyleInput) (*Style, error) {
	if err := s.own(ctx, poolID, clientID); err != nil {
		return nil, err
	}
	if err := in.check(s); err != nil {
		return nil, err
	}
	id, err := uuid.NewRandomFromReader(s.Rand)
	if err != nil {
		return nil, fmt.Errorf("make style id: %w", err)
	}
	style := &Style{ID: id.String(), PoolID: poolID, ClientID: clientID, Created: s.now(), Modified: s.now()}
	err = s.write(ctx, style, in, func(ctx context.Context, look json.RawMessage) error { return s.Styles.InsertStyle(ctx, style, look) })
	return style, err
}

// UpdateStyle adds to a style: settings and assets that are not given stay, UseCognitoProvidedValues takes all away.
func (s *Service) UpdateStyle(ctx context.Context, poolID, id string, in StyleInput) (*Style, error) {
	if err := in.check(s); err != nil {
		return nil, err
	}
	var style *Style
	err := s.Tx.InTx(ctx, func(ctx context.Context) error {
		if err := s.Pools.Touch(ctx, poolID); err != nil {
			return err
		}
		var err error
		if style, err = s.Styles.Style(ctx, poolID, id); err != nil {
			return err
		}
		style.Modified = s.now()
		return s.write(ctx, style, in, func(ctx context.Context, look json.RawMessage) error { return s.Styles.SaveStyle(ctx, style, look) })
	})
	if err != nil {
		return nil, err
	}
	return style, s.fill(ctx, style)
}

// write merges what a call gives into the style and saves it with what the pages show of it.
func (s *Service) write(ctx context.Context, style *Style, in StyleInput, save func(context.Context, json.RawMessage) error) error {
	if err := style.take(in); err != nil {
		return err
	}
	var look json.RawMessage
	if !style.Provided {
		var err error
		if look, err = json.Marshal(style.theme()); err != nil {
			return fmt.Errorf("encode look: %w", err)
		}
	}
	return s.Tx.InTx(ctx, func(ctx context.Context) error {
		if err := s.Pools.Touch(ctx, style.PoolID); err != nil {
			return err
		}
		for _, a := range in.Assets {
			if len(a.Bytes) > 0 {
				if err := s.keep(ctx, style.PoolID, Picture{a.kind, a.Bytes}); err != nil {
					return err
				}
			}
		}
		return save(ctx, look)
	})
}

// check refuses what a single call may not give, and identifies its pictures.
func (in StyleInput) check(s *Service) error {
	if in.Provided && (len(in.Settings) > 0 || len(in.Assets) > 0) {
		return ErrInvalid.With("UseCognitoProvidedValues cannot be true when Settings or Assets are specified.")
	}
	size := len(in.Settings)
	for i := range in.Assets {
		a := &in.Assets[i]
		if size += len(a.Bytes); len(a.Bytes) > maxAsset {
			return ErrInvalid.With("An asset has at most %d bytes.", maxAsset)
		}
		if err := a.identify(s); err != nil {
			return err
		}
	}
	if size > maxStyle {
		return ErrInvalid.With("A request has at most 2 MB of settings and assets.")
	}
	return checkSettings(in.Settings)
}

// checkSettings wants the object that managed login knows, of which any part may be missing.
func checkSettings(settings json.RawMessage) error {
	if len(settings) == 0 {
		return nil
	}
	var top map[string]map[string]any
	if err := json.Unmarshal(settings, &top); err != nil {
		return ErrInvalid.With("Settings must be an object of categories, componentClasses and components.")
	}
	for key := range top {
		if !slices.Contains([]string{"categories", "componentClasses", "components"}, key) {
			return ErrInvalid.With("Settings has no member %s.", key)
		}
	}
	return nil
}

// take merges what a call gives into the style.
func (st *Style) take(in StyleInput) error {
	if in.Provided {
		st.Provided, st.Settings, st.Assets = true, nil, nil
		return nil
	}
	if len(in.Settings) > 0 || len(in.Assets) > 0 {
		st.Provided = false
	}
	if len(in.Settings) > 0 {
		merged, err := merge(st.Settings, in.Settings)
		if err != nil {
			return err
		}
		if st.Settings = merged; len(merged) > maxStyle*4 {
			return ErrInvalid.With("The settings are too large.")
		}
	}
	had := st.Assets
	given := map[[2]string]bool{}
	for _, a := range in.Assets {
		place := [2]string{a.Category, a.ColorMode}
		if given[place] {
			return ErrInvalid.With("Assets has %s for %s twice.", a.Category, a.ColorMode)
		}
		given[place] = true
		asset, err := a.settle(had)
		if err != nil {
			return err
		}
		st.Assets = slices.DeleteFunc(slices.Clone(st.Assets), func(x Asset) bool { return x.Category == a.Category && x.ColorMode == a.ColorMode })
		st.Assets = append(st.Assets, asset)
	}
	if len(st.Assets) > maxStyleAssets {
		return ErrInvalid.With("A style has at most %d assets.", maxStyleAssets)
	}
	slices.SortFunc(st.Assets, func(a, b Asset) int { return strings.Compare(a.Category+a.ColorMode, b.Category+b.ColorMode) })
	return nil
}

// DeleteStyle takes a client's style away.
func (s *Service) DeleteStyle(ctx context.Context, poolID, id string) error {
	return s.Tx.InTx(ctx, func(ctx context.Context) error {
		if err := s.Pools.Touch(ctx, poolID); err != nil {
			return err
		}
		return s.Styles.DeleteStyle(ctx, poolID, id)
	})
}

// Style is a style with the bytes of its assets.
func (s *Service) Style(ctx context.Context, poolID, id string) (*Style, error) {
	style, err := s.Styles.Style(ctx, poolID, id)
	if err != nil {
		return nil, err
	}
	return style, s.fill(ctx, style)
}

// StyleOfClient is the style of a client.
func (s *Service) StyleOfClient(ctx context.Context, poolID, clientID string) (*Style, error) {
	if err := s.own(ctx, poolID, clientID); err != nil {
		return nil, err
	}
	style, err := s.Styles.StyleOfClient(ctx, poolID, clientID)
	if err != nil {
		return nil, err
	}
	return style, s.fill(ctx, style)
}

func (s *Service) fill(ctx context.Context, style *Style) error {
	for i := range style.Assets {
		p, err := s.Store.Picture(ctx, style.PoolID, style.Assets[i].Picture)
		if errors.Is(err, ErrNotFound) {
			return fmt.Errorf("asset of style %s: %v", style.ID, err)
		}
		if err != nil {
			return err
		}
		style.Assets[i].Bytes = p.Bytes
	}
	return nil
}
