package iam

import (
	"context"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"gatehouse/internal/api"
)

const (
	defaultItems = 100
	// maxDecisions is how many a page may take, of actions times resources, before it ends early.
	maxDecisions = 10_000
)

func (s *Service) simulateCustomPolicy(ctx context.Context, in *awsiam.SimulateCustomPolicyInput) (*awsiam.SimulateCustomPolicyOutput, error) {
	sc, err := newScenario(api.ScopeFrom(ctx).AccountID, in)
	if err != nil {
		return nil, err
	}
	from := 0
	if in.Marker != nil {
		if from, err = strconv.Atoi(*in.Marker); err != nil || from < 1 || from >= len(in.ActionNames) {
			return nil, ErrInvalidInput.With("Invalid Marker.")
		}
	}
	items := defaultItems
	if in.MaxItems != nil {
		items = int(*in.MaxItems)
	}
	out := &awsiam.SimulateCustomPolicyOutput{EvaluationResults: []types.EvaluationResult{}}
	decisions := 0
	for _, action := range in.ActionNames[from:] {
		if len(out.EvaluationResults) == items || decisions > 0 && decisions+len(sc.resources) > maxDecisions {
			out.IsTruncated, out.Marker = true, aws.String(strconv.Itoa(from+len(out.EvaluationResults)))
			break
		}
		decisions += len(sc.resources)
		out.EvaluationResults = append(out.EvaluationResults, sc.simulate(action))
	}
	return out, nil
}
