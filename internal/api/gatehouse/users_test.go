package gatehouse_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/google/uuid"

	"gatehouse/internal/api"
	"gatehouse/internal/api/apitest"
	"gatehouse/internal/api/cognitoidp"
	"gatehouse/internal/api/gatehouse"
	"gatehouse/internal/audit"
	"gatehouse/internal/bulk"
	"gatehouse/internal/directory"
	"gatehouse/internal/savedview"
	"gatehouse/internal/seal"
	"gatehouse/internal/userpool"
	"gatehouse/store"
	"gatehouse/store/storetest"
)

// people is a pool with users and the operations on them, on a real database.
type people struct {
	over    error         // what is answered of the credential that a job was started with
	starter api.Principal // whose it is, as they are now
	*api.API
	*directory.Service
	t    *testing.T
	ctx  context.Context
	pool *userpool.Pool
	db   *store.DB
	jobs *bulk.Service
}

func setUpPeople(t *testing.T) *people {
	db, ring := storetest.Open(t), seal.TestKeyring(t)
	counts := store.NewUserPools(db)
	pools := &userpool.Service{Pools: counts, Clients: store.NewUserPoolClients(db), Domains: store.NewUserPoolDomains(db),
		Servers: store.NewResourceServers(db), Tx: db, Seal: ring, Clock: time.Now, Rand: rand.Reader, BaseHost: "localhost"}
	k := &people{t: t, db: db, starter: root(account), ctx: api.WithRequest(t.Context(), api.Request{Region: region})}
	k.Service = &directory.Service{
		Users: store.NewUsers(db), Searches: store.NewUserSearches(db), Codes: store.NewUserCodes(db), Groups: store.NewGroups(db), Events: store.NewAuthEvents(db),
		Counts: counts, Tx: db, Keys: ring, Hasher: seal.NewHasher(rand.Reader, seal.Cost{MemoryKiB: 8, Passes: 1, Lanes: 1}), Clock: time.Now, Rand: rand.Reader,
	}
	records := store.NewAudit(db)
	k.API = &api.API{Registry: api.NewRegistry(), Authorizer: apitest.RootOnly{}, Log: slog.New(slog.DiscardHandler),
		Audit: &audit.Recorder{Store: records, Clock: time.Now, NewID: func() string { return uuid.Must(uuid.NewV7()).String() }}}
	id := func() string { return uuid.Must(uuid.NewV7()).String() }
	k.jobs = &bulk.Service{Store: store.NewUserJobs(db), People: k.Service, Pools: pools, Act: gatehouse.UserActs{API: k.API, People: k.Service, Credentials: k}.Act, Same: gatehouse.SameStarter, Clock: time.Now, NewID: id, Log: k.API.Log}
	(&gatehouse.Service{Audit: records, Pools: pools, People: k.Service, Clock: time.Now, Jobs: k.jobs, JobStore: k.jobs.Store, Views: &savedview.Service{Store: store.NewUserViews(db), Clock: time.Now}}).Register(k.Registry)
	(&cognitoidp.Service{Pools: pools, People: k.Service}).Register(k.Registry)
	p, err := pools.CreatePool(t.Context(), account, region, "people", userpool.DefaultSettings())
	if err != nil {
		t.Fatal(err)
	}
	k.pool = p
	return k
}

// StillStands is UserActs.Credentials.
func (k *people) StillStands(_ context.Context, accountID, userID, accessKeyID string, since time.Time) (string, error) {
	if accountID != account || userID != k.starter.UserID || accessKeyID != "" || time.Since(since) > time.Hour {
		k.t.Errorf("asked for %s %s %q %s", accountID, userID, accessKeyID, since)
	}
	return k.starter.ARN, k.over
}

func (k *people) add(pool *userpool.Pool, username string, attributes map[string]string) *directory.User {
	k.t.Helper()
	u, err := k.Create(context.Background(), pool, directory.NewUser{Username: username, Attributes: attributes, Action: directory.Suppress})
	if err != nil {
		k.t.Fatal(err)
	}
	return u
}

func (k *people) search(who api.Principal, in gatehouse.SearchUsersInput) (*gatehouse.SearchUsersOutput, error) {
	if in.UserPoolId == nil {
		in.UserPoolId = &k.pool.ID
	}
	return api.Call[gatehouse.SearchUsersOutput](k.ctx, k.API, who, &in)
}

func found(out *gatehouse.SearchUsersOutput) (names []string) {
	for _, u := range out.Users {
		names = append(names, *u.Username)
	}
	return names
}

func TestSearchUsersPagesForthAndBack(t *testing.T) {
	k := setUpPeople(t)
	for i := range 5 {
		k.add(k.pool, fmt.Sprint("user", i), map[string]string{"name": "Ann Lee"})
	}
	filter := &gatehouse.UserFilter{Text: aws.String("lee"), Enabled: aws.Bool(true)}
	first, err := k.search(root(account), gatehouse.SearchUsersInput{Filter: filter, MaxResults: aws.Int32(2)})
	if err != nil || !slices.Equal(found(first), []string{"user0", "user1"}) || first.PreviousToken != nil || first.NextToken == nil {
		t.Fatalf("%+v %v", first, err)
	}
	if u := first.Users[0]; *u.UserStatus != "FORCE_CHANGE_PASSWORD" || !*u.Enabled || len(u.Attributes) != 1 || *u.Attributes[0].Value != "Ann Lee" {
		t.Errorf("%+v", u)
	}
	second, err := k.search(root(account), gatehouse.SearchUsersInput{Filter: filter, MaxResults: aws.Int32(2), NextToken: first.NextToken})
	if err != nil || !slices.Equal(found(second), []string{"user2", "user3"}) {
		t.Fatal(found(second), err)
	}
	again, err := k.search(root(account), gatehouse.SearchUsersInput{Filter: filter, MaxResults: aws.Int32(2), NextToken: second.PreviousToken})
	if err != nil || !slices.Equal(found(again), found(first)) {
		t.Error(found(again), err)
	}
	last, err := k.search(root(account), gatehouse.SearchUsersInput{Filter: filter, MaxResults: aws.Int32(2), LastPage: aws.Bool(true)})
	if err != nil || !slices.Equal(found(last), []string{"user3", "user4"}) || last.NextToken != nil {
		t.Error(found(last), err)
	}
}

func TestSearchUsersTellsWhenTheyWereLastThere(t *testing.T) {
	k := setUpPeople(t)
	u := k.add(k.pool, "ann", nil)
	at := time.Now().Truncate(time.Millisecond)
	for i, passed := range []bool{true, false} {
		e := directory.Event{PoolID: k.pool.ID, Sub: u.Sub, ID: fmt.Sprint("000", i), At: at.Add(time.Duration(i) * time.Hour), Kind: "SignIn", Passed: passed}
		if err := k.Events.InsertEvent(k.ctx, e); err != nil {
			t.Fatal(err)
		}
	}
	out, err := k.search(root(account), gatehouse.SearchUsersInput{IncludeActivity: aws.Bool(true)})
	if err != nil || out.Users[0].LastActivityDate == nil || !out.Users[0].LastActivityDate.Equal(at) {
		t.Errorf("%+v %v", out.Users[0].LastActivityDate, err)
	}
}

// Attack: read the people of somebody else's pool, or without permission, or without a trace.
func TestAttackSearchUsersOfOthers(t *testing.T) {
	k := setUpPeople(t)
	k.add(k.pool, "ann", nil)
	if out, err := k.search(root("999922223333"), gatehouse.SearchUsersInput{}); err == nil {
		t.Error("another account reads", found(out))
	}
	nobody := api.Principal{AccountID: account, Kind: api.IAMUser, ARN: "arn:aws:iam::" + account + ":user/bob"}
	if _, err := k.search(nobody, gatehouse.SearchUsersInput{}); !errors.Is(err, api.ErrAccessDenied) {
		t.Error(err)
	}
	if _, err := k.search(root(account), gatehouse.SearchUsersInput{}); err != nil {
		t.Fatal(err)
	}
	log, err := list(k.API, root(account), &gatehouse.ListAuditRecordsInput{})
	if err != nil || *log.Records[0].Operation != "gatehouse:SearchUsers" {
		t.Errorf("%+v %v", log, err)
	}
	for _, in := range []gatehouse.SearchUsersInput{
		{MaxResults: aws.Int32(0)}, {MaxResults: aws.Int32(1001)}, {SortBy: aws.String("Shoes")}, {NextToken: aws.String("x")},
		{Filter: &gatehouse.UserFilter{TextMatch: aws.String("Sounds")}}, {Filter: &gatehouse.UserFilter{Attributes: []gatehouse.UserAttributeFilter{{Name: aws.String("email"), Value: aws.String("x"), Match: aws.String("Like")}}}},
	} {
		if _, err := k.search(root(account), in); err == nil {
			t.Errorf("%+v is taken", in)
		}
	}
}
