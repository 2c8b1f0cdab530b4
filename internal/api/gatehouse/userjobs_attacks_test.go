package gatehouse_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"gatehouse/internal/api"
	"gatehouse/internal/api/gatehouse"
	"gatehouse/internal/bulk"
	"gatehouse/internal/directory"
	"gatehouse/internal/iam"
	"gatehouse/internal/permission"
	"gatehouse/internal/userpool"
	"gatehouse/store"
)

// Attack: act on users of another pool or account through a job of one's own, or through somebody else's job.
func TestAttackJobOnForeignUsers(t *testing.T) {
	k := setUpPeople(t)
	foreign := &userpool.Pool{ID: "us-east-1_Foreign01", AccountID: "999922223333", Region: region, Name: "theirs", Version: 1, Created: time.Now(), Modified: time.Now(), Settings: userpool.DefaultSettings()}
	if _, err := k.Counts.(interface {
		InsertPool(context.Context, *userpool.Pool) (int64, error)
	}).InsertPool(t.Context(), foreign); err != nil {
		t.Fatal(err)
	}
	victim := k.add(foreign, "victim", nil)
	mine := k.add(k.pool, "mine", nil)
	for _, act := range []string{"Delete", "Disable"} {
		j, err := k.start(root(account), gatehouse.StartUserJobInput{Act: &act, Subs: []string{victim.Sub}, NumberOfUsers: aws.Int64(1)})
		if err != nil {
			t.Fatal(err)
		}
		if got := k.work(j); !strings.HasPrefix(got[""], "FAILEDUserNotFoundException") {
			t.Errorf("%s: %v", act, got)
		}
	}
	if u, err := k.User(t.Context(), foreign.ID, victim.Sub); err != nil || !u.Enabled {
		t.Error("the victim was reached", err)
	}
	if _, err := k.start(root(account), gatehouse.StartUserJobInput{UserPoolId: &foreign.ID, Act: aws.String("Disable"), Filter: &gatehouse.UserFilter{}}); !errors.Is(err, userpool.ErrNotFound) {
		t.Error("a job in another's pool:", err)
	}
	nobody := api.Principal{AccountID: account, Kind: api.IAMUser, ARN: "arn:aws:iam::" + account + ":user/bob"}
	if _, err := k.start(nobody, gatehouse.StartUserJobInput{Act: aws.String("Disable"), Subs: []string{mine.Sub}}); !errors.Is(err, api.ErrAccessDenied) {
		t.Error(err)
	}
	j, err := k.start(root(account), gatehouse.StartUserJobInput{Act: aws.String("Disable"), Filter: &gatehouse.UserFilter{}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := api.Call[gatehouse.ListUserJobResultsOutput](k.ctx, k.API, root("999922223333"), &gatehouse.ListUserJobResultsInput{UserPoolId: &foreign.ID, JobId: j.JobId}); !errors.Is(err, bulk.ErrNotFound) {
		t.Error("results of another's job:", err)
	}
	if _, err := api.Call[gatehouse.ConfirmUserJobOutput](k.ctx, k.API, root("999922223333"), &gatehouse.ConfirmUserJobInput{UserPoolId: &foreign.ID, JobId: j.JobId, NumberOfUsers: aws.Int64(0)}); !errors.Is(err, bulk.ErrNotFound) {
		t.Error("confirmed another's job:", err)
	}
}

// Attack: whoever lost the right to an act since the job began has it no more.
func TestAttackJobOfSomebodyWhoMayNotAct(t *testing.T) {
	k := setUpPeople(t)
	ann := k.add(k.pool, "ann", nil)
	j, err := k.start(root(account), gatehouse.StartUserJobInput{Act: aws.String("Disable"), Subs: []string{ann.Sub}})
	if err != nil {
		t.Fatal(err)
	}
	k.API.Authorizer = onlyGatehouse{}
	if got := k.work(j); !strings.HasPrefix(got["ann"], "FAILEDAccessDenied") {
		t.Error(got)
	}
}

// Attack: go on by a job after the key that it was started with was taken back.
func TestAttackJobOfACredentialThatIsOver(t *testing.T) {
	k := setUpPeople(t)
	ann := k.add(k.pool, "ann", nil)
	j, err := k.start(root(account), gatehouse.StartUserJobInput{Act: aws.String("Disable"), Subs: []string{ann.Sub}})
	if err != nil {
		t.Fatal(err)
	}
	k.over = iam.ErrCredentialOver
	if got := k.work(j); !strings.HasPrefix(got["ann"], "FAILEDAccessDenied: The credential") {
		t.Error(got)
	}
	if u, err := k.User(t.Context(), k.pool.ID, ann.Sub); err != nil || !u.Enabled {
		t.Error("it reached somebody", err)
	}
}

type onlyGatehouse struct{}

func (onlyGatehouse) Authorize(_ context.Context, _ api.Principal, q api.Question) error {
	if strings.HasPrefix(q.Action, "gatehouse:") {
		return nil
	}
	return api.ErrAccessDenied
}

// Attack: take the name that an erased user has in a job, for the job to be done to oneself.
func TestAttackNameOfAnErasedUserInAJob(t *testing.T) {
	k := setUpPeople(t)
	for _, name := range []string{"ann", "bob"} {
		k.add(k.pool, name, nil)
	}
	j := k.gathered("Disable")
	erased := k.add(k.pool, "aaron", nil) // stands in none of it
	ann, err := k.Lookup(t.Context(), k.pool, "ann")
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range []*directory.User{ann, erased} {
		if err := errors.Join(store.NewPrivacy(k.db).ErasePerson(t.Context(), k.pool.ID, u.Sub, nil), k.Delete(t.Context(), k.pool, u.Sub)); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"erased-1", "erased-2"} {
		k.add(k.pool, name, nil)
	}
	if err := k.confirm(root(account), j); err != nil {
		t.Fatal(err)
	}
	if got := k.work(j); len(got) != 2 || got["bob"] != "DONE" || got[""] != "FAILEDUserNotFoundException: The user was erased." {
		t.Error(got)
	}
	for _, name := range []string{"erased-1", "erased-2"} {
		if u, err := k.Lookup(t.Context(), k.pool, name); err != nil || !u.Enabled {
			t.Errorf("the job reached %s: %v", name, err)
		}
	}
	if j = k.job(j.JobId); *j.Status != "COMPLETED" || *j.Done != 1 || *j.Failed != 1 {
		t.Errorf("%s, %d done, %d failed", *j.Status, *j.Done, *j.Failed)
	}
}

// Attack: a job on subs reaches somebody by what he signs in with.
func TestAttackJobThatNamesALogin(t *testing.T) {
	k := setUpPeople(t)
	bob := k.add(k.pool, "bob", nil)
	if _, err := k.start(root(account), gatehouse.StartUserJobInput{Act: aws.String("Disable"), Subs: []string{"bob"}}); err == nil {
		t.Error("a job on a name was taken")
	}
	who, err := json.Marshal(struct {
		api.Principal
		At time.Time
	}{root(account), time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	j := bulk.Job{PoolID: k.pool.ID, Act: "Disable", Who: string(who)}
	if err := k.jobs.Act(k.ctx, j, bulk.User{Sub: "bob"}, false); !errors.Is(err, directory.ErrUserNotFound) {
		t.Error(err)
	}
	if u, err := k.User(t.Context(), k.pool.ID, bob.Sub); err != nil || !u.Enabled {
		t.Error("reached by name", err)
	}
}

// anything is allowed to everybody.
type anything struct{}

func (anything) Authorize(context.Context, api.Principal, api.Question) error { return nil }

// Attack: begin under somebody else's name what that principal began and did not confirm.
func TestAttackConfirmingTheJobOfAnother(t *testing.T) {
	k := setUpPeople(t)
	k.add(k.pool, "ann", nil)
	k.API.Authorizer = anything{}
	j := k.gathered("Disable")
	bob := api.Principal{AccountID: account, Kind: api.IAMUser, ARN: "arn:aws:iam::" + account + ":user/bob", UserID: "AIDABOB"}
	namesake := root(account) // an ARN is free again when its owner is deleted
	namesake.UserID = "AIDAOTHER"
	for _, who := range []api.Principal{bob, namesake} {
		if err := k.confirm(who, j); !errors.Is(err, bulk.ErrStarter) {
			t.Errorf("%s confirmed the job of another: %v", who.UserID, err)
		}
	}
	again := root(account)
	again.SessionID = "console-another"
	if err := k.confirm(again, j); err != nil {
		t.Error("the starter, signed in anew:", err)
	}
	if got := k.work(j); got["ann"] != "DONE" {
		t.Error(got)
	}
}

// Attack: leave jobs to wait until what they would do is wanted by nobody.
func TestAttackJobThatWaitsForLater(t *testing.T) {
	k := setUpPeople(t)
	k.add(k.pool, "ann", nil)
	j := k.gathered("Disable")
	k.jobs.Clock = func() time.Time { return time.Now().Add(24*time.Hour + time.Minute) }
	if err := k.confirm(root(account), j); !errors.Is(err, bulk.ErrExpired) {
		t.Error("confirmed after a day:", err)
	}
	if err := k.jobs.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if j = k.job(j.JobId); *j.Status != "STOPPED" || j.EndDate == nil {
		t.Errorf("a day later it is %s", *j.Status)
	}
}

// Attack: fill a pool with jobs that wait.
func TestAttackPoolFullOfOpenJobs(t *testing.T) {
	k := setUpPeople(t)
	var last *gatehouse.UserJob
	for range 20 {
		last = k.gathered("Disable")
	}
	all := gatehouse.StartUserJobInput{Act: aws.String("Disable"), Filter: &gatehouse.UserFilter{}}
	if _, err := k.start(root(account), all); !errors.Is(err, bulk.ErrLimit) {
		t.Error("a 21st open job:", err)
	}
	if _, err := api.Call[gatehouse.StopUserJobOutput](k.ctx, k.API, root(account), &gatehouse.StopUserJobInput{UserPoolId: &k.pool.ID, JobId: last.JobId}); err != nil {
		t.Fatal(err)
	}
	if _, err := k.start(root(account), all); err != nil {
		t.Error("when one is over:", err)
	}
}

// Attack: learn by a job's filter, from whom it selects, what SearchUsers is denied for.
func TestAttackSearchByAJob(t *testing.T) {
	k := setUpPeople(t)
	ann := k.add(k.pool, "ann", nil)
	bob := api.Principal{AccountID: account, Kind: api.IAMUser, ARN: "arn:aws:iam::" + account + ":user/bob", UserID: "AIDABOB", PolicyVersion: 1}
	k.API.Authorizer = api.Policies{Permissions: &permission.Service{Store: holding(`{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"gatehouse:SearchUsers","Resource":"` + k.pool.ARN() + `"}`)}}
	if _, err := k.start(bob, gatehouse.StartUserJobInput{Act: aws.String("Disable"), Filter: &gatehouse.UserFilter{Text: aws.String("ann")}}); !errors.Is(err, api.ErrAccessDenied) || !strings.Contains(err.Error(), "gatehouse:SearchUsers") {
		t.Error("by a filter:", err)
	}
	if _, err := k.start(bob, gatehouse.StartUserJobInput{Act: aws.String("Disable"), Subs: []string{ann.Sub}}); err != nil {
		t.Error("by subs:", err)
	}
}

// Attack: do by a job what policies let nobody do from this address, with this tool, without TLS or under this name.
func TestAttackActsOfJobsAreOfTheRequestThatStartedThem(t *testing.T) {
	began := api.Request{ID: "began", Region: region, ClientIP: netip.MustParseAddr("192.0.2.7"), UserAgent: "tool/1", Secure: true}
	bob := api.Principal{AccountID: account, Kind: api.IAMUser, ARN: "arn:aws:iam::" + account + ":user/bob", UserID: "AIDABOB", PolicyVersion: 1}
	renamed := bob
	renamed.ARN = "arn:aws:iam::" + account + ":user/admins/robert"
	for condition, want := range map[string]string{
		`"IpAddress":{"aws:SourceIp":"192.0.2.0/24"}`:            "DONE",
		`"StringEquals":{"aws:UserAgent":"tool/1"}`:              "DONE",
		`"Bool":{"aws:SecureTransport":"true"}`:                  "DONE",
		`"ArnEquals":{"aws:PrincipalArn":"` + renamed.ARN + `"}`: "DONE",
		`"StringEquals":{"aws:username":"robert"}`:               "DONE",
		`"NotIpAddress":{"aws:SourceIp":"192.0.2.0/24"}`:         "FAILED",
		`"Bool":{"aws:SecureTransport":"false"}`:                 "FAILED",
		`"ArnEquals":{"aws:PrincipalArn":"` + bob.ARN + `"}`:     "FAILED",
		`"StringNotEquals":{"aws:UserAgent":"tool/1"}`:           "FAILED",
	} {
		k := setUpPeople(t)
		k.API.Authorizer = api.Policies{Permissions: &permission.Service{Store: holding(`{"Effect":"Allow","Action":"gatehouse:*","Resource":"*"},` +
			`{"Effect":"Allow","Action":"cognito-idp:AdminDisableUser","Resource":"*","Condition":{` + condition + `}}`)}}
		k.starter, k.ctx = bob, api.WithRequest(t.Context(), api.Request{Region: region, UserAgent: "other"})
		k.add(k.pool, "ann", nil)
		j, err := k.start(bob, gatehouse.StartUserJobInput{Act: aws.String("Disable"), Filter: &gatehouse.UserFilter{}})
		if err != nil {
			t.Fatal(err)
		}
		k.work(j)
		k.ctx = api.WithRequest(t.Context(), began)
		if err := k.confirm(bob, k.job(j.JobId)); err != nil {
			t.Fatal(err)
		}
		k.starter = renamed
		if got := k.work(j)["ann"]; !strings.HasPrefix(got, want) {
			t.Errorf("%s: %s", condition, got)
		}
	}
}
