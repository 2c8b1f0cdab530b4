package organization

import (
	"context"
	"errors"
	"strings"
)

const (
	maxUnits = 2000
	maxDepth = 5 // units below the root
)

// CreateUnit makes an organizational unit.
func (s *Service) CreateUnit(ctx context.Context, o *Organization, parentID, name string, tags []Tag) (Unit, error) {
	tags, err := mergeTags(nil, tags)
	if err != nil {
		return Unit{}, err
	}
	id, err := s.newID("ou-"+strings.TrimPrefix(o.RootID, "r-")+"-", 8)
	if err != nil {
		return Unit{}, err
	}
	u := Unit{OrganizationID: o.ID, ID: id, ParentID: parentID, Name: name, Tags: tags, CreatedAt: s.now()}
	err = s.write(ctx, o, func(ctx context.Context) error {
		if err := s.parent(ctx, o, parentID, ErrParentNotFound); err != nil {
			return err
		}
		t, err := s.Tree(ctx, o)
		switch {
		case err != nil:
			return err
		case len(t.units) >= maxUnits:
			return violates("OU_NUMBER_LIMIT_EXCEEDED", "You have attempted to exceed the number of OUs that you can have in an organization: %d.", maxUnits)
		case len(t.Above(parentID)) > maxDepth:
			return violates("OU_DEPTH_LIMIT_EXCEEDED", "You attempted to create an OU tree that is more than %d levels deep.", maxDepth)
		}
		if err := s.Units.InsertUnit(ctx, u); err != nil {
			return err
		}
		return s.attachDefaults(ctx, o, u.ID)
	})
	if errors.Is(err, ErrExists) {
		err = ErrDuplicateUnit
	}
	return u, err
}

// Unit is an organizational unit.
func (s *Service) Unit(ctx context.Context, o *Organization, id string) (Unit, error) {
	u, err := s.Units.Unit(ctx, o.ID, id)
	return u, none(err, ErrUnitNotFound)
}

// RenameUnit gives a unit another name; nil leaves it.
func (s *Service) RenameUnit(ctx context.Context, o *Organization, id string, name *string) (u Unit, err error) {
	err = s.write(ctx, o, func(ctx context.Context) error {
		if u, err = s.Unit(ctx, o, id); err != nil {
			return err
		}
		if name == nil {
			return nil
		}
		u.Name = *name
		return s.Units.SaveUnit(ctx, u)
	})
	if errors.Is(err, ErrExists) {
		err = ErrDuplicateUnit
	}
	return u, err
}

// DeleteUnit deletes a unit that nothing is in.
func (s *Service) DeleteUnit(ctx context.Context, o *Organization, id string) error {
	return s.write(ctx, o, func(ctx context.Context) error {
		if _, err := s.Unit(ctx, o, id); err != nil {
			return err
		}
		accounts, err := s.Accounts.ListAccounts(ctx, o.ID, id, "", 1)
		if err != nil {
			return err
		}
		units, err := s.Units.ListUnits(ctx, o.ID, id, "", 1)
		switch {
		case err != nil:
			return err
		case len(accounts)+len(units) > 0:
			return ErrUnitNotEmpty
		}
		if err := s.Policies.DetachAll(ctx, o.ID, id, ""); err != nil {
			return err
		}
		return s.Units.DeleteUnit(ctx, o.ID, id)
	})
}

// ListUnits answers a page of the units of a parent.
func (s *Service) ListUnits(ctx context.Context, o *Organization, parentID string, at Place) (Page[Unit], error) {
	if err := s.parent(ctx, o, parentID, ErrParentNotFound); err != nil {
		return Page[Unit]{}, err
	}
	return page(s, "units/"+o.ID+"/"+parentID, at, func(after string, limit int) ([]Unit, error) {
		return s.Units.ListUnits(ctx, o.ID, parentID, after, limit)
	}, func(u Unit) string { return u.ID })
}

// ListAccountsOf answers a page of the accounts of a parent.
func (s *Service) ListAccountsOf(ctx context.Context, o *Organization, parentID string, at Place) (Page[Account], error) {
	if err := s.parent(ctx, o, parentID, ErrParentNotFound); err != nil {
		return Page[Account]{}, err
	}
	return s.listAccounts(ctx, o, parentID, at)
}

// Parent is the root or unit that a unit or an account is in.
func (s *Service) Parent(ctx context.Context, o *Organization, childID string) (string, error) {
	if IsUnit(childID) {
		u, err := s.Units.Unit(ctx, o.ID, childID)
		return u.ParentID, none(err, ErrChildNotFound)
	}
	a, err := s.member(ctx, o, childID, ErrChildNotFound)
	return a.ParentID, err
}
