package iam

import (
	"context"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"gatehouse/internal/api"
	"gatehouse/internal/identity"
	"gatehouse/internal/policy"
)

// add registers an operation that policies decide on. Run is given the account of the caller, which it stays in.
func add[In, Out any](r *api.Registry, op api.Op[In, Out], run func(ctx context.Context, account string, in *In) (*Out, error)) {
	op.Access = api.Signed()
	op.Run = func(ctx context.Context, in *In) (*Out, error) { return run(ctx, api.ScopeFrom(ctx).AccountID, in) }
	api.Add(r, name, op)
}

// escaped is how IAM writes a policy into an answer: percent-encoded by RFC 3986.
func escaped(document string) *string {
	return aws.String(strings.ReplaceAll(url.QueryEscape(document), "+", "%20"))
}

func some(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func pointer[T any](v T) *T { return &v }

func placeOf(marker *string, items *int32) identity.Place {
	return identity.Place{Marker: aws.ToString(marker), Items: int(aws.ToInt32(items))}
}

func tagsOf(list []types.Tag) []identity.Tag {
	var tags []identity.Tag
	for _, t := range list {
		tags = append(tags, identity.Tag{Key: aws.ToString(t.Key), Value: aws.ToString(t.Value)})
	}
	return tags
}

// showTags answers nothing for none, as GetUser does.
func showTags(tags []identity.Tag) []types.Tag {
	var list []types.Tag
	for _, t := range tags {
		list = append(list, types.Tag{Key: &t.Key, Value: &t.Value})
	}
	return list
}

func tagMap(tags []identity.Tag) map[string]string {
	m := make(map[string]string, len(tags))
	for _, t := range tags {
		m[t.Key] = t.Value
	}
	return m
}

// requestTags are the condition keys of the tags that a request brings.
func requestTags(c *policy.Context, list []types.Tag) { api.RequestTags(c, tagMap(tagsOf(list))) }

// boundaryType is what AWS answers, whose model knows another word.
const boundaryType types.PermissionsBoundaryAttachmentType = "Policy"

func showBoundary(arn string) *types.AttachedPermissionsBoundary {
	if arn == "" {
		return nil
	}
	return &types.AttachedPermissionsBoundary{PermissionsBoundaryArn: &arn, PermissionsBoundaryType: boundaryType}
}
