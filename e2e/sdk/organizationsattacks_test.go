package sdk_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	org "github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// administrated is a member account with an administrator in it, whom the management account made by its role.
type administrated struct {
	id    string
	role  *worker // a session of OrganizationAccountAccessRole
	admin *worker
	orgs  *org.Client // of the administrator
}

func (k *kit) administrated(t *testing.T, boss *worker, root *org.Client, name string) *administrated {
	t.Helper()
	a := &administrated{id: newAccount(t, root, name), admin: &worker{name: "admin"}}
	a.role = k.session(must(boss.sts.AssumeRole(ctx, &sts.AssumeRoleInput{RoleArn: aws.String("arn:aws:iam::" + a.id + ":role/OrganizationAccountAccessRole"), RoleSessionName: aws.String("setup")}))(t).Credentials)
	must(a.role.iam.CreateUser(ctx, &iam.CreateUserInput{UserName: &a.admin.name}))(t)
	must(a.role.iam.AttachUserPolicy(ctx, &iam.AttachUserPolicyInput{UserName: &a.admin.name, PolicyArn: aws.String(administrator)}))(t)
	key := must(a.role.iam.CreateAccessKey(ctx, &iam.CreateAccessKeyInput{UserName: &a.admin.name}))(t).AccessKey
	a.admin.sign(k, *key.AccessKeyId, *key.SecretAccessKey)
	a.orgs = k.organizations(*key.AccessKeyId, *key.SecretAccessKey)
	return a
}

// TestAttackMemberAccount lets the administrator of a member account try what an organization keeps from them.
func TestAttackMemberAccount(t *testing.T) {
	k := start(t)
	c, pool := k.rootOrganizations(), k.pool(t)
	boss := k.worker(t, "boss", allow(`{"Effect":"Allow","Action":"*","Resource":"*"}`))
	o := must(c.CreateOrganization(ctx, &org.CreateOrganizationInput{}))(t).Organization
	root := must(c.ListRoots(ctx, &org.ListRootsInput{}))(t).Roots[0].Id
	dev, other := k.administrated(t, boss, c, "dev"), k.administrated(t, boss, c, "other")
	scp := types.PolicyTypeServiceControlPolicy
	must(c.EnablePolicyType(ctx, &org.EnablePolicyTypeInput{RootId: root, PolicyType: scp}))(t)
	policy := func(name, statement string) *string {
		return must(c.CreatePolicy(ctx, &org.CreatePolicyInput{Name: &name, Description: aws.String(""), Type: scp, Content: aws.String(allow(statement))}))(t).Policy.PolicySummary.Id
	}
	noUsers := policy("no-users", `{"Effect":"Deny","Action":["iam:CreateUser","organizations:LeaveOrganization"],"Resource":"*"}`)
	noPools := policy("no-pools", `{"Effect":"Deny","Action":"cognito-idp:CreateUserPool","Resource":"*"}`)

	t.Run("administers the organization", func(t *testing.T) {
		must(dev.orgs.DescribeOrganization(ctx, &org.DescribeOrganizationInput{}))(t)
		for name, attack := range map[string]func() error{
			"ListAccounts": func() error { _, err := dev.orgs.ListAccounts(ctx, &org.ListAccountsInput{}); return err },
			"CreateAccount": func() error {
				_, err := dev.orgs.CreateAccount(ctx, &org.CreateAccountInput{AccountName: aws.String("x"), Email: aws.String("x@example.com")})
				return err
			},
			"CloseAccount": func() error {
				_, err := dev.orgs.CloseAccount(ctx, &org.CloseAccountInput{AccountId: &other.id})
				return err
			},
			"RemoveAccount": func() error {
				_, err := dev.orgs.RemoveAccountFromOrganization(ctx, &org.RemoveAccountFromOrganizationInput{AccountId: &dev.id})
				return err
			},
			"AttachPolicy": func() error {
				_, err := dev.orgs.AttachPolicy(ctx, &org.AttachPolicyInput{PolicyId: noUsers, TargetId: &other.id})
				return err
			},
			"DisableType": func() error {
				_, err := dev.orgs.DisablePolicyType(ctx, &org.DisablePolicyTypeInput{RootId: root, PolicyType: scp})
				return err
			},
			"DescribePolicy": func() error {
				_, err := dev.orgs.DescribePolicy(ctx, &org.DescribePolicyInput{PolicyId: noUsers})
				return err
			},
			"Register": func() error {
				_, err := dev.orgs.RegisterDelegatedAdministrator(ctx, &org.RegisterDelegatedAdministratorInput{AccountId: &dev.id, ServicePrincipal: aws.String("iam.amazonaws.com")})
				return err
			},
			"PutResourcePolicy": func() error {
				_, err := dev.orgs.PutResourcePolicy(ctx, &org.PutResourcePolicyInput{Content: aws.String(allow(`{"Effect":"Allow","Principal":{"AWS":"` + dev.id + `"},"Action":"organizations:List*","Resource":"*"}`))})
				return err
			},
			"DeleteOrganization": func() error { _, err := dev.orgs.DeleteOrganization(ctx, &org.DeleteOrganizationInput{}); return err },
		} {
			t.Run(name, func(t *testing.T) {
				refused(t, attack(), "AccessDeniedException", "You don't have permissions to access this resource.")
			})
		}
	})
	t.Run("reaches another account", func(t *testing.T) {
		_, err := dev.admin.idp.DescribeUserPool(ctx, &idp.DescribeUserPoolInput{UserPoolId: pool.Id})
		refused(t, err, "ResourceNotFoundException", "")
		_, err = dev.admin.iam.GetUser(ctx, &iam.GetUserInput{UserName: aws.String("boss")})
		refused(t, err, "NoSuchEntity", "")
		for _, account := range []string{*o.MasterAccountId, other.id} {
			_, err = dev.admin.sts.AssumeRole(ctx, &sts.AssumeRoleInput{RoleArn: aws.String("arn:aws:iam::" + account + ":role/OrganizationAccountAccessRole"), RoleSessionName: aws.String("evil")})
			refused(t, err, "AccessDenied", "is not authorized to perform: sts:AssumeRole")
		}
		mine := must(dev.admin.idp.CreateUserPool(ctx, &idp.CreateUserPoolInput{PoolName: aws.String("mine")}))(t).UserPool
		_, err = k.root.DescribeUserPool(ctx, &idp.DescribeUserPoolInput{UserPoolId: mine.Id})
		refused(t, err, "ResourceNotFoundException", "")
		if list := must(dev.admin.idp.ListUserPools(ctx, &idp.ListUserPoolsInput{MaxResults: aws.Int32(10)}))(t).UserPools; len(list) != 1 {
			t.Errorf("%+v", list)
		}
	})
	createUser := func(w *worker, name string) error {
		_, err := w.iam.CreateUser(ctx, &iam.CreateUserInput{UserName: &name})
		return err
	}
	t.Run("does what a policy denies, at the next call", func(t *testing.T) {
		must(dev.admin.iam.ListUsers(ctx, &iam.ListUsersInput{}))(t)
		must(c.AttachPolicy(ctx, &org.AttachPolicyInput{PolicyId: noUsers, TargetId: &dev.id}))(t)
		for _, w := range []*worker{dev.admin, dev.role} {
			refused(t, createUser(w, "x"), "AccessDenied", "with an explicit deny in a service control policy")
		}
		simulated := must(dev.admin.iam.SimulatePrincipalPolicy(ctx, &iam.SimulatePrincipalPolicyInput{PolicySourceArn: aws.String("arn:aws:iam::" + dev.id + ":user/admin"), ActionNames: []string{"iam:CreateUser", "iam:GetUser"}}))(t).EvaluationResults
		if simulated[0].EvalDecision != "explicitDeny" || simulated[0].OrganizationsDecisionDetail.AllowedByOrganizations || simulated[1].EvalDecision != "allowed" || !simulated[1].OrganizationsDecisionDetail.AllowedByOrganizations {
			t.Errorf("%+v", simulated)
		}
		_, err := dev.orgs.LeaveOrganization(ctx, &org.LeaveOrganizationInput{})
		refused(t, err, "AccessDeniedException", "organizations:LeaveOrganization")
		if err := createUser(other.admin, "x"); err != nil {
			t.Error("a policy of one account limits another:", err)
		}
		must(c.AttachPolicy(ctx, &org.AttachPolicyInput{PolicyId: noUsers, TargetId: root}))(t)
		refused(t, createUser(other.admin, "y"), "AccessDenied", "service control policy")
		if err := createUser(boss, "x"); err != nil {
			t.Error("the management account is limited:", err)
		}
		must(c.UpdatePolicy(ctx, &org.UpdatePolicyInput{PolicyId: noUsers, Content: aws.String(allow(`{"Effect":"Deny","Action":"iam:CreateGroup","Resource":"*"}`))}))(t)
		if err := createUser(dev.admin, "x"); err != nil {
			t.Error(err)
		}
	})
	t.Run("makes a role that nothing limits", func(t *testing.T) {
		_, err := dev.admin.iam.CreateRole(ctx, &iam.CreateRoleInput{RoleName: aws.String("x"), Path: aws.String("/aws-service-role/x.amazonaws.com/"), AssumeRolePolicyDocument: trusts(dev.id)})
		refused(t, err, "InvalidInput", "service-linked")
	})
	t.Run("moves with the account", func(t *testing.T) {
		unit := must(c.CreateOrganizationalUnit(ctx, &org.CreateOrganizationalUnitInput{ParentId: root, Name: aws.String("u")}))(t).OrganizationalUnit.Id
		must(c.AttachPolicy(ctx, &org.AttachPolicyInput{PolicyId: noPools, TargetId: unit}))(t)
		createPool := func() error {
			_, err := dev.admin.idp.CreateUserPool(ctx, &idp.CreateUserPoolInput{PoolName: aws.String("p")})
			return err
		}
		if err := createPool(); err != nil {
			t.Error(err)
		}
		must(c.MoveAccount(ctx, &org.MoveAccountInput{AccountId: &dev.id, SourceParentId: root, DestinationParentId: unit}))(t)
		refused(t, createPool(), "AccessDeniedException", "service control policy")
		must(c.MoveAccount(ctx, &org.MoveAccountInput{AccountId: &dev.id, SourceParentId: unit, DestinationParentId: root}))(t)
		if err := createPool(); err != nil {
			t.Error(err)
		}
	})
	t.Run("reads as a delegated administrator, and no more", func(t *testing.T) {
		must(c.RegisterDelegatedAdministrator(ctx, &org.RegisterDelegatedAdministratorInput{AccountId: &dev.id, ServicePrincipal: aws.String("sso.amazonaws.com")}))(t)
		must(dev.orgs.ListAccounts(ctx, &org.ListAccountsInput{}))(t)
		_, err := dev.orgs.AttachPolicy(ctx, &org.AttachPolicyInput{PolicyId: noUsers, TargetId: &other.id})
		refused(t, err, "AccessDeniedException", "")
	})
	t.Run("administers what the resource policy lets it, and no more", func(t *testing.T) {
		describe := func(id *string) error {
			_, err := other.orgs.DescribePolicy(ctx, &org.DescribePolicyInput{PolicyId: id})
			return err
		}
		refused(t, describe(noUsers), "AccessDeniedException", "")
		arn := *must(c.DescribePolicy(ctx, &org.DescribePolicyInput{PolicyId: noUsers}))(t).Policy.PolicySummary.Arn
		put := func(statements ...string) {
			must(c.PutResourcePolicy(ctx, &org.PutResourcePolicyInput{Content: aws.String(allow(statements...))}))(t)
		}
		lets := `{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::` + other.id + `:root"},"Action":["organizations:DescribePolicy","organizations:UpdatePolicy","organizations:AttachPolicy"],"Resource":"` + arn + `"}`
		put(lets)
		if err := describe(noUsers); err != nil {
			t.Error(err)
		}
		must(other.orgs.UpdatePolicy(ctx, &org.UpdatePolicyInput{PolicyId: noUsers, Description: aws.String("theirs")}))(t)
		refused(t, describe(noPools), "AccessDeniedException", "You don't have permissions")
		_, err := other.orgs.AttachPolicy(ctx, &org.AttachPolicyInput{PolicyId: noUsers, TargetId: &dev.id}) // the target is not delegated
		refused(t, err, "AccessDeniedException", "")
		_, err = dev.orgs.UpdatePolicy(ctx, &org.UpdatePolicyInput{PolicyId: noUsers, Description: aws.String("mine")})
		refused(t, err, "AccessDeniedException", "")
		put(lets, strings.Replace(lets, "Allow", "Deny", 1))
		refused(t, describe(noUsers), "AccessDeniedException", "")
		must(c.DeleteResourcePolicy(ctx, &org.DeleteResourcePolicyInput{}))(t)
		refused(t, describe(noUsers), "AccessDeniedException", "")
	})
	t.Run("goes on after the account is closed", func(t *testing.T) {
		must(c.CloseAccount(ctx, &org.CloseAccountInput{AccountId: &other.id}))(t)
		_, err := other.admin.sts.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
		refused(t, err, "InvalidClientTokenId", "")
		refused(t, createUser(other.role, "z"), "InvalidClientTokenId", "")
		_, err = other.role.sts.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
		refused(t, err, "InvalidClientTokenId", "")
		_, err = other.role.idp.ListUserPools(ctx, &idp.ListUserPoolsInput{MaxResults: aws.Int32(1)})
		refused(t, err, "UnrecognizedClientException", "")
		_, err = boss.sts.AssumeRole(ctx, &sts.AssumeRoleInput{RoleArn: aws.String("arn:aws:iam::" + other.id + ":role/OrganizationAccountAccessRole"), RoleSessionName: aws.String("late")})
		refused(t, err, "AccessDenied", "sts:AssumeRole")
	})
}

// TestInvitedAccountJoins lets an account leave an organization and come back by an invitation.
func TestInvitedAccountJoins(t *testing.T) {
	k := start(t)
	c := k.rootOrganizations()
	boss := k.worker(t, "boss", allow(`{"Effect":"Allow","Action":"*","Resource":"*"}`))
	must(c.CreateOrganization(ctx, &org.CreateOrganizationInput{}))(t)
	dev := k.administrated(t, boss, c, "dev")
	must(dev.orgs.LeaveOrganization(ctx, &org.LeaveOrganizationInput{}))(t)
	_, err := dev.orgs.DescribeOrganization(ctx, &org.DescribeOrganizationInput{})
	refused(t, err, "AWSOrganizationsNotInUseException", "")
	invite := func() *string {
		return must(c.InviteAccountToOrganization(ctx, &org.InviteAccountToOrganizationInput{Target: &types.HandshakeParty{Type: types.HandshakePartyTypeAccount, Id: &dev.id}}))(t).Handshake.Id
	}
	h := invite()
	if h := must(dev.orgs.DeclineHandshake(ctx, &org.DeclineHandshakeInput{HandshakeId: h}))(t).Handshake; h.State != types.HandshakeStateDeclined {
		t.Errorf("%+v", h)
	}
	h = invite()
	_, err = dev.orgs.CancelHandshake(ctx, &org.CancelHandshakeInput{HandshakeId: h})
	refused(t, err, "AccessDeniedException", "")
	if list := must(dev.orgs.ListHandshakesForAccount(ctx, &org.ListHandshakesForAccountInput{}))(t).Handshakes; len(list) != 2 {
		t.Errorf("%+v", list)
	}
	accepted := must(dev.orgs.AcceptHandshake(ctx, &org.AcceptHandshakeInput{HandshakeId: h}))(t).Handshake
	a := must(c.DescribeAccount(ctx, &org.DescribeAccountInput{AccountId: &dev.id}))(t).Account
	if accepted.State != types.HandshakeStateAccepted || a.JoinedMethod != types.AccountJoinedMethodInvited || !strings.HasSuffix(a.Paths[0], "/"+dev.id+"/") {
		t.Errorf("%+v %+v", accepted, a)
	}
}
