package gatehouse

import (
	"context"
	"regexp"
	"slices"
	"strconv"
	"time"

	"gatehouse/internal/api"
	"gatehouse/internal/bulk"
	"gatehouse/internal/directory"
	"gatehouse/internal/userpool"
)

// Jobs is the part of *bulk.Service that these operations call.
type Jobs interface {
	Start(ctx context.Context, j bulk.Job, users []bulk.User) (bulk.Job, error)
	Confirm(ctx context.Context, poolID, id, who string, n int64) (bulk.Job, error)
	Stop(ctx context.Context, poolID, id string) (bulk.Job, error)
}

// StartUserJobInput asks for an act on many users: those that Subs names (1000 at most), or all that Filter selects;
// the empty filter selects everybody.
type StartUserJobInput struct {
	UserPoolId *string
	Act        *string // Enable, Disable, Confirm, ResetPassword, SignOut, AddToGroup, RemoveFromGroup or Delete
	GroupName  *string // of AddToGroup and RemoveFromGroup
	Subs       []string
	Filter     *UserFilter
	// NumberOfUsers must be how many users Subs names where the act is Delete.
	NumberOfUsers *int64
}

// UserJobOutput is a job.
type UserJobOutput struct{ Job *UserJob }

// StartUserJobOutput is the job that was begun.
type StartUserJobOutput UserJobOutput

// UserJob is an act on many users.
type UserJob struct {
	JobId, UserPoolId, Act, GroupName *string
	Status                            *string // GATHERING, WAITING, RUNNING, COMPLETED or STOPPED
	CreationDate, EndDate             *time.Time
	PrincipalArn, RequestId           *string // of the request that started it; the audit records of its acts have the id
	NumberOfUsers, Done, Failed       *int64
}

// ConfirmUserJobInput begins a job that has gathered its users and is WAITING, within a day. Only the principal that
// started it may.
type ConfirmUserJobInput struct {
	UserPoolId, JobId *string
	NumberOfUsers     *int64 // as the job has it
}

// ConfirmUserJobOutput is the job as it then is.
type ConfirmUserJobOutput UserJobOutput

// StopUserJobInput names a job that is to end where it is.
type StopUserJobInput struct{ UserPoolId, JobId *string }

// StopUserJobOutput is the job as it then is.
type StopUserJobOutput UserJobOutput

func (s *Service) registerUserJobs(r *api.Registry) {
	api.Add(r, name, api.Op[StartUserJobInput, StartUserJobOutput]{
		Access: api.Signed(), Effect: api.Change, Resource: poolARN(s, func(in *StartUserJobInput) *string { return in.UserPoolId }), Also: searching, Run: s.startUserJob,
	})
	api.Add(r, name, api.Op[ConfirmUserJobInput, ConfirmUserJobOutput]{
		Access: api.Signed(), Effect: api.Change, Resource: poolARN(s, func(in *ConfirmUserJobInput) *string { return in.UserPoolId }), Run: s.confirmUserJob,
	})
	api.Add(r, name, api.Op[StopUserJobInput, StopUserJobOutput]{
		Access: api.Signed(), Effect: api.Change, Resource: poolARN(s, func(in *StopUserJobInput) *string { return in.UserPoolId }), Run: s.stopUserJob,
	})
	s.registerUserJobReads(r)
}

// searching asks for the right to search where a job does: whom it selects, it shows.
func searching(_ context.Context, in *StartUserJobInput) ([]api.Also, error) {
	if in.Filter == nil {
		return nil, nil
	}
	return []api.Also{{Action: name + ":SearchUsers"}}, nil
}

func (s *Service) startUserJob(ctx context.Context, in *StartUserJobInput) (*StartUserJobOutput, error) {
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	if err := s.checkJob(ctx, p, in); err != nil {
		return nil, err
	}
	who, err := s.startedBy(ctx)
	if err != nil {
		return nil, err
	}
	j := bulk.Job{PoolID: p.ID, Act: text(in.Act), Group: text(in.GroupName), Who: who, RequestID: api.RequestFrom(ctx).ID}
	var users []bulk.User
	if in.Filter != nil {
		search, err := searchOf(in.Filter)
		if err != nil {
			return nil, err
		}
		if _, err := s.People.Search(ctx, p, search, directory.PageOf{Limit: 1}); err != nil { // better now than later
			return nil, err
		}
		j.Search = &search
	} else if users, err = s.named(ctx, p, in.Subs); err != nil {
		return nil, err
	}
	j, err = s.Jobs.Start(ctx, j, users)
	return &StartUserJobOutput{jobView(j)}, err
}

// maxNamed is how many users a call names.
const maxNamed = 1000

func (s *Service) checkJob(ctx context.Context, p *userpool.Pool, in *StartUserJobInput) error {
	act := text(in.Act)
	grouped := act == actAddToGroup || act == actRemoveFromGroup
	switch {
	case !slices.Contains(userActs, act):
		return errValidation.With("Act must be one of %v.", userActs)
	case (len(in.Subs) > 0) == (in.Filter != nil):
		return errValidation.With("Exactly one of Subs and Filter is required.")
	case len(in.Subs) > maxNamed:
		return errValidation.With("Subs has at most %d members.", maxNamed)
	case grouped != (text(in.GroupName) != ""):
		return errValidation.With("GroupName goes with %s and %s.", actAddToGroup, actRemoveFromGroup)
	case act == actDelete && in.Filter == nil && (in.NumberOfUsers == nil || *in.NumberOfUsers != int64(len(in.Subs))):
		return bulk.ErrNumber
	case !grouped:
		return nil
	}
	_, err := s.People.Group(ctx, p.ID, *in.GroupName)
	return err
}

// subForm is what a job may name users by. Names do not do: a user may take another's after the job began.
var subForm = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// named are the users of the pool with those subs. Whoever is not of the pool stays in the list, to be told that.
func (s *Service) named(ctx context.Context, p *userpool.Pool, subs []string) (out []bulk.User, err error) {
	for _, sub := range subs {
		if !subForm.MatchString(sub) {
			return nil, errValidation.With("Subs has a member that has not the form of a sub.")
		}
		username := ""
		switch u, err := s.People.User(ctx, p.ID, sub); {
		case err == nil:
			username = u.Username
		case !isNotFound(err):
			return nil, err
		}
		out = append(out, bulk.User{Sub: sub, Username: username})
	}
	return out, nil
}

func (s *Service) confirmUserJob(ctx context.Context, in *ConfirmUserJobInput) (*ConfirmUserJobOutput, error) {
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	if in.NumberOfUsers == nil {
		return nil, bulk.ErrNumber
	}
	who, err := s.startedBy(ctx)
	if err != nil {
		return nil, err
	}
	j, err := s.Jobs.Confirm(ctx, p.ID, text(in.JobId), who, *in.NumberOfUsers)
	return &ConfirmUserJobOutput{jobView(j)}, err
}

func (s *Service) stopUserJob(ctx context.Context, in *StopUserJobInput) (*StopUserJobOutput, error) {
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	j, err := s.Jobs.Stop(ctx, p.ID, text(in.JobId))
	return &StopUserJobOutput{jobView(j)}, err
}

func jobView(j bulk.Job) *UserJob {
	who, _ := starterOf(j.Who) // written by us
	status := string(j.State)
	out := &UserJob{
		JobId: &j.ID, UserPoolId: &j.PoolID, Act: &j.Act, GroupName: some(j.Group), Status: &status, CreationDate: &j.Created,
		PrincipalArn: some(who.ARN), RequestId: some(j.RequestID), NumberOfUsers: &j.Total, Done: &j.Done, Failed: &j.Failed,
	}
	if !j.Finished.IsZero() {
		out.EndDate = &j.Finished
	}
	return out
}

// placeOf reads a token that is a number.
func placeOf(token *string) (int64, error) {
	if text(token) == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(*token, 10, 64)
	if err != nil || n < 0 {
		return 0, errValidation.With("NextToken is not valid.")
	}
	return n, nil
}
