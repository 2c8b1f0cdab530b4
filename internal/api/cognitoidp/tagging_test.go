package cognitoidp_test

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/google/uuid"

	"gatehouse/internal/api"
	"gatehouse/internal/api/cognitoidp"
	"gatehouse/internal/audit"
	"gatehouse/internal/permission"
	"gatehouse/internal/seal"
	"gatehouse/internal/userpool"
	"gatehouse/store"
	"gatehouse/store/storetest"
)

const account, region = "111122223333", "us-east-1"

// policies is what everybody has.
type policies struct {
	permission.Store
	document string
}

func (p policies) PoliciesOf(context.Context, string, string) (permission.Held, error) {
	return permission.Held{Version: 1, Policies: []permission.Source{{Name: "own", Document: p.document}}}, nil
}

// Attack: tag and untag pools by their settings where the operations for that are denied.
func TestAttackTagsByTheSettingsOfAPool(t *testing.T) {
	db := storetest.Open(t)
	pools := &userpool.Service{Pools: store.NewUserPools(db), Clients: store.NewUserPoolClients(db), Domains: store.NewUserPoolDomains(db),
		Servers: store.NewResourceServers(db), Tx: db, Seal: seal.TestKeyring(t), Clock: time.Now, Rand: rand.Reader, BaseHost: "localhost"}
	a := &api.API{Registry: api.NewRegistry(), Log: slog.New(slog.DiscardHandler),
		Audit: &audit.Recorder{Store: store.NewAudit(db), Clock: time.Now, NewID: func() string { return uuid.Must(uuid.NewV7()).String() }}}
	(&cognitoidp.Service{Pools: pools}).Register(a.Registry)
	ctx := api.WithRequest(t.Context(), api.Request{Region: region})
	bob := api.Principal{AccountID: account, Kind: api.IAMUser, ARN: "arn:aws:iam::" + account + ":user/bob", UserID: "AIDABOB", PolicyVersion: 1}
	const (
		tag, untag = `"cognito-idp:TagResource","Resource":"arn:aws:cognito-idp:` + region + `:` + account + `:userpool/*"`, `"cognito-idp:UntagResource","Resource":"*"`
		ofTeam     = `,"Condition":{"ForAnyValue:StringEquals":{"aws:TagKeys":"team"}}`
	)
	for _, c := range []struct {
		deny    string
		tags    map[string]string // of a pool that has team=red and cost=1
		create  bool
		refused string
	}{
		{tag, map[string]string{"team": "blue", "cost": "1"}, false, "cognito-idp:TagResource"},
		{tag, map[string]string{"team": "red", "cost": "1", "new": "1"}, false, "cognito-idp:TagResource"},
		{tag, map[string]string{"team": "red", "cost": "1"}, false, ""},
		{tag, map[string]string{"team": "red"}, false, ""},
		{tag, nil, false, ""},
		{untag, map[string]string{"team": "red"}, false, "cognito-idp:UntagResource"},
		{untag, map[string]string{}, false, "cognito-idp:UntagResource"},
		{untag, map[string]string{"team": "blue", "cost": "1", "new": "1"}, false, ""},
		{untag, nil, false, ""},
		{tag + ofTeam, map[string]string{"team": "blue", "cost": "1"}, false, "cognito-idp:TagResource"},
		{tag + ofTeam, map[string]string{"team": "red", "cost": "2"}, false, ""},
		{untag + ofTeam, map[string]string{"cost": "1"}, false, "cognito-idp:UntagResource"},
		{untag + ofTeam, map[string]string{"team": "red"}, false, ""},
		{tag, map[string]string{"team": "red"}, true, "cognito-idp:TagResource"},
		{tag + ofTeam, map[string]string{"team": "red"}, true, "cognito-idp:TagResource"},
		{tag, nil, true, ""},
	} {
		settings := userpool.DefaultSettings()
		settings.Tags = map[string]string{"team": "red", "cost": "1"}
		p, err := pools.CreatePool(ctx, account, region, "p", settings)
		if err != nil {
			t.Fatal(err)
		}
		a.Authorizer = api.Policies{Permissions: &permission.Service{Store: policies{
			document: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":` + c.deny + `}]}`}}}
		if c.create {
			_, err = api.Call[idp.CreateUserPoolOutput](ctx, a, bob, &idp.CreateUserPoolInput{PoolName: aws.String("q"), UserPoolTags: c.tags})
		} else {
			_, err = api.Call[idp.UpdateUserPoolOutput](ctx, a, bob, &idp.UpdateUserPoolInput{UserPoolId: &p.ID, UserPoolTags: c.tags})
		}
		if c.refused == "" && err != nil || c.refused != "" && (!errors.Is(err, api.ErrAccessDenied) || !strings.Contains(err.Error(), c.refused)) {
			t.Errorf("denied %s, tags %v: %v", c.deny, c.tags, err)
		}
	}
}
