package gatehouse

import (
	"context"

	"gatehouse/internal/api"
	"gatehouse/internal/savedview"
)

// Views is *savedview.Service.
type Views interface {
	Save(ctx context.Context, o savedview.Owner, v savedview.View) (savedview.View, error)
	List(ctx context.Context, o savedview.Owner) ([]savedview.View, error)
	Delete(ctx context.Context, o savedview.Owner, name string) error
}

// UserView is a filter of the console's list of users, under a name. It is its principal's alone.
type UserView struct {
	Name  *string // 1 to 64 characters
	Query *string // the query string of the list
}

// SaveUserViewInput keeps a view, in place of the one of its name.
type SaveUserViewInput struct {
	UserPoolId, Name, Query *string // as UserView has them
}

// SaveUserViewOutput is the view as it is kept.
type SaveUserViewOutput struct{ View *UserView }

// ListUserViewsInput asks for the caller's views of a pool.
type ListUserViewsInput struct{ UserPoolId *string }

// ListUserViewsOutput is them, by name; 50 at most.
type ListUserViewsOutput struct{ Views []UserView }

// DeleteUserViewInput names one of the caller's views.
type DeleteUserViewInput struct{ UserPoolId, Name *string }

// DeleteUserViewOutput is empty.
type DeleteUserViewOutput struct{}

func (s *Service) registerUserViews(r *api.Registry) {
	api.Add(r, name, api.Op[SaveUserViewInput, SaveUserViewOutput]{
		Access: api.Signed(), Effect: api.Change, Resource: poolARN(s, func(in *SaveUserViewInput) *string { return in.UserPoolId }), Run: s.saveUserView,
	})
	api.Add(r, name, api.Op[ListUserViewsInput, ListUserViewsOutput]{
		Access: api.Signed(), Effect: api.Read, Resource: poolARN(s, func(in *ListUserViewsInput) *string { return in.UserPoolId }), Run: s.listUserViews,
	})
	api.Add(r, name, api.Op[DeleteUserViewInput, DeleteUserViewOutput]{
		Access: api.Signed(), Effect: api.Change, Resource: poolARN(s, func(in *DeleteUserViewInput) *string { return in.UserPoolId }), Run: s.deleteUserView,
	})
}

// viewsOf are the caller's views of a pool.
func (s *Service) viewsOf(ctx context.Context, poolID *string) (savedview.Owner, error) {
	p, err := s.ownPool(ctx, poolID)
	if err != nil {
		return savedview.Owner{}, err
	}
	return savedview.Owner{PoolID: p.ID, PrincipalID: api.PrincipalFrom(ctx).UserID}, nil
}

func (s *Service) saveUserView(ctx context.Context, in *SaveUserViewInput) (*SaveUserViewOutput, error) {
	o, err := s.viewsOf(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	v, err := s.Views.Save(ctx, o, savedview.View{Name: text(in.Name), Query: text(in.Query)})
	return &SaveUserViewOutput{&UserView{&v.Name, &v.Query}}, err
}

func (s *Service) listUserViews(ctx context.Context, in *ListUserViewsInput) (*ListUserViewsOutput, error) {
	o, err := s.viewsOf(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	views, err := s.Views.List(ctx, o)
	if err != nil {
		return nil, err
	}
	out := &ListUserViewsOutput{Views: []UserView{}}
	for _, v := range views {
		out.Views = append(out.Views, UserView{&v.Name, &v.Query})
	}
	return out, nil
}

func (s *Service) deleteUserView(ctx context.Context, in *DeleteUserViewInput) (*DeleteUserViewOutput, error) {
	o, err := s.viewsOf(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	return &DeleteUserViewOutput{}, s.Views.Delete(ctx, o, text(in.Name))
}
