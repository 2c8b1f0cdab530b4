package gatehouse_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"gatehouse/internal/api"
	"gatehouse/internal/api/gatehouse"
	"gatehouse/internal/bulk"
	"gatehouse/internal/directory"
	"gatehouse/store"
)

func (k *people) start(who api.Principal, in gatehouse.StartUserJobInput) (*gatehouse.UserJob, error) {
	if in.UserPoolId == nil {
		in.UserPoolId = &k.pool.ID
	}
	out, err := api.Call[gatehouse.StartUserJobOutput](k.ctx, k.API, who, &in)
	if err != nil {
		return nil, err
	}
	return out.Job, nil
}

// work lets a node work until nothing is left, and answers how it went with each user of a job.
func (k *people) work(job *gatehouse.UserJob) map[string]string {
	k.t.Helper()
	for {
		worked, err := k.jobs.Turn(k.ctx)
		if err != nil {
			k.t.Fatal(err)
		}
		if !worked {
			break
		}
	}
	out, err := api.Call[gatehouse.ListUserJobResultsOutput](k.ctx, k.API, root(account), &gatehouse.ListUserJobResultsInput{UserPoolId: &k.pool.ID, JobId: job.JobId})
	if err != nil {
		k.t.Fatal(err)
	}
	got := map[string]string{}
	for _, r := range out.Results {
		got[aws.ToString(r.Username)] = *r.Status + aws.ToString(r.Reason)
	}
	return got
}

func (k *people) job(id *string) *gatehouse.UserJob {
	k.t.Helper()
	out, err := api.Call[gatehouse.DescribeUserJobOutput](k.ctx, k.API, root(account), &gatehouse.DescribeUserJobInput{UserPoolId: &k.pool.ID, JobId: id})
	if err != nil {
		k.t.Fatal(err)
	}
	return out.Job
}

func TestJobActsOnNamedUsersAndSaysHowItWent(t *testing.T) {
	k := setUpPeople(t)
	ann, bob := k.add(k.pool, "ann", nil), k.add(k.pool, "bob", nil)
	if _, err := k.CreateGroup(t.Context(), k.pool, directory.Group{Name: "staff"}); err != nil {
		t.Fatal(err)
	}
	j, err := k.start(root(account), gatehouse.StartUserJobInput{Act: aws.String("AddToGroup"), GroupName: aws.String("staff"), Subs: []string{ann.Sub, bob.Sub, ann.Sub}})
	if err != nil || *j.NumberOfUsers != 2 {
		t.Fatal(j, err)
	}
	if got := k.work(j); got["ann"] != "DONE" || got["bob"] != "DONE" {
		t.Error(got)
	}
	if members, _, err := k.ListMembers(t.Context(), k.pool, "staff", "", 0); err != nil || len(members) != 2 {
		t.Error(members, err)
	}
	j, err = k.start(root(account), gatehouse.StartUserJobInput{Act: aws.String("Confirm"), Subs: []string{ann.Sub}})
	if err != nil {
		t.Fatal(err)
	}
	if got := k.work(j); !strings.HasPrefix(got["ann"], "FAILEDNotAuthorizedException: User cannot be confirmed") {
		t.Error("confirmed whoever cannot be:", got)
	}
	if j = k.job(j.JobId); *j.Status != "COMPLETED" || *j.Failed != 1 || *j.Done != 0 || j.EndDate == nil {
		t.Errorf("%+v", j)
	}
}

func TestJobGathersWaitsAndActsOnAll(t *testing.T) {
	k := setUpPeople(t)
	for i := range 70 {
		k.add(k.pool, fmt.Sprintf("user%02d", i), map[string]string{"name": []string{"Ann", "Bob"}[i%2]})
	}
	j, err := k.start(root(account), gatehouse.StartUserJobInput{Act: aws.String("Disable"), Filter: &gatehouse.UserFilter{Text: aws.String("ann"), Enabled: aws.Bool(true)}})
	if err != nil || *j.Status != "GATHERING" {
		t.Fatal(j, err)
	}
	k.work(j)
	if j = k.job(j.JobId); *j.Status != "WAITING" || *j.NumberOfUsers != 35 || *j.Done != 0 {
		t.Fatalf("%+v", j)
	}
	confirm := func(n int64) error {
		_, err := api.Call[gatehouse.ConfirmUserJobOutput](k.ctx, k.API, root(account), &gatehouse.ConfirmUserJobInput{UserPoolId: &k.pool.ID, JobId: j.JobId, NumberOfUsers: &n})
		return err
	}
	if err := confirm(34); !errors.Is(err, bulk.ErrNumber) {
		t.Error(err)
	}
	if err := confirm(35); err != nil {
		t.Fatal(err)
	}
	k.work(j)
	if j = k.job(j.JobId); *j.Status != "COMPLETED" || *j.Done != 35 {
		t.Errorf("%+v", j)
	}
	out, err := k.search(root(account), gatehouse.SearchUsersInput{Filter: &gatehouse.UserFilter{Enabled: aws.Bool(false)}})
	if err != nil || len(out.Users) != 35 {
		t.Error(len(out.Users), err)
	}
	if err := confirm(35); !errors.Is(err, bulk.ErrState) {
		t.Error("begun twice:", err)
	}
	log, err := list(k.API, root(account), &gatehouse.ListAuditRecordsInput{Operation: aws.String("cognito-idp:AdminDisableUser"), MaxResults: aws.Int32(100)})
	if err != nil || len(log.Records) != 35 || *log.Records[0].PrincipalArn != root(account).ARN {
		t.Error(len(log.Records), err)
	}
}

// dying acts on a user and dies before it can say so.
func (k *people) dying(acts int) func(context.Context, bulk.Job, bulk.User, bool) error {
	real, n := gatehouse.UserActs{API: k.API, People: k.Service, Credentials: k}.Act, 0
	ctx, die := context.WithCancel(k.ctx)
	k.ctx = ctx
	return func(_ context.Context, j bulk.Job, u bulk.User, again bool) error {
		err := real(context.WithoutCancel(ctx), j, u, again)
		if n++; n == acts {
			die()
		}
		return err
	}
}

func TestJobGoesOnAfterItsNodeDied(t *testing.T) {
	k := setUpPeople(t)
	var subs []string
	for i := range 5 {
		subs = append(subs, k.add(k.pool, fmt.Sprint("user", i), nil).Sub)
	}
	j, err := k.start(root(account), gatehouse.StartUserJobInput{Act: aws.String("Delete"), Subs: subs, NumberOfUsers: aws.Int64(5)})
	if err != nil {
		t.Fatal(err)
	}
	alive := k.ctx
	k.jobs.Act = k.dying(5)
	if _, err := k.jobs.Turn(k.ctx); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	k.ctx, k.jobs.Act = alive, gatehouse.UserActs{API: k.API, People: k.Service, Credentials: k}.Act
	if worked, err := k.jobs.Turn(k.ctx); worked || err != nil {
		t.Fatal("two nodes at once", err)
	}
	k.jobs.Clock = func() time.Time { return time.Now().Add(2 * time.Minute) } // the lease has run out
	for name, outcome := range k.work(j) {
		if outcome != "DONE" {
			t.Errorf("%s: %s", name, outcome)
		}
	}
	if j = k.job(j.JobId); *j.Done != 5 || *j.Failed != 0 {
		t.Errorf("%+v", j)
	}
}

func TestStoppedJobStops(t *testing.T) {
	k := setUpPeople(t)
	var subs []string
	for i := range 40 {
		subs = append(subs, k.add(k.pool, fmt.Sprint("user", i), nil).Sub)
	}
	j, err := k.start(root(account), gatehouse.StartUserJobInput{Act: aws.String("Disable"), Subs: subs})
	if err != nil {
		t.Fatal(err)
	}
	real := k.jobs.Act
	k.jobs.Act = func(ctx context.Context, job bulk.Job, u bulk.User, again bool) error {
		if u.N == 3 {
			if _, err := api.Call[gatehouse.StopUserJobOutput](k.ctx, k.API, root(account), &gatehouse.StopUserJobInput{UserPoolId: &k.pool.ID, JobId: j.JobId}); err != nil {
				t.Error(err)
			}
		}
		return real(ctx, job, u, again)
	}
	k.work(j)
	if j = k.job(j.JobId); *j.Status != "STOPPED" || *j.Done != 32 {
		t.Errorf("%s, %d done", *j.Status, *j.Done)
	}
}

func TestStartUserJobRefusals(t *testing.T) {
	k := setUpPeople(t)
	ann := k.add(k.pool, "ann", nil)
	named := []string{ann.Sub}
	for name, in := range map[string]gatehouse.StartUserJobInput{
		"act": {Act: aws.String("Bless"), Subs: named}, "nobody": {Act: aws.String("Disable")}, "both": {Act: aws.String("Disable"), Subs: named, Filter: &gatehouse.UserFilter{}},
		"no group": {Act: aws.String("AddToGroup"), Subs: named}, "lost group": {Act: aws.String("AddToGroup"), Subs: named, GroupName: aws.String("gone")},
		"group too much": {Act: aws.String("Disable"), Subs: named, GroupName: aws.String("gone")}, "uncounted": {Act: aws.String("Delete"), Subs: named},
		"miscounted": {Act: aws.String("Delete"), Subs: named, NumberOfUsers: aws.Int64(2)}, "many": {Act: aws.String("Disable"), Subs: slices.Repeat(named, 1001)},
		"filter": {Act: aws.String("Disable"), Filter: &gatehouse.UserFilter{Status: aws.String("LOST")}},
	} {
		if _, err := k.start(root(account), in); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

// gathered is a job on everybody that waits to be confirmed.
func (k *people) gathered(act string) *gatehouse.UserJob {
	k.t.Helper()
	j, err := k.start(root(account), gatehouse.StartUserJobInput{Act: &act, Filter: &gatehouse.UserFilter{}})
	if err != nil {
		k.t.Fatal(err)
	}
	k.work(j)
	return k.job(j.JobId)
}

func (k *people) confirm(who api.Principal, j *gatehouse.UserJob) error {
	_, err := api.Call[gatehouse.ConfirmUserJobOutput](k.ctx, k.API, who, &gatehouse.ConfirmUserJobInput{UserPoolId: &k.pool.ID, JobId: j.JobId, NumberOfUsers: j.NumberOfUsers})
	return err
}

// A user who is erased while a node acts on them counts once, and the job ends.
func TestJobEndsWhoseUserIsErasedMeanwhile(t *testing.T) {
	k := setUpPeople(t)
	ann, bob := k.add(k.pool, "ann", nil), k.add(k.pool, "bob", nil)
	j, err := k.start(root(account), gatehouse.StartUserJobInput{Act: aws.String("Disable"), Subs: []string{ann.Sub, bob.Sub}})
	if err != nil {
		t.Fatal(err)
	}
	act := k.jobs.Act
	k.jobs.Act = func(ctx context.Context, j bulk.Job, u bulk.User, again bool) error {
		if u.Sub == ann.Sub {
			if err := errors.Join(store.NewPrivacy(k.db).ErasePerson(t.Context(), k.pool.ID, u.Sub, nil), k.Delete(t.Context(), k.pool, u.Sub)); err != nil {
				t.Error(err)
			}
		}
		return act(ctx, j, u, again)
	}
	if got := k.work(j); got["bob"] != "DONE" || got[""] != "FAILEDUserNotFoundException: The user was erased." {
		t.Error(got)
	}
	if j = k.job(j.JobId); *j.Status != "COMPLETED" || *j.Done != 1 || *j.Failed != 1 {
		t.Errorf("%s, %d done, %d failed", *j.Status, *j.Done, *j.Failed)
	}
}
