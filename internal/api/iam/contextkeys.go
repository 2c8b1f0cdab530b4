package iam

import (
	"context"
	"fmt"
	"slices"
	"strings"

	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"

	"gatehouse/internal/policy"
)

func (s *Service) getContextKeysForCustomPolicy(_ context.Context, in *awsiam.GetContextKeysForCustomPolicyInput) (*awsiam.GetContextKeysForCustomPolicyOutput, error) {
	var docs []*policy.Document
	for i, src := range in.PolicyInputList {
		d, problems := policy.Parse(src)
		if err := problems.Err(); err != nil {
			return nil, invalidPolicy(fmt.Sprintf("PolicyInputList.%d", i+1), err)
		}
		docs = append(docs, d)
	}
	return &awsiam.GetContextKeysForCustomPolicyOutput{ContextKeyNames: contextKeys(docs)}, nil
}

// contextKeys are those of all documents, each once whatever its case, in order.
func contextKeys(docs []*policy.Document) []string {
	keys := []string{}
	for _, d := range docs {
		for _, k := range d.Keys() {
			if !slices.ContainsFunc(keys, func(have string) bool { return strings.EqualFold(have, k) }) {
				keys = append(keys, k)
			}
		}
	}
	slices.Sort(keys)
	return keys
}
