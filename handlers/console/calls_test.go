package console

import (
	"context"
	"errors"
	"net/http/httptest"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/labstack/echo/v4"

	"gatehouse/internal/api"
	"gatehouse/internal/api/apitest"
	"gatehouse/internal/api/gatehouse"
	domain "gatehouse/internal/iam"
)

// calls notes which operations a handler runs; those that fail end with errFails.
type calls struct {
	*Handlers
	ran, fail []string
}

var errFails = errors.New("fails")

func newCalls(register ...func(*calls, *api.Registry)) *calls {
	c := &calls{}
	r := api.NewRegistry()
	for _, add := range register {
		add(c, r)
	}
	c.Handlers = &Handlers{Region: "us-east-1", API: &api.API{Registry: r, Authorizer: apitest.RootOnly{}}}
	return c
}

// answers registers an operation, as one that nobody audits.
func answers[In, Out any](service string, answer func(*In) *Out) func(*calls, *api.Registry) {
	return func(c *calls, r *api.Registry) {
		api.Add(r, service, api.Op[In, Out]{Access: api.Signed(), Effect: api.Read, Run: func(ctx context.Context, in *In) (*Out, error) {
			name := strings.TrimSuffix(reflect.TypeFor[In]().Name(), "Input")
			c.ran = append(c.ran, name)
			if slices.Contains(c.fail, name) {
				return nil, errFails
			}
			return answer(in), nil
		}})
	}
}

// byRoot is a request of root with a posted form.
func byRoot(form url.Values) *visit {
	r := httptest.NewRequest("POST", "/console", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	s := &domain.ConsoleSession{AccountID: "111122223333", UserID: "111122223333", Kind: "Account"}
	return &visit{Context: echo.New().NewContext(r, httptest.NewRecorder()), session: s, region: "us-east-1"}
}

// A page of who may do something asks five times at most, and goes on by a link.
func TestWhoAsksFiveTimesAtMost(t *testing.T) {
	for _, k := range []struct {
		name      string
		each, all int // who may, of each call; calls that there are
		want      int
	}{
		{"nobody may", 0, 100, 5}, {"few may", 3, 100, 5}, {"a page's may", 50, 100, 1}, {"the last page", 0, 2, 2},
	} {
		n := 0
		c := newCalls(answers("gatehouse", func(*gatehouse.ListWhoCanInput) *gatehouse.ListWhoCanOutput {
			n++
			out := &gatehouse.ListWhoCanOutput{Principals: make([]gatehouse.WhoCan, k.each)}
			if n < k.all {
				out.NextToken = aws.String("u")
			}
			return out
		}))
		out, err := c.whoCan(byRoot(nil), &gatehouse.ListWhoCanInput{Action: aws.String("iam:GetUser")})
		if err != nil || n != k.want || len(out.Principals) != k.each*n || (out.NextToken == nil) != (n == k.all) {
			t.Errorf("%s: %d calls, %d of them, %v %v", k.name, n, len(out.Principals), out.NextToken, err)
		}
	}
}

// The page of what a role may tells and asks of 25 actions on resources at most.
func TestRoleAccessAsksOf25AtMost(t *testing.T) {
	list := func(n int, prefix string) string {
		var all []string
		for i := range n {
			all = append(all, `"`+prefix+string(rune('a'+i))+`"`)
		}
		return "[" + strings.Join(all, ",") + "]"
	}
	document := func(actions, resources int) string {
		return url.PathEscape(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":` + list(actions, "s3:Get") + `,"Resource":` + list(resources, "arn:aws:s3:::") + `}]}`)
	}
	for _, k := range []struct{ actions, resources, tells, asks int }{{5, 5, 25, 25}, {2, 13, 26, 25}, {20, 20, 26, 25}, {1, 3, 3, 3}} {
		asked := 0
		c := newCalls(answers("iam", func(*iam.GetRolePolicyInput) *iam.GetRolePolicyOutput {
			return &iam.GetRolePolicyOutput{PolicyDocument: aws.String(document(k.actions, k.resources))}
		}), answers("gatehouse", func(*gatehouse.ExplainDecisionInput) *gatehouse.ExplainDecisionOutput {
			asked++
			return &gatehouse.ExplainDecisionOutput{Decisions: []gatehouse.ExplainedDecision{{}}}
		}))
		may, not, err := c.roleMay(byRoot(nil), &identity{kind: iamRoles, name: "r", arn: "arn:aws:iam::111122223333:role/r"})
		if err != nil || not != "" || len(may) != k.tells || asked != k.asks || (may[len(may)-1] == "…") != (k.actions*k.resources > 25) {
			t.Errorf("%d×%d: tells %d, asks %d: %v %q %v", k.actions, k.resources, len(may), asked, may, not, err)
		}
	}
}

// Somebody gets a password when they have what it is for, and never before: what fails on the way leaves nobody who can sign in.
func TestAdministratorGetsThePasswordLast(t *testing.T) {
	for fail, want := range map[string][]string{
		"CreateUser":         {"CreateUser"},
		"AttachUserPolicy":   {"CreateUser", "AttachUserPolicy"},
		"CreateLoginProfile": {"CreateUser", "AttachUserPolicy", "CreateLoginProfile", "DetachUserPolicy", "DeleteUser"},
	} {
		c := newCalls(
			answers("iam", func(*iam.CreateUserInput) *iam.CreateUserOutput { return &iam.CreateUserOutput{} }),
			answers("iam", func(*iam.AttachUserPolicyInput) *iam.AttachUserPolicyOutput { return &iam.AttachUserPolicyOutput{} }),
			answers("iam", func(*iam.CreateLoginProfileInput) *iam.CreateLoginProfileOutput {
				return &iam.CreateLoginProfileOutput{}
			}),
			answers("iam", func(*iam.DetachUserPolicyInput) *iam.DetachUserPolicyOutput { return &iam.DetachUserPolicyOutput{} }),
			answers("iam", func(*iam.DeleteUserInput) *iam.DeleteUserOutput { return &iam.DeleteUserOutput{} }),
		)
		c.fail = []string{fail}
		if err := c.makeAdministrator(byRoot(url.Values{"name": {"ann"}, "new": {"long enough 1"}})); !errors.Is(err, errFails) || !slices.Equal(c.ran, want) {
			t.Errorf("%s fails: %v %v", fail, c.ran, err)
		}
	}
}

// Who must set another password at the next sign-in may do so before there is one to sign in with.
func TestUserMayChangeThePasswordBeforeThereIsOne(t *testing.T) {
	for fail, want := range map[string][]string{
		"AttachUserPolicy":   {"ExplainDecision", "AttachUserPolicy"},
		"UpdateLoginProfile": {"ExplainDecision", "AttachUserPolicy", "GetLoginProfile", "UpdateLoginProfile"},
	} {
		c := newCalls(
			answers("gatehouse", func(*gatehouse.ExplainDecisionInput) *gatehouse.ExplainDecisionOutput {
				return &gatehouse.ExplainDecisionOutput{Decisions: []gatehouse.ExplainedDecision{{Decision: aws.String("IMPLICIT_DENY")}}}
			}),
			answers("iam", func(*iam.AttachUserPolicyInput) *iam.AttachUserPolicyOutput { return &iam.AttachUserPolicyOutput{} }),
			answers("iam", func(*iam.GetLoginProfileInput) *iam.GetLoginProfileOutput { return &iam.GetLoginProfileOutput{} }),
			answers("iam", func(*iam.UpdateLoginProfileInput) *iam.UpdateLoginProfileOutput {
				return &iam.UpdateLoginProfileOutput{}
			}),
		)
		c.fail = []string{fail}
		i := &identity{kind: iamUsers, name: "ann", arn: "arn:aws:iam::111122223333:user/ann"}
		if err := c.changeLogin(byRoot(url.Values{"password": {"long enough 1"}, "reset": {"yes"}}), i); !errors.Is(err, errFails) || !slices.Equal(c.ran, want) {
			t.Errorf("%s fails: %v %v", fail, c.ran, err)
		}
	}
}
