// Package rolesanywhere is the operations of IAM Roles Anywhere: those of AWS's API, and CreateSession, which certificates
// sign and which no SDK has (IAM Roles Anywhere User Guide, "The IAM Roles Anywhere CreateSession API").
package rolesanywhere

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rolesanywhere/types"

	"gatehouse/internal/api"
	"gatehouse/internal/identity"
	"gatehouse/internal/policy"
	"gatehouse/internal/rolesanywhere"
)

// Service holds what the operations call. All fields are required.
type Service struct {
	Anywhere *rolesanywhere.Service
	Roles    Roles
	Clock    func() time.Time
}

// Register adds every operation.
func (s *Service) Register(r *api.Registry) {
	s.registerTrustAnchors(r)
	s.registerProfiles(r)
	s.registerCRLs(r)
	s.registerTags(r)
	s.registerSessions(r)
}

func add[In, Out any](r *api.Registry, op api.Op[In, Out], run func(context.Context, api.Scope, *In) (*Out, error)) {
	op.Access = api.Signed()
	op.Run = func(ctx context.Context, in *In) (*Out, error) { return run(ctx, api.ScopeFrom(ctx), in) }
	api.Add(r, rolesanywhere.Name, op)
}

// entity is the Resource of an operation on one of a kind. One that is not there has no tags.
func entity[In any](s *Service, k rolesanywhere.Kind, id func(*In) *string) func(context.Context, *In) (api.Resource, error) {
	return func(ctx context.Context, in *In) (api.Resource, error) {
		scope := api.ScopeFrom(ctx)
		return s.resource(scope, rolesanywhere.ARN(scope.AccountID, scope.Region, k, aws.ToString(id(in)))), nil
	}
}

func (s *Service) resource(scope api.Scope, resourceARN string) api.Resource {
	return api.Resource{ARN: resourceARN, Tags: func(ctx context.Context) (map[string]string, error) {
		tags, err := s.Anywhere.Tags(ctx, scope.AccountID, scope.Region, resourceARN)
		if isNotFound(err) {
			return nil, nil
		}
		return tagMap(tags), err
	}}
}

// tagging is the Also of an operation that makes what has tags.
func tagging[In any](tags func(*In) []types.Tag) func(context.Context, *In) ([]api.Also, error) {
	return func(_ context.Context, in *In) ([]api.Also, error) {
		if len(tags(in)) == 0 {
			return nil, nil
		}
		return []api.Also{{Action: "rolesanywhere:TagResource"}}, nil
	}
}

func requested[In any](tags func(*In) []types.Tag) func(*In, *policy.Context) {
	return func(in *In, c *policy.Context) { api.RequestTags(c, tagMap(tagsOf(tags(in)))) }
}

func tagsOf(list []types.Tag) []identity.Tag {
	var tags []identity.Tag
	for _, t := range list {
		tags = append(tags, identity.Tag{Key: aws.ToString(t.Key), Value: aws.ToString(t.Value)})
	}
	return tags
}

func tagMap(tags []identity.Tag) map[string]string {
	m := make(map[string]string, len(tags))
	for _, t := range tags {
		m[t.Key] = t.Value
	}
	return m
}

// page reads how many entities a page is to have; 0 is as many as there may be.
func page(size *int32) (int, error) {
	n := int(aws.ToInt32(size))
	if size != nil && (n < 1 || n > rolesanywhere.PageSize) {
		return 0, rolesanywhere.ErrValidation.With("pageSize must be from 1 to %d.", rolesanywhere.PageSize)
	}
	return n, nil
}

func some(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
