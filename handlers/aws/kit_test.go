package aws_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"sync/atomic"
	"testing"
	"time"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	idptypes "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/smithy-go"
	"github.com/google/uuid"

	"gatehouse/handlers/aws"
	"gatehouse/internal/api"
	"gatehouse/internal/api/apitest"
	"gatehouse/internal/api/sts"
	"gatehouse/internal/audit"
	"gatehouse/internal/fault"
	"gatehouse/internal/iam"
	"gatehouse/internal/seal"
	domain "gatehouse/internal/sts"
	"gatehouse/store"
	"gatehouse/store/storetest"
)

// world is the edge over a real database, with some operations.
type world struct {
	looked func() // after each look-up of a key
	url    string
	root   iam.Bootstrap
	db     *store.DB
	log    *bytes.Buffer
	ran    int
	busy   atomic.Bool // the client has called too often

	client atomic.Value // where calls come from
	noted  atomic.Value // the last operation that the log line is told of
}

type noGate struct{}

func (noGate) VerifyUserToken(_ context.Context, token string) (api.User, error) {
	if token != "good-token" {
		return api.User{}, fault.New("NotAuthorizedException", "Invalid Access Token")
	}
	return api.User{Sub: "sub-1", Username: "ann"}, nil
}
func (noGate) ProveClient(context.Context, api.ClientProof) (api.AppClient, error) {
	return api.AppClient{ID: "client1"}, nil
}
func (noGate) VerifySession(context.Context, api.SessionProof) (api.AppClient, error) {
	return api.AppClient{}, errors.New("no sessions here")
}

func start(t testing.TB) *world {
	t.Helper()
	w := &world{db: storetest.Open(t), log: &bytes.Buffer{}}
	w.client.Store(netip.MustParseAddr("192.0.2.7"))
	svc := &iam.Service{Store: store.NewIAM(w.db), Console: store.NewConsole(w.db), Tokens: store.NewConsole(w.db), Attempts: store.NewLockouts(w.db), Networks: store.NewConsole(w.db), Tx: w.db, Keys: seal.TestKeyring(t),
		Hasher: seal.NewHasher(rand.Reader, seal.Cost{MemoryKiB: 64, Passes: 1, Lanes: 1}), Clock: time.Now, Rand: rand.Reader}
	var err error
	if w.root, err = svc.EnsureRoot(context.Background(), iam.RootSettings{MakeAccessKey: true}); err != nil {
		t.Fatal(err)
	}
	r := api.NewRegistry()
	(&sts.Service{}).Register(r)
	api.Add(r, "cognito-idp", api.Op[idp.GetUserInput, idp.GetUserOutput]{
		Access: api.UserToken(func(in *idp.GetUserInput) *string { return in.AccessToken }),
		Run: func(ctx context.Context, _ *idp.GetUserInput) (*idp.GetUserOutput, error) {
			u := api.UserFrom(ctx)
			return &idp.GetUserOutput{Username: &u.Username, UserAttributes: []idptypes.AttributeType{{Name: awssdk.String("sub"), Value: &u.Sub}}}, nil
		},
	})
	api.Add(r, "cognito-idp", api.Op[idp.InitiateAuthInput, idp.InitiateAuthOutput]{
		Access: api.Client(func(in *idp.InitiateAuthInput) api.ClientProof { return api.ClientProof{ClientID: *in.ClientId} }),
		Run: func(context.Context, *idp.InitiateAuthInput) (*idp.InitiateAuthOutput, error) {
			w.ran++
			return &idp.InitiateAuthOutput{}, nil
		},
	})
	api.Add(r, "cognito-idp", api.Op[idp.DeleteUserPoolInput, idp.DeleteUserPoolOutput]{
		Access: api.Signed(),
		Run: func(ctx context.Context, in *idp.DeleteUserPoolInput) (*idp.DeleteUserPoolOutput, error) {
			switch *in.UserPoolId {
			case "us-east-1_panic":
				panic("a bug")
			case "us-east-1_broken":
				return nil, errors.New("the database password is hunter2")
			case "us-east-1_typed":
				return nil, &idptypes.InvalidParameterException{Message: awssdk.String("bad"), ReasonCode: awssdk.String("because")}
			case "us-east-1_gone":
				return nil, fault.Status(404, "ResourceNotFoundException", "User pool us-east-1_gone does not exist.")
			}
			w.ran++
			return &idp.DeleteUserPoolOutput{}, nil
		},
	})
	h := aws.New(aws.Options{
		API: &api.API{Registry: r, Authorizer: apitest.RootOnly{}, Tokens: noGate{}, Clients: noGate{}, Sessions: noGate{},
			Audit: &audit.Recorder{Store: store.NewAudit(w.db), Clock: time.Now, NewID: uuid.NewString},
			Log:   slog.New(slog.NewTextHandler(w.log, nil))},
		Operations: r.Operations(),
		Credentials: func(ctx context.Context, id, token string) (string, api.Principal, error) {
			secret, p, err := aws.Credentials(svc, &domain.Service{Keys: svc.Keys, Clock: time.Now, Rand: rand.Reader})(ctx, id, token)
			if w.looked != nil {
				w.looked()
			}
			return secret, p, err
		},
		KeyUsed:   func(context.Context, api.Principal, string, string) error { return nil },
		Clock:     time.Now,
		Note:      func(_ *http.Request, operation string) { w.noted.Store(operation) },
		Allow:     func(*http.Request) bool { return !w.busy.Load() },
		RequestID: func(*http.Request) string { return uuid.NewString() },
		ClientIP:  func(*http.Request) netip.Addr { return w.client.Load().(netip.Addr) },
		Secure:    func(*http.Request) bool { return false },
		Log:       slog.New(slog.NewTextHandler(w.log, nil)),
	})
	srv := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, req *http.Request) {
		if !h.Match(req) {
			http.NotFound(rw, req)
			return
		}
		h.ServeHTTP(rw, req)
	}))
	t.Cleanup(srv.Close)
	w.url = srv.URL
	return w
}

func (w *world) config(id, secret, token string) awssdk.Config {
	return awssdk.Config{Region: "eu-north-9", BaseEndpoint: &w.url, Credentials: credentials.NewStaticCredentialsProvider(id, secret, token),
		Retryer: func() awssdk.Retryer { return awssdk.NopRetryer{} }}
}

func (w *world) asRoot() awssdk.Config {
	return w.config(w.root.AccessKeyID, w.root.MadeSecret.Reveal(), "")
}

func (w *world) audited(t *testing.T) []audit.Record {
	t.Helper()
	p, err := store.NewAudit(w.db).ListAuditRecords(context.Background(), audit.Query{AccountID: w.root.AccountID})
	if err != nil {
		t.Fatal(err)
	}
	return p.Records
}

func code(t *testing.T, err error) string {
	t.Helper()
	var e smithy.APIError
	if !errors.As(err, &e) {
		t.Fatalf("no API error: %v", err)
	}
	return e.ErrorCode()
}
