package console_test

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"gatehouse/e2e/server"
	"gatehouse/e2e/visitor"
	"gatehouse/web/paths"
)

// estate is an organization with something of each sort in it, and every form of the console about it.
type estate struct {
	t                                      *testing.T
	s                                      *server.Server
	orgs                                   *organizations.Client
	id, root, unit, account, policy, shake string
}

func newEstate(t *testing.T, s *server.Server) *estate {
	t.Helper()
	makeAdministrator(t, s)
	e := &estate{t: t, s: s, orgs: asOrganization(t, s)}
	ctx := t.Context()
	fail := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	o, err := e.orgs.CreateOrganization(ctx, &organizations.CreateOrganizationInput{})
	fail(err)
	e.account = e.newAccount("Development")
	roots, err := e.orgs.ListRoots(ctx, &organizations.ListRootsInput{})
	fail(err)
	e.id, e.root = *o.Organization.Id, *roots.Roots[0].Id
	_, err = e.orgs.EnablePolicyType(ctx, &organizations.EnablePolicyTypeInput{RootId: &e.root, PolicyType: types.PolicyTypeServiceControlPolicy})
	fail(err)
	unit, err := e.orgs.CreateOrganizationalUnit(ctx, &organizations.CreateOrganizationalUnitInput{ParentId: &e.root, Name: aws.String("Sandbox")})
	fail(err)
	policy, err := e.orgs.CreatePolicy(ctx, &organizations.CreatePolicyInput{Type: types.PolicyTypeServiceControlPolicy, Name: aws.String("No lists"), Description: aws.String(""), Content: aws.String(denyLists)})
	fail(err)
	shake, err := e.orgs.InviteAccountToOrganization(ctx, &organizations.InviteAccountToOrganizationInput{Target: &types.HandshakeParty{Type: types.HandshakePartyTypeAccount, Id: aws.String("222233334444")}})
	fail(err)
	e.unit, e.policy, e.shake = *unit.OrganizationalUnit.Id, *policy.Policy.PolicySummary.Id, *shake.Handshake.Id
	_, err = e.orgs.AttachPolicy(ctx, &organizations.AttachPolicyInput{PolicyId: &e.policy, TargetId: &e.unit})
	fail(err)
	return e
}

// newAccount makes an account, and answers its id.
func (e *estate) newAccount(name string) string {
	e.t.Helper()
	made, err := e.orgs.CreateAccount(e.t.Context(), &organizations.CreateAccountInput{AccountName: &name, Email: aws.String(name + "@example.com")})
	if err != nil {
		e.t.Fatal(err)
	}
	return *made.CreateAccountStatus.AccountId
}

const denyLists = `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"iam:ListUsers","Resource":"*"}]}`

// An organization of many units does not make a page ask for the units of each: it has an id typed.
func TestManyUnitsAreNoListToChooseFrom(t *testing.T) {
	s := server.Start(t, server.Options{})
	e := newEstate(t, s)
	v := signedIn(t, s)
	field := regexp.MustCompile(`<(select|input)\b[^>]*\bname="to"`)
	choice := func() []string {
		t.Helper()
		var kinds []string
		for _, path := range []string{paths.Link(paths.ConsoleAccount, e.account), paths.Link(paths.ConsoleControlPolicy, e.policy)} {
			p := v.Open(s.URL + path)
			m := field.FindStringSubmatch(p.Body)
			if m == nil {
				t.Fatalf("%s: %d", path, p.Status)
			}
			kinds = append(kinds, m[1])
		}
		return kinds
	}
	add := func(n int) {
		t.Helper()
		for range n {
			if _, err := e.orgs.CreateOrganizationalUnit(t.Context(), &organizations.CreateOrganizationalUnitInput{ParentId: &e.unit, Name: aws.String(rand.Text())}); err != nil {
				t.Fatal(err)
			}
		}
	}
	add(30)
	if got := choice(); !slices.Equal(got, []string{"select", "select"}) {
		t.Errorf("31 units: %s", got)
	}
	add(15)
	if got := choice(); !slices.Equal(got, []string{"input", "input"}) {
		t.Errorf("46 units: %s", got)
	}
}

// orgAct is a form of the console: where it goes, what it says, and the operation that it comes to.
type orgAct struct {
	path, action string
	form         url.Values
}

// acts are all of them but that of a member account about itself.
func (e *estate) acts() []orgAct {
	form := func(pairs ...string) url.Values {
		f := url.Values{}
		for i := 0; i < len(pairs); i += 2 {
			f.Set(pairs[i], pairs[i+1])
		}
		return f
	}
	const scp = "SERVICE_CONTROL_POLICY"
	draft := form("act", "save", "name", "Mine", "document", denyLists, "reviewed", "x")
	return []orgAct{
		{paths.ConsoleOrganizationDelete, "DeleteOrganization", form("confirm", e.id)},
		{paths.Link(paths.ConsoleOrganizationType, "RESOURCE_CONTROL_POLICY"), "EnablePolicyType", form("act", "enable")},
		{paths.Link(paths.ConsoleOrganizationType, scp), "DisablePolicyType", form("confirm", "Service control policies")},
		{paths.ConsoleInvite, "InviteAccountToOrganization", form("account", "333344445555")},
		{paths.Link(paths.ConsoleInvitation, e.shake), "CancelHandshake", form("act", "cancel")},
		{paths.ConsoleAccountNew, "CreateAccount", form("name", "Evil", "email", "evil@example.com")},
		{paths.Link(paths.ConsoleAccountMove, e.account), "MoveAccount", form("to", e.unit)},
		{paths.Link(paths.ConsoleAccountRemove, e.account), "RemoveAccountFromOrganization", form("confirm", "Development")},
		{paths.Link(paths.ConsoleAccountClose, e.account), "CloseAccount", form("confirm", "Development")},
		{paths.Link(paths.ConsoleUnitNew, e.root), "CreateOrganizationalUnit", form("unit", "Evil")},
		{paths.Link(paths.ConsoleUnitRename, e.unit), "UpdateOrganizationalUnit", form("name", "Evil")},
		{paths.Link(paths.ConsoleUnitDelete, e.unit), "DeleteOrganizationalUnit", form("confirm", "Sandbox")},
		{paths.Link(paths.ConsoleTargetPolicies, e.account), "AttachPolicy", form("attach", scp, scp, e.policy)},
		{paths.Link(paths.ConsoleTargetPolicies, e.unit), "DetachPolicy", form("detach", e.policy)},
		{paths.Link(paths.ConsoleTargetTags, e.account), "TagResource", form("tags", "team = evil")},
		{paths.ConsoleControlPolicyNew, "CreatePolicy", draft},
		{paths.Link(paths.ConsoleControlPolicyEdit, e.policy), "UpdatePolicy", draft},
		{paths.Link(paths.ConsoleControlPolicyAttach, e.policy), "AttachPolicy", form("to", e.root)},
		{paths.Link(paths.ConsoleControlPolicyAttach, e.policy), "DetachPolicy", form("detach", e.unit)},
		{paths.Link(paths.ConsoleControlPolicyDelete, e.policy), "DeletePolicy", form("confirm", "No lists")},
	}
}

// try sends each form, the editor's with what its review answers, and fails unless it is refused and nothing is changed.
func (e *estate) try(v *visitor.Visitor, token string, refused func(orgAct, *visitor.Page) bool) {
	e.t.Helper()
	e.tryThese(e.acts(), v, token, refused)
}

func (e *estate) tryThese(acts []orgAct, v *visitor.Visitor, token string, refused func(orgAct, *visitor.Page) bool) {
	e.t.Helper()
	before := e.state()
	for _, a := range acts {
		a.form.Set("_csrf", token)
		if a.form.Has("reviewed") {
			a.form.Set("act", "review")
			if p := v.Post(e.s.URL+a.path, a.form); strings.Contains(p.Body, `name="reviewed"`) {
				a.form.Set("reviewed", p.Field("reviewed"))
			}
			a.form.Set("act", "save")
		}
		if p := v.Post(e.s.URL+a.path, a.form); !refused(a, p) {
			e.t.Errorf("%s at %s: %d %s", a.action, a.path, p.Status, visitor.Text(p.Find("main")))
		}
		if now := e.state(); now != before {
			e.t.Fatalf("%s at %s changed\n%s\nto\n%s", a.action, a.path, before, now)
		}
	}
}

// state is all that the forms could change.
func (e *estate) state() string {
	e.t.Helper()
	var b strings.Builder
	note := func(v any, err error) {
		e.t.Helper()
		if err != nil {
			e.t.Fatal(err)
		}
		fmt.Fprintln(&b, v)
	}
	ctx := e.t.Context()
	accounts, err := e.orgs.ListAccounts(ctx, &organizations.ListAccountsInput{})
	note("", err)
	for _, a := range accounts.Accounts {
		note(fmt.Sprint(*a.Id, *a.Name, a.Status, a.Paths), nil)
	}
	roots, err := e.orgs.ListRoots(ctx, &organizations.ListRootsInput{})
	note(roots.Roots[0].PolicyTypes, err)
	units, err := e.orgs.ListOrganizationalUnitsForParent(ctx, &organizations.ListOrganizationalUnitsForParentInput{ParentId: &e.root})
	note("", err)
	for _, u := range units.OrganizationalUnits {
		note(*u.Name, nil)
	}
	policies, err := e.orgs.ListPolicies(ctx, &organizations.ListPoliciesInput{Filter: types.PolicyTypeServiceControlPolicy})
	note("", err)
	for _, p := range policies.Policies {
		one, err := e.orgs.DescribePolicy(ctx, &organizations.DescribePolicyInput{PolicyId: p.Id})
		note(*p.Name+*one.Policy.Content, err)
	}
	targets, err := e.orgs.ListTargetsForPolicy(ctx, &organizations.ListTargetsForPolicyInput{PolicyId: &e.policy})
	note("", err)
	for _, t := range targets.Targets {
		note(*t.TargetId, nil)
	}
	shakes, err := e.orgs.ListHandshakesForOrganization(ctx, &organizations.ListHandshakesForOrganizationInput{})
	note("", err)
	for _, h := range shakes.Handshakes {
		note(*h.Id+string(h.State), nil)
	}
	tags, err := e.orgs.ListTagsForResource(ctx, &organizations.ListTagsForResourceInput{ResourceId: &e.account})
	note(len(tags.Tags), err)
	return b.String()
}

// denies tells whether a page says that a policy allows somebody no such act.
func denies(a orgAct, p *visitor.Page) bool {
	return p.Status == http.StatusForbidden && strings.Contains(visitor.Text(p.Find("main")), "is not authorized to perform: organizations:"+a.action)
}

// Attack: administer the organization without permission to: with permission to see it alone, with none, with forged forms.
func TestAttackOrganizationOfAnIAMUser(t *testing.T) {
	s := server.Start(t, server.Options{})
	e := newEstate(t, s)
	addUser(t, s, "lister", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["organizations:List*","organizations:Describe*","gatehouse:CheckPolicy"],"Resource":"*"}]}`, false)
	v, _ := userIn(t, s, "lister", firstPassword)
	p := v.Open(s.URL + paths.ConsoleOrganization)
	if text := visitor.Text(p.Find("main")); !strings.Contains(text, "Sandbox") || !strings.Contains(text, "Development") {
		t.Error(p.Status, text)
	}
	e.try(v, p.Field("_csrf"), denies)

	addUser(t, s, "eve", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:ChangePassword","Resource":"*"}]}`, false)
	v, _ = userIn(t, s, "eve", firstPassword)
	for _, path := range []string{paths.ConsoleOrganization, paths.Link(paths.ConsoleAccount, e.account), paths.Link(paths.ConsoleUnit, e.unit), paths.ConsoleControlPolicies, paths.Link(paths.ConsoleControlPolicy, e.policy)} {
		if p := v.Open(s.URL + path); p.Status != http.StatusForbidden || !strings.Contains(visitor.Text(p.Find("main")), "is not authorized to perform: organizations:") || strings.Contains(p.Body, "Sandbox") || strings.Contains(p.Body, "Development") {
			t.Errorf("%s: %d %s", path, p.Status, visitor.Text(p.Find("main")))
		}
	}
	e.try(v, v.Open(s.URL+paths.ConsoleMe).Field("_csrf"), func(_ orgAct, p *visitor.Page) bool {
		return p.Status == http.StatusForbidden && strings.Contains(visitor.Text(p.Find("main")), "is not authorized to perform: ")
	})

	for _, token := range []string{"", "forged"} {
		e.try(signedIn(t, s), token, func(_ orgAct, p *visitor.Page) bool {
			return p.Status == http.StatusForbidden && !strings.Contains(p.Body, "is not authorized")
		})
	}
}

// Attack: at a browser that an administrator left, undo what protects accounts, shut everybody out, or move and close accounts. A new unit, its
// name, and a policy that hangs on nothing harm nobody.
func TestAttackOrganizationFromALeftBrowser(t *testing.T) {
	s := server.Start(t, server.Options{})
	e := newEstate(t, s)
	v := signedIn(t, s)
	token := v.Open(s.URL + paths.ConsoleOrganization).Field("_csrf")
	acts := slices.DeleteFunc(e.acts(), func(a orgAct) bool {
		return a.action == "CreateOrganizationalUnit" || a.action == "UpdateOrganizationalUnit" || a.action == "CreatePolicy"
	})
	shutOut := orgAct{paths.Link(paths.ConsoleControlPolicyEdit, e.policy), "UpdatePolicy", url.Values{"name": {"No lists"}, "reviewed": {"x"}, "document": {strings.Replace(denyLists, "iam:ListUsers", "*", 1)}}}
	leave(t, s)
	e.tryThese(append(acts, shutOut), v, token, func(_ orgAct, p *visitor.Page) bool { return p.Heading() == "Is it you?" })
}

// Attack: as the administrator of another account, of the organization or not, administer what the management account has.
func TestAttackOrganizationOfAnotherAccount(t *testing.T) {
	s := server.Start(t, server.Options{})
	e := newEstate(t, s)
	other := e.newAccount("Other")
	v := actingIn(t, s, other)
	page := v.Open(s.URL + paths.ConsoleOrganization)
	if text := visitor.Text(page.Find("main")); !strings.Contains(text, "member of an organization") || strings.Contains(text, "Sandbox") || strings.Contains(text, "Development") {
		t.Error(text)
	}
	e.try(v, page.Field("_csrf"), func(_ orgAct, p *visitor.Page) bool {
		return (p.Status >= 400 && p.Status < 500 || strings.Contains(p.Body, "data-error-summary")) && !strings.Contains(p.Body, "Sandbox")
	})

	leave := func(confirm string) *visitor.Page {
		return v.Post(s.URL+paths.ConsoleOrganizationLeave, url.Values{"_csrf": {page.Field("_csrf")}, "confirm": {confirm}})
	}
	if p := leave("yes"); !strings.Contains(p.Body, "This is not the name") {
		t.Error("it leaves unasked:", visitor.Text(p.Find("main")))
	}
	if p := leave(e.id); !strings.Contains(visitor.Text(p.Find("main")), "The account has left the organization.") {
		t.Fatal(visitor.Text(p.Find("main")))
	}
	p := v.Post(s.URL+paths.ConsoleOrganizationCreate, url.Values{"_csrf": {page.Field("_csrf")}})
	if text := visitor.Text(p.Find("main")); !strings.Contains(text, "The organization is created.") || strings.Contains(text, "Sandbox") {
		t.Fatal(text)
	}
	before := e.state() // now it manages one of its own, and names what is of the other
	for _, a := range e.acts() {
		switch a.action {
		case "DeleteOrganization", "EnablePolicyType", "DisablePolicyType", "InviteAccountToOrganization", "CreateAccount", "CreatePolicy": // of its own
			continue
		}
		a.form.Set("_csrf", page.Field("_csrf"))
		if p := v.Post(s.URL+a.path, a.form); strings.Contains(p.URL.RawQuery, "done=") || strings.Contains(p.Body, "Sandbox") {
			t.Errorf("%s at %s: %d %s", a.action, a.path, p.Status, visitor.Text(p.Find("main")))
		}
		if now := e.state(); now != before {
			t.Fatalf("%s at %s changed\n%s\nto\n%s", a.action, a.path, before, now)
		}
	}
}
