package gatehouse

import (
	"context"
	"strconv"

	"gatehouse/internal/api"
	"gatehouse/internal/bulk"
)

// JobStore is the part of bulk.Store that is read.
type JobStore interface {
	Job(ctx context.Context, poolID, id string) (bulk.Job, error)
	ListJobs(ctx context.Context, poolID, before string, limit int) ([]bulk.Job, error)
	JobUsers(ctx context.Context, jobID string, o bulk.Outcome, after int64, limit int) ([]bulk.User, error)
}

// DescribeUserJobInput names a job.
type DescribeUserJobInput struct{ UserPoolId, JobId *string }

// DescribeUserJobOutput is the job.
type DescribeUserJobOutput UserJobOutput

// ListUserJobsInput asks for the jobs of a pool, of which the last 30 days are kept.
type ListUserJobsInput struct {
	UserPoolId *string
	MaxResults *int32 // 1 to 60; 60 when left out
	NextToken  *string
}

// ListUserJobsOutput is them, newest first.
type ListUserJobsOutput struct {
	Jobs      []UserJob
	NextToken *string
}

// ListUserJobResultsInput asks how it went with the users of a job.
type ListUserJobResultsInput struct {
	UserPoolId, JobId *string
	Status            *string // WAITING, STARTED, DONE or FAILED; all when left out
	MaxResults        *int32  // 1 to 1000; 60 when left out
	NextToken         *string
}

// ListUserJobResultsOutput is that, in the order of the job.
type ListUserJobResultsOutput struct {
	Results   []UserJobResult
	NextToken *string
}

// UserJobResult is how it went with one user.
type UserJobResult struct {
	Sub, Username *string
	Status        *string
	Reason        *string // code and message of why it failed
}

func (s *Service) registerUserJobReads(r *api.Registry) {
	api.Add(r, name, api.Op[DescribeUserJobInput, DescribeUserJobOutput]{
		Access: api.Signed(), Effect: api.Read, Resource: poolARN(s, func(in *DescribeUserJobInput) *string { return in.UserPoolId }), Run: s.describeUserJob,
	})
	api.Add(r, name, api.Op[ListUserJobsInput, ListUserJobsOutput]{
		Access: api.Signed(), Effect: api.Read, Resource: poolARN(s, func(in *ListUserJobsInput) *string { return in.UserPoolId }), Run: s.listUserJobs,
	})
	api.Add(r, name, api.Op[ListUserJobResultsInput, ListUserJobResultsOutput]{
		Access: api.Signed(), Effect: api.SensitiveRead, Resource: poolARN(s, func(in *ListUserJobResultsInput) *string { return in.UserPoolId }), Run: s.listUserJobResults,
	})
}

func (s *Service) describeUserJob(ctx context.Context, in *DescribeUserJobInput) (*DescribeUserJobOutput, error) {
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	j, err := s.JobStore.Job(ctx, p.ID, text(in.JobId))
	return &DescribeUserJobOutput{jobView(j)}, err
}

// results is a page's size: n, or 60 where it is left out.
func results(n *int32, most int) (int, error) {
	if n == nil {
		return 60, nil
	}
	if *n < 1 || int(*n) > most {
		return 0, errValidation.With("MaxResults must be from 1 to %d.", most)
	}
	return int(*n), nil
}

func (s *Service) listUserJobs(ctx context.Context, in *ListUserJobsInput) (*ListUserJobsOutput, error) {
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	n, err := results(in.MaxResults, 60)
	if err != nil {
		return nil, err
	}
	jobs, err := s.JobStore.ListJobs(ctx, p.ID, text(in.NextToken), n+1)
	if err != nil {
		return nil, err
	}
	out := &ListUserJobsOutput{Jobs: []UserJob{}}
	for i, j := range jobs {
		if i == n {
			out.NextToken = out.Jobs[n-1].JobId
			break
		}
		out.Jobs = append(out.Jobs, *jobView(j))
	}
	return out, nil
}

func (s *Service) listUserJobResults(ctx context.Context, in *ListUserJobResultsInput) (*ListUserJobResultsOutput, error) {
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	n, err := results(in.MaxResults, 1000)
	if err != nil {
		return nil, err
	}
	after, err := placeOf(in.NextToken)
	if err != nil {
		return nil, err
	}
	j, err := s.JobStore.Job(ctx, p.ID, text(in.JobId))
	if err != nil {
		return nil, err
	}
	users, err := s.JobStore.JobUsers(ctx, j.ID, bulk.Outcome(text(in.Status)), after, n+1)
	if err != nil {
		return nil, err
	}
	out := &ListUserJobResultsOutput{Results: []UserJobResult{}}
	for i, u := range users {
		if i == n {
			token := strconv.FormatInt(users[n-1].N, 10)
			out.NextToken = &token
			break
		}
		status := string(u.Outcome)
		out.Results = append(out.Results, UserJobResult{Sub: &u.Sub, Username: some(u.Username), Status: &status, Reason: some(u.Reason)})
	}
	return out, nil
}
