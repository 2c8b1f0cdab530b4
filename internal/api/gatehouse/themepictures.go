package gatehouse

import (
	"context"

	"gatehouse/internal/api"
)

// AddThemePictureInput is an image for themes of a user pool: PNG, JPEG, WebP, ICO, or an SVG that only draws, of at most
// 512 KiB and 4096 pixels a side. One that no theme shows goes after an hour.
type AddThemePictureInput struct {
	UserPoolId *string
	Bytes      []byte
}

// AddThemePictureOutput is the name that themes call it by, and what its content is.
type AddThemePictureOutput struct{ PictureId, Type *string }

// GetThemePictureInput names a picture of a user pool.
type GetThemePictureInput struct{ UserPoolId, PictureId *string }

// GetThemePictureOutput is its media type and content.
type GetThemePictureOutput struct {
	Type  *string
	Bytes []byte
}

func (s *Service) registerThemePictures(r *api.Registry) {
	api.Add(r, name, api.Op[AddThemePictureInput, AddThemePictureOutput]{
		Access: api.Signed(), Run: s.addThemePicture,
		Resource: poolARN(s, func(in *AddThemePictureInput) *string { return in.UserPoolId }),
	})
	api.Add(r, name, api.Op[GetThemePictureInput, GetThemePictureOutput]{
		Access: api.Signed(), Run: s.getThemePicture,
		Resource: poolARN(s, func(in *GetThemePictureInput) *string { return in.UserPoolId }),
	})
}

func (s *Service) addThemePicture(ctx context.Context, in *AddThemePictureInput) (*AddThemePictureOutput, error) {
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	picture, err := s.Branding.AddPicture(ctx, p.ID, in.Bytes)
	if err != nil {
		return nil, err
	}
	return &AddThemePictureOutput{PictureId: &picture.ID, Type: &picture.Type}, nil
}

func (s *Service) getThemePicture(ctx context.Context, in *GetThemePictureInput) (*GetThemePictureOutput, error) {
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	picture, err := s.Branding.Picture(ctx, p.ID, text(in.PictureId))
	if err != nil {
		return nil, err
	}
	return &GetThemePictureOutput{Type: &picture.Type, Bytes: picture.Bytes}, nil
}
