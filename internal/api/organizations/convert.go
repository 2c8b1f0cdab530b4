package organizations

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"gatehouse/internal/api"
	"gatehouse/internal/organization"
	"gatehouse/internal/policy"
)

func pointer[T any](v T) *T { return &v }

func some(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func placeOf(token *string, items *int32) organization.Place {
	return organization.Place{Token: aws.ToString(token), Items: int(aws.ToInt32(items))}
}

// show maps the items of a page; an empty list is not left out.
func show[T, U any](items []T, one func(T) U) []U {
	list := make([]U, len(items))
	for i, item := range items {
		list[i] = one(item)
	}
	return list
}

func tagsOf(list []types.Tag) []organization.Tag {
	return show(list, func(t types.Tag) organization.Tag {
		return organization.Tag{Key: aws.ToString(t.Key), Value: aws.ToString(t.Value)}
	})
}

func showTags(tags []organization.Tag) []types.Tag {
	return show(tags, func(t organization.Tag) types.Tag { return types.Tag{Key: &t.Key, Value: &t.Value} })
}

func tagMap(tags []organization.Tag) map[string]string {
	m := make(map[string]string, len(tags))
	for _, t := range tags {
		m[t.Key] = t.Value
	}
	return m
}

// requestTags are the condition keys of the tags that a request brings.
func requestTags(c *policy.Context, list []types.Tag) { api.RequestTags(c, tagMap(tagsOf(list))) }

// policyType is the condition key of the type of policies that a request is about.
func policyType[T ~string](c *policy.Context, t T) {
	if t != "" {
		c.Set("organizations:PolicyType", string(t))
	}
}
