package awswire_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"reflect"
	"sort"
	"sync"
	"testing"
	"time"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentity"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/identitystore"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/rolesanywhere"
	"github.com/aws/aws-sdk-go-v2/service/sso"
	"github.com/aws/aws-sdk-go-v2/service/ssoadmin"
	"github.com/aws/aws-sdk-go-v2/service/ssooidc"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/google/uuid"

	"gatehouse/e2e/server"
	"gatehouse/handlers/aws"
	"gatehouse/internal/api"
)

// service is one SDK client under test.
type service struct {
	module   string // as facts.json names it
	endpoint string // as the product names it
	client   func(awssdk.Config) any
}

var services = []service{
	{"cognitoidentityprovider", "cognito-idp", func(c awssdk.Config) any { return idp.NewFromConfig(c) }},
	{"cognitoidentity", "cognito-identity", func(c awssdk.Config) any { return cognitoidentity.NewFromConfig(c) }},
	{"sts", "sts", func(c awssdk.Config) any { return sts.NewFromConfig(c) }},
	{"iam", "iam", func(c awssdk.Config) any { return iam.NewFromConfig(c) }},
	{"ssoadmin", "sso-admin", func(c awssdk.Config) any { return ssoadmin.NewFromConfig(c) }},
	{"identitystore", "identitystore", func(c awssdk.Config) any { return identitystore.NewFromConfig(c) }},
	{"organizations", "organizations", func(c awssdk.Config) any { return organizations.NewFromConfig(c) }},
	{"rolesanywhere", "rolesanywhere", func(c awssdk.Config) any { return rolesanywhere.NewFromConfig(c) }},
	{"sso", "sso", func(c awssdk.Config) any { return sso.NewFromConfig(c) }},
	{"ssooidc", "sso-oidc", func(c awssdk.Config) any { return ssooidc.NewFromConfig(c) }},
}

var codec = aws.NewCodec()

// moduleFacts is what gen read from a module's source.
type moduleFacts struct {
	Ops        []string
	OpErrors   map[string][]string
	ErrorCodes map[string]string
	Unions     map[string][]string
	NoAuth     []string
	Schema     bool
}

func facts(t testing.TB) map[string]moduleFacts {
	t.Helper()
	b, err := os.ReadFile("facts.json")
	if err != nil {
		t.Fatal(err)
	}
	var f map[string]moduleFacts
	if err := json.Unmarshal(b, &f); err != nil {
		t.Fatal(err)
	}
	return f
}

// operation is one method of a client.
type operation struct {
	name    string
	in, out reflect.Type
	call    func(client, in any) (any, error)
}

// operationsOf reads the methods Op(ctx, *OpInput, …) (*OpOutput, error) of a client.
func operationsOf(client any) (ops []operation) {
	ct := reflect.TypeOf(client)
	for i := range ct.NumMethod() {
		m := ct.Method(i)
		mt := m.Type
		if mt.NumIn() != 4 || mt.NumOut() != 2 || !mt.IsVariadic() || mt.In(2).Kind() != reflect.Pointer || mt.In(2).Elem().Name() != m.Name+"Input" {
			continue
		}
		ops = append(ops, operation{m.Name, mt.In(2).Elem(), mt.Out(0).Elem(), func(client, in any) (any, error) {
			r := m.Func.Call([]reflect.Value{reflect.ValueOf(client), reflect.ValueOf(context.Background()), reflect.ValueOf(in)})
			err, _ := r[1].Interface().(error)
			return r[0].Interface(), err
		}})
	}
	sort.Slice(ops, func(i, j int) bool { return ops[i].name < ops[j].name })
	return ops
}

// echo is the real edge in front of operations that answer what the test says. Every operation that the SDK
// signs is declared as signed, so that each call passes the verification of its signature too.
type echo struct {
	url  string
	mu   sync.Mutex
	op   string
	got  any                                 // the input that the edge decoded
	make func(out reflect.Type) (any, error) // what it is to answer
}

const testSecret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"

func (e *echo) Invoke(_ context.Context, o *api.Operation, in any) (any, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.op, e.got = o.Service+":"+o.Name, in
	return e.make(o.Out)
}

func startEcho(t testing.TB) *echo {
	t.Helper()
	e := &echo{}
	var ops []*api.Operation
	for _, s := range services {
		unsigned := map[string]bool{}
		for _, n := range facts(t)[s.module].NoAuth {
			unsigned[n] = true
		}
		for _, o := range operationsOf(s.client(testConfig())) {
			access := api.Signed()
			if unsigned[o.name] {
				access = api.Public()
			}
			ops = append(ops, &api.Operation{Service: s.endpoint, Name: o.name, Access: access, In: o.in, Out: o.out})
		}
	}
	h := aws.New(aws.Options{
		API: e, Operations: ops, Clock: time.Now, Log: slog.New(slog.DiscardHandler),
		Note:      func(*http.Request, string) {},
		Allow:     func(*http.Request) bool { return true },
		RequestID: func(*http.Request) string { return uuid.NewString() },
		ClientIP:  func(*http.Request) netip.Addr { return netip.Addr{} },
		Secure:    func(*http.Request) bool { return false },
		KeyUsed:   func(context.Context, api.Principal, string, string) error { return nil },
		Credentials: func(_ context.Context, id, _ string) (string, api.Principal, error) {
			if id != "AKIDEXAMPLE000000000" {
				return "", api.Principal{}, fmt.Errorf("unexpected key %s", id)
			}
			return testSecret, api.Principal{Kind: api.Root, AccountID: "111122223333"}, nil
		},
	})
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/_last" {
			e.last(w)
			return
		}
		if !h.Match(r) {
			http.NotFound(w, r)
			return
		}
		h.ServeHTTP(w, r)
	}))
	t.Cleanup(srv.Close)
	e.url = srv.URL
	return e
}

func testConfig() awssdk.Config { return awssdk.Config{Region: "us-east-1"} }

func (e *echo) config() awssdk.Config {
	return awssdk.Config{
		Region: "us-east-1", BaseEndpoint: &e.url,
		Credentials: credentials.NewStaticCredentialsProvider("AKIDEXAMPLE000000000", testSecret, ""),
		Retryer:     func() awssdk.Retryer { return awssdk.NopRetryer{} },
		HTTPClient:  server.SDKClient{}, // or a call fails now and then
	}
}
