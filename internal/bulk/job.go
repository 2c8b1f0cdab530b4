// Package bulk is acts on many users at once: a job that names its users or gathers those whom a search selects, and
// then does one act to each, in bounded steps by whichever node holds its lease. It knows no operation: what an act
// is, it is told.
package bulk

import (
	"context"
	"net/http"
	"time"

	"gatehouse/internal/directory"
	"gatehouse/internal/fault"
	"gatehouse/internal/userpool"
)

// State is how far a job is.
type State string

// States of a job. One that gathers its users then waits for somebody to confirm how many they are.
const (
	Gathering State = "GATHERING"
	Waiting   State = "WAITING"
	Running   State = "RUNNING"
	Completed State = "COMPLETED"
	Stopped   State = "STOPPED"
)

// Job is an act on many users.
type Job struct {
	ID, PoolID, Act, Group string
	Search                 *directory.Search // nil: the users were named
	State                  State
	Who                    string // the principal, as whoever started and confirmed the job wrote it down
	RequestID              string
	Created, Finished      time.Time
	Total, Done, Failed    int64
	Position               string // where gathering is
}

// Over tells whether nothing more will happen to the job.
func (j Job) Over() bool { return j.State == Completed || j.State == Stopped }

// Outcome is how it went with a user.
type Outcome string

// Outcomes of a user. Started: an act has begun and its outcome is not written down yet.
const (
	ToDo    Outcome = "WAITING"
	Started Outcome = "STARTED"
	Done    Outcome = "DONE"
	Failed  Outcome = "FAILED"
)

// User is a user of a job.
type User struct {
	N             int64 // place in the job, from 1
	Sub, Username string
	Outcome       Outcome
	Reason        string // why it failed
}

// Reasons of refusals.
var (
	ErrNotFound = fault.Status(http.StatusNotFound, "ResourceNotFoundException", "There is no such job.")
	ErrState    = fault.New("InvalidParameterException", "The job is past that.")
	ErrNumber   = fault.New("InvalidParameterException", "NumberOfUsers is not how many users the job is about.")
	ErrStarter  = fault.New("InvalidParameterException", "Only the principal that started a job confirms it.")
	ErrLimit    = fault.New("LimitExceededException", "You have exceeded the number of jobs of a user pool that are not over: 20.")
	ErrExpired  = fault.New("InvalidParameterException", "The job was not confirmed within 24 hours. Start it anew.")
	// ErrLost: the job is another node's now, or was stopped.
	ErrLost = fault.New("ConflictException", "The job is not held any more.")
)

// Store keeps jobs. Jobs that it does not have are answered with ErrNotFound; the methods that take a holder
// answer ErrLost where the lease is another's or the state not theirs any more, and extend the lease to until.
type Store interface {
	// InsertJob adds a job; false where max of its pool's are not over.
	InsertJob(ctx context.Context, j Job, users []User, max int) (bool, error)
	Job(ctx context.Context, poolID, id string) (Job, error)
	// ListJobs answers up to limit jobs of a pool before an id ("": the newest), newest first.
	ListJobs(ctx context.Context, poolID, before string, limit int) ([]Job, error)
	// JobUsers answers up to limit users of a job past a place, of one outcome or, where it is "", of any.
	JobUsers(ctx context.Context, jobID string, o Outcome, after int64, limit int) ([]User, error)
	// ConfirmJob takes a job from Waiting to Running as who; false where it is not Waiting.
	ConfirmJob(ctx context.Context, poolID, id, who string) (bool, error)
	// StopJob ends a job at a time; false where it is over.
	StopJob(ctx context.Context, poolID, id string, at time.Time) (bool, error)
	// ExpireJobs stops, at a time, jobs made before another that nobody has confirmed.
	ExpireJobs(ctx context.Context, before, at time.Time) error
	// Claim leases an open job that nobody holds; ErrNotFound where there is none.
	Claim(ctx context.Context, holder string, now, until time.Time) (Job, error)
	// Gather adds users, each once, and keeps the position; over takes the job to Waiting.
	Gather(ctx context.Context, j Job, holder string, users []User, position string, over bool, until time.Time) error
	// Begin marks up to limit users as Started and answers them as they were before: those whom a node that died had
	// started come first, as Started.
	Begin(ctx context.Context, j Job, holder string, limit int, until time.Time) ([]User, error)
	// Finish writes outcomes down; a job without users left is Completed.
	Finish(ctx context.Context, j Job, holder string, users []User, at, until time.Time) (over bool, err error)
	// SweepJobs deletes up to limit jobs that finished before.
	SweepJobs(ctx context.Context, before time.Time, limit int) (int64, error)
}

// Searcher is the part of *directory.Service that gathers.
type Searcher interface {
	Search(ctx context.Context, pool *userpool.Pool, in directory.Search, at directory.PageOf) (directory.UserPage, error)
}

// Pools finds pools: *userpool.Service.
type Pools interface {
	Pool(ctx context.Context, id string) (*userpool.Pool, error)
}
