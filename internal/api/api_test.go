package api

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/audit"
	"gatehouse/internal/fault"
	"gatehouse/internal/permission"

	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
)

// memory is an audit store that only remembers.
type memory struct {
	audit.Store
	records []audit.Record
}

func (m *memory) PutAuditRecord(_ context.Context, r audit.Record) error {
	m.records = append(m.records, r)
	return nil
}

type gate struct{ tokens, clients, sessions []string }

var errBad = fault.New("NotAuthorizedException", "no")

func (g *gate) VerifyUserToken(_ context.Context, token string) (User, error) {
	g.tokens = append(g.tokens, token)
	if token != "good" {
		return User{}, errBad
	}
	return User{Sub: "user-1"}, nil
}

func (g *gate) ProveClient(_ context.Context, p ClientProof) (AppClient, error) {
	g.clients = append(g.clients, p.ClientID)
	if p.SecretHash != "proof" {
		return AppClient{}, errBad
	}
	return AppClient{ID: p.ClientID}, nil
}

func (g *gate) VerifySession(_ context.Context, p SessionProof) (AppClient, error) {
	g.sessions = append(g.sessions, p.Session)
	if p.Session != strings.Repeat("s", 20) {
		return AppClient{}, errBad
	}
	return AppClient{ID: "of-session"}, nil
}

// noPolicies knows every principal, and no policy of anybody.
type noPolicies struct{ permission.Store }

func (noPolicies) PolicyVersion(context.Context, string) (int64, error) { return 1, nil }
func (noPolicies) PoliciesOf(context.Context, string, string) (permission.Held, error) {
	return permission.Held{Version: 1}, nil
}

func (noPolicies) ManagedPolicies(context.Context, string, []string) ([]permission.Source, error) {
	return nil, nil
}

func testAPI() (*API, *gate, *memory) {
	g, m := &gate{}, &memory{}
	return &API{
		Registry: NewRegistry(), Authorizer: Policies{Permissions: &permission.Service{Store: noPolicies{}}, Clock: time.Now}, Tokens: g, Clients: g, Sessions: g,
		Audit: &audit.Recorder{Store: m, Clock: time.Now, NewID: func() string { return "id" }},
		Log:   slog.New(slog.DiscardHandler),
	}, g, m
}

func ptr[T any](v T) *T { return &v }

var root = Principal{AccountID: "111122223333", Kind: Root, ARN: "arn:aws:iam::111122223333:root"}

func disableUser(a *API, run func(context.Context, *idp.AdminDisableUserInput) (*idp.AdminDisableUserOutput, error)) *idp.AdminDisableUserInput {
	Add(a.Registry, "cognito-idp", Op[idp.AdminDisableUserInput, idp.AdminDisableUserOutput]{Access: Signed(), Run: run})
	return &idp.AdminDisableUserInput{UserPoolId: ptr("us-east-1_abc"), Username: ptr("ann")}
}

func TestOperationMustDeclareAccess(t *testing.T) {
	run := func(context.Context, *idp.SignUpInput) (*idp.SignUpOutput, error) { return &idp.SignUpOutput{}, nil }
	admin := func(context.Context, *idp.AdminGetUserInput) (*idp.AdminGetUserOutput, error) {
		return &idp.AdminGetUserOutput{}, nil
	}
	for name, add := range map[string]func(*Registry){
		"no access": func(r *Registry) { Add(r, "cognito-idp", Op[idp.SignUpInput, idp.SignUpOutput]{Run: run}) },
		"no run": func(r *Registry) {
			Add(r, "cognito-idp", Op[idp.AdminGetUserInput, idp.AdminGetUserOutput]{Access: Signed()})
		},
		"unsigned as signed": func(r *Registry) {
			Add(r, "cognito-idp", Op[idp.SignUpInput, idp.SignUpOutput]{Access: Signed(), Run: run})
		},
		"public, not listed": func(r *Registry) {
			Add(r, "cognito-idp", Op[idp.SignUpInput, idp.SignUpOutput]{Access: Public(), Run: run})
		},
		"signed as public": func(r *Registry) {
			Add(r, "cognito-idp", Op[idp.AdminGetUserInput, idp.AdminGetUserOutput]{Access: Public(), Run: admin})
		},
		"signed by a user token": func(r *Registry) {
			tok := UserToken(func(in *idp.AdminGetUserInput) *string { return in.Username })
			Add(r, "cognito-idp", Op[idp.AdminGetUserInput, idp.AdminGetUserOutput]{Access: tok, Run: admin})
		},
		"accessor of another input": func(r *Registry) {
			tok := UserToken(func(in *idp.GetUserInput) *string { return in.AccessToken })
			Add(r, "cognito-idp", Op[idp.SignUpInput, idp.SignUpOutput]{Access: tok, Run: run})
		},
		"a read of people that is not audited": func(r *Registry) {
			run := func(context.Context, *idp.ListUsersInput) (*idp.ListUsersOutput, error) {
				return &idp.ListUsersOutput{}, nil
			}
			Add(r, "cognito-idp", Op[idp.ListUsersInput, idp.ListUsersOutput]{Access: Signed(), Effect: Read, Run: run})
		},
		"twice": func(r *Registry) {
			for range 2 {
				Add(r, "cognito-idp", Op[idp.AdminGetUserInput, idp.AdminGetUserOutput]{Access: Signed(), Run: admin})
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("registered")
				}
			}()
			add(NewRegistry())
		})
	}
}

func TestSignedOperationIsForRootAlone(t *testing.T) {
	a, _, m := testAPI()
	ran := 0
	in := disableUser(a, func(context.Context, *idp.AdminDisableUserInput) (*idp.AdminDisableUserOutput, error) {
		ran++
		return &idp.AdminDisableUserOutput{}, nil
	})
	call := func(p Principal) error {
		_, err := Call[idp.AdminDisableUserOutput](context.Background(), a, p, in)
		return err
	}
	if err := call(Principal{}); !errors.Is(err, ErrMissingAuthentication) {
		t.Error("nobody:", err)
	}
	user := Principal{AccountID: "111122223333", Kind: IAMUser, ARN: "arn:aws:iam::111122223333:user/bob"}
	err := call(user)
	if !errors.Is(err, ErrAccessDenied) || !strings.Contains(err.Error(), "User: arn:aws:iam::111122223333:user/bob is not authorized to perform: cognito-idp:AdminDisableUser because no identity-based policy allows the cognito-idp:AdminDisableUser action") {
		t.Error("a user:", err)
	}
	if ran != 0 {
		t.Fatal("ran for somebody who may not")
	}
	if len(m.records) != 1 || m.records[0].ErrorCode != "AccessDenied" {
		t.Errorf("the denial is not audited: %+v", m.records)
	}
	if err := call(root); err != nil || ran != 1 {
		t.Error("root:", err)
	}
	if len(m.records) != 2 || m.records[1].ErrorCode != "" || m.records[1].Operation != "cognito-idp:AdminDisableUser" {
		t.Errorf("the change is not audited: %+v", m.records)
	}
}

// Whoever may do nothing fills the audit log with next to nothing, however much is sent.
func TestAttackRefusalsThatFillTheLog(t *testing.T) {
	a, _, m := testAPI()
	tags := map[string]string{}
	for i := range 50 {
		tags[fmt.Sprint("key", i)] = strings.Repeat("v", 200)
	}
	in := &idp.TagResourceInput{ResourceArn: ptr("arn:aws:cognito-idp:us-east-1:111122223333:userpool/us-east-1_a"), Tags: tags}
	Add(a.Registry, "cognito-idp", Op[idp.TagResourceInput, idp.TagResourceOutput]{Access: Signed(), Run: func(context.Context, *idp.TagResourceInput) (*idp.TagResourceOutput, error) {
		return &idp.TagResourceOutput{}, nil
	}})
	for _, p := range []Principal{{AccountID: "111122223333", Kind: IAMUser, ARN: "arn:aws:iam::111122223333:user/bob"}, root} {
		_, err := Call[idp.TagResourceOutput](context.Background(), a, p, in)
		if size := len(m.records[len(m.records)-1].Input); errors.Is(err, ErrAccessDenied) != (size < 100) {
			t.Errorf("%s: %v, and %d bytes", p.ARN, err, size)
		}
	}
}

func TestFailedChangeIsAuditedWithItsCode(t *testing.T) {
	a, _, m := testAPI()
	in := disableUser(a, func(context.Context, *idp.AdminDisableUserInput) (*idp.AdminDisableUserOutput, error) {
		return nil, fault.New("UserNotFoundException", "User does not exist.")
	})
	if _, err := Call[idp.AdminDisableUserOutput](context.Background(), a, root, in); err == nil {
		t.Fatal("no error")
	}
	if len(m.records) != 1 || m.records[0].ErrorCode != "UserNotFoundException" {
		t.Fatalf("%+v", m.records)
	}
}

func TestUnsignedOperationNeverSeesAPrincipal(t *testing.T) {
	a, _, _ := testAPI()
	Add(a.Registry, "cognito-idp", Op[idp.GetUserInput, idp.GetUserOutput]{
		Access: UserToken(func(in *idp.GetUserInput) *string { return in.AccessToken }),
		Run: func(ctx context.Context, _ *idp.GetUserInput) (*idp.GetUserOutput, error) {
			if PrincipalFrom(ctx) != (Principal{}) {
				t.Error("the signature of root raised a user's call")
			}
			return &idp.GetUserOutput{Username: ptr(UserFrom(ctx).Sub)}, nil
		},
	})
	out, err := Call[idp.GetUserOutput](context.Background(), a, root, &idp.GetUserInput{AccessToken: ptr("good")})
	if err != nil || *out.Username != "user-1" {
		t.Fatal(out, err)
	}
	if _, err := Call[idp.GetUserOutput](context.Background(), a, root, &idp.GetUserInput{AccessToken: ptr("forged")}); !errors.Is(err, errBad) {
		t.Fatal("a forged token:", err)
	}
}

func TestClientOperationProvesTheClient(t *testing.T) {
	a, g, _ := testAPI()
	Add(a.Registry, "cognito-idp", Op[idp.SignUpInput, idp.SignUpOutput]{
		Access: Client(func(in *idp.SignUpInput) ClientProof {
			return ClientProof{ClientID: *in.ClientId, SecretHash: deref(in.SecretHash), Username: *in.Username}
		}),
		Run: func(ctx context.Context, _ *idp.SignUpInput) (*idp.SignUpOutput, error) {
			return &idp.SignUpOutput{UserSub: ptr(ClientFrom(ctx).ID)}, nil
		},
	})
	in := &idp.SignUpInput{ClientId: ptr("client1"), Username: ptr("ann")}
	if _, err := Call[idp.SignUpOutput](context.Background(), a, Principal{}, in); !errors.Is(err, errBad) {
		t.Fatal("without the secret's proof:", err)
	}
	in.SecretHash = ptr("proof")
	if out, err := Call[idp.SignUpOutput](context.Background(), a, Principal{}, in); err != nil || *out.UserSub != "client1" || len(g.clients) != 2 {
		t.Fatal(out, err)
	}
}

func TestTokenOrSessionNeedsOne(t *testing.T) {
	a, _, _ := testAPI()
	Add(a.Registry, "cognito-idp", Op[idp.AssociateSoftwareTokenInput, idp.AssociateSoftwareTokenOutput]{
		Access: UserTokenOrSession(func(in *idp.AssociateSoftwareTokenInput) *string { return in.AccessToken },
			func(in *idp.AssociateSoftwareTokenInput) SessionProof {
				return SessionProof{Session: deref(in.Session)}
			}),
		Run: func(ctx context.Context, _ *idp.AssociateSoftwareTokenInput) (*idp.AssociateSoftwareTokenOutput, error) {
			who := "user"
			if !HasUser(ctx) {
				who = ClientFrom(ctx).ID
			}
			return &idp.AssociateSoftwareTokenOutput{SecretCode: &who}, nil
		},
	})
	live := strings.Repeat("s", 20)
	for _, c := range []struct {
		name           string
		token, session *string
		who            string
	}{
		{"token", ptr("good"), nil, "user"},
		{"session", nil, &live, "of-session"},
		{"a forged token is not saved by a live session", ptr("forged"), &live, ""},
		{"a dead session", nil, ptr(strings.Repeat("x", 20)), ""},
		{"neither", nil, nil, ""},
	} {
		out, err := Call[idp.AssociateSoftwareTokenOutput](context.Background(), a, Principal{}, &idp.AssociateSoftwareTokenInput{AccessToken: c.token, Session: c.session})
		if (err == nil) != (c.who != "") || err == nil && *out.SecretCode != c.who {
			t.Errorf("%s: %v %v", c.name, out, err)
		}
	}
}

func TestOperationThatHidesItsResourceDoesNotStart(t *testing.T) {
	for want, resource := range map[bool]func(context.Context, *idp.AdminDisableUserInput) (Resource, error){
		false: nil,
		true:  func(context.Context, *idp.AdminDisableUserInput) (Resource, error) { return Resource{ARN: "*"}, nil },
	} {
		a, _, _ := testAPI()
		Add(a.Registry, "cognito-idp", Op[idp.AdminDisableUserInput, idp.AdminDisableUserOutput]{
			Access: Signed(), Resource: resource,
			Run: func(context.Context, *idp.AdminDisableUserInput) (*idp.AdminDisableUserOutput, error) {
				return nil, nil
			},
		})
		if err := a.Validate(); (err == nil) != want {
			t.Error(want, err)
		}
	}
}

func TestGateThatLacksAVerifierDoesNotStart(t *testing.T) {
	a, _, _ := testAPI()
	Add(a.Registry, "cognito-idp", Op[idp.GetUserInput, idp.GetUserOutput]{
		Access: UserToken(func(in *idp.GetUserInput) *string { return in.AccessToken }),
		Run:    func(context.Context, *idp.GetUserInput) (*idp.GetUserOutput, error) { return &idp.GetUserOutput{}, nil },
	})
	if err := a.Validate(); err != nil {
		t.Fatal(err)
	}
	a.Tokens = nil
	if err := a.Validate(); err == nil || !strings.Contains(err.Error(), "GetUser") {
		t.Fatal(err)
	}
}

func TestReadsOfPeopleAreAuditedAndOtherReadsAreNot(t *testing.T) {
	a, _, m := testAPI()
	Add(a.Registry, "cognito-idp", Op[idp.ListUsersInput, idp.ListUsersOutput]{Access: Signed(),
		Run: func(context.Context, *idp.ListUsersInput) (*idp.ListUsersOutput, error) {
			return &idp.ListUsersOutput{}, nil
		}})
	Add(a.Registry, "cognito-idp", Op[idp.DescribeUserPoolInput, idp.DescribeUserPoolOutput]{Access: Signed(),
		Run: func(context.Context, *idp.DescribeUserPoolInput) (*idp.DescribeUserPoolOutput, error) {
			return &idp.DescribeUserPoolOutput{}, nil
		}})
	if _, err := Call[idp.DescribeUserPoolOutput](context.Background(), a, root, &idp.DescribeUserPoolInput{UserPoolId: ptr("us-east-1_a")}); err != nil || len(m.records) != 0 {
		t.Fatal(m.records, err)
	}
	if _, err := Call[idp.ListUsersOutput](context.Background(), a, root, &idp.ListUsersInput{UserPoolId: ptr("us-east-1_a")}); err != nil || len(m.records) != 1 {
		t.Fatal(m.records, err)
	}
}

// broken is an audit store that cannot write.
type broken struct{ audit.Store }

func (broken) PutAuditRecord(context.Context, audit.Record) error { return errors.New("disk full") }

func TestSensitiveReadThatCannotBeRecordedIsNotAnswered(t *testing.T) {
	a, _, _ := testAPI()
	a.Audit.Store = broken{}
	Add(a.Registry, "cognito-idp", Op[idp.ListUsersInput, idp.ListUsersOutput]{Access: Signed(),
		Run: func(context.Context, *idp.ListUsersInput) (*idp.ListUsersOutput, error) {
			return &idp.ListUsersOutput{}, nil
		}})
	if out, err := Call[idp.ListUsersOutput](context.Background(), a, root, &idp.ListUsersInput{UserPoolId: ptr("us-east-1_a")}); err == nil {
		t.Fatal("answered", out)
	}
}
