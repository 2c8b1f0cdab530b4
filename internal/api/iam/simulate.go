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
	// A page ends early after so many decisions, of actions times resources, or when its decisions have read so many
	// characters of policies.
	maxDecisions, maxRead = 10_000, 64 << 20
	// maxAction is how many characters the decisions on one action may read; no page could be short enough beyond.
	maxAction = 8 * maxRead
)

func (s *Service) simulateCustomPolicy(ctx context.Context, in *awsiam.SimulateCustomPolicyInput) (*awsiam.SimulateCustomPolicyOutput, error) {
	return simulate(ctx, nil, in)
}

func simulate(ctx context.Context, of *simulated, in *awsiam.SimulateCustomPolicyInput) (*awsiam.SimulateCustomPolicyOutput, error) {
	sc, err := newScenario(api.ScopeFrom(ctx).AccountID, of, in)
	if err == nil {
		err = sc.findRoles(ctx, in)
	}
	if err != nil {
		return nil, err
	}
	sc.lacking = sc.missing()
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
		if len(out.EvaluationResults) == items || decisions > 0 && (decisions+len(sc.resources) > maxDecisions || decisions*sc.size > maxRead) {
			out.IsTruncated, out.Marker = true, aws.String(strconv.Itoa(from+len(out.EvaluationResults)))
			break
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		decisions += len(sc.resources)
		out.EvaluationResults = append(out.EvaluationResults, sc.simulate(action))
	}
	return out, nil
}
