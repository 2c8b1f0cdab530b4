package sdk_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/e2e/server"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	org "github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"
)

// organizations is a client that signs with a key.
func (k *kit) organizations(id, secret string) *org.Client {
	return org.New(org.Options{
		Region: "us-east-1", BaseEndpoint: aws.String(k.URL), RetryMaxAttempts: 1, HTTPClient: server.SDKClient{},
		Credentials: credentials.NewStaticCredentialsProvider(id, secret, ""),
	})
}

func (k *kit) rootOrganizations() *org.Client {
	return k.organizations(k.RootAccessKeyID, k.RootSecretAccessKey)
}

// newAccount makes an account in the caller's organization.
func newAccount(t *testing.T, c *org.Client, name string) string {
	t.Helper()
	st := must(c.CreateAccount(ctx, &org.CreateAccountInput{AccountName: &name, Email: aws.String(name + "@example.com")}))(t).CreateAccountStatus
	st = must(c.DescribeCreateAccountStatus(ctx, &org.DescribeCreateAccountStatusInput{CreateAccountRequestId: st.Id}))(t).CreateAccountStatus
	if st.State != types.CreateAccountStateSucceeded || st.AccountId == nil {
		t.Fatalf("%+v", st)
	}
	return *st.AccountId
}

// TestOrganizations walks the accounts and units of an organization.
func TestOrganizations(t *testing.T) {
	k := start(t)
	c := k.rootOrganizations()
	_, err := c.DescribeOrganization(ctx, &org.DescribeOrganizationInput{})
	refused(t, err, "AWSOrganizationsNotInUseException", "Your account is not a member of an organization.")
	o := must(c.CreateOrganization(ctx, &org.CreateOrganizationInput{}))(t).Organization
	me := *o.MasterAccountId
	if !strings.HasPrefix(*o.Id, "o-") || *o.Arn != "arn:aws:organizations::"+me+":organization/"+*o.Id || o.FeatureSet != types.OrganizationFeatureSetAll ||
		*o.MasterAccountArn != "arn:aws:organizations::"+me+":account/"+*o.Id+"/"+me || *o.MasterAccountEmail == "" {
		t.Errorf("%+v", o)
	}
	_, err = c.CreateOrganization(ctx, &org.CreateOrganizationInput{})
	refused(t, err, "AlreadyInOrganizationException", "")
	if again := must(c.DescribeOrganization(ctx, &org.DescribeOrganizationInput{}))(t).Organization; *again.Id != *o.Id {
		t.Errorf("%+v", again)
	}
	root := must(c.ListRoots(ctx, &org.ListRootsInput{}))(t).Roots[0]
	dev := newAccount(t, c, "dev")

	t.Run("accounts", func(t *testing.T) {
		a := must(c.DescribeAccount(ctx, &org.DescribeAccountInput{AccountId: &dev}))(t).Account
		if *a.Arn != "arn:aws:organizations::"+me+":account/"+*o.Id+"/"+dev || *a.Name != "dev" || *a.Email != "dev@example.com" || a.Status != types.AccountStatusActive ||
			a.State != types.AccountStateActive || a.JoinedMethod != types.AccountJoinedMethodCreated || a.JoinedTimestamp == nil || !slices.Equal(a.Paths, []string{*o.Id + "/" + *root.Id + "/" + dev + "/"}) {
			t.Errorf("%+v", a)
		}
		again := must(c.CreateAccount(ctx, &org.CreateAccountInput{AccountName: aws.String("dev"), Email: aws.String("DEV@example.com")}))(t).CreateAccountStatus
		if again.State != types.CreateAccountStateFailed || again.FailureReason != types.CreateAccountFailureReasonEmailAlreadyExists {
			t.Errorf("%+v", again)
		}
		all := must(c.ListCreateAccountStatus(ctx, &org.ListCreateAccountStatusInput{States: []types.CreateAccountState{types.CreateAccountStateFailed}}))(t).CreateAccountStatuses
		if len(all) != 1 || *all[0].Id != *again.Id {
			t.Errorf("%+v", all)
		}
		page := must(c.ListAccounts(ctx, &org.ListAccountsInput{MaxResults: aws.Int32(1)}))(t)
		rest := must(c.ListAccounts(ctx, &org.ListAccountsInput{NextToken: page.NextToken}))(t)
		if len(page.Accounts) != 1 || len(rest.Accounts) != 1 || rest.NextToken != nil || *page.Accounts[0].Id == *rest.Accounts[0].Id {
			t.Errorf("%+v %+v", page, rest)
		}
		_, err := c.DescribeAccount(ctx, &org.DescribeAccountInput{AccountId: aws.String("999922223333")})
		refused(t, err, "AccountNotFoundException", "")
		_, err = c.CreateGovCloudAccount(ctx, &org.CreateGovCloudAccountInput{AccountName: aws.String("x"), Email: aws.String("x@example.com")})
		refused(t, err, "ConstraintViolationException", "GovCloud")
		var why *types.ConstraintViolationException
		if !errors.As(err, &why) || why.Reason != types.ConstraintViolationExceptionReasonMasterAccountNotGovcloudEnabled {
			t.Errorf("%+v", why)
		}
	})
	t.Run("units", func(t *testing.T) {
		u := must(c.CreateOrganizationalUnit(ctx, &org.CreateOrganizationalUnitInput{ParentId: root.Id, Name: aws.String("u"), Tags: []types.Tag{{Key: aws.String("a"), Value: aws.String("b")}}}))(t).OrganizationalUnit
		if *u.Arn != "arn:aws:organizations::"+me+":ou/"+*o.Id+"/"+*u.Id || *u.Path != *o.Id+"/"+*root.Id+"/"+*u.Id+"/" {
			t.Errorf("%+v", u)
		}
		u = must(c.UpdateOrganizationalUnit(ctx, &org.UpdateOrganizationalUnitInput{OrganizationalUnitId: u.Id, Name: aws.String("v")}))(t).OrganizationalUnit
		if u = must(c.DescribeOrganizationalUnit(ctx, &org.DescribeOrganizationalUnitInput{OrganizationalUnitId: u.Id}))(t).OrganizationalUnit; *u.Name != "v" {
			t.Errorf("%+v", u)
		}
		must(c.MoveAccount(ctx, &org.MoveAccountInput{AccountId: &dev, SourceParentId: root.Id, DestinationParentId: u.Id}))(t)
		if p := must(c.ListParents(ctx, &org.ListParentsInput{ChildId: &dev}))(t).Parents; len(p) != 1 || *p[0].Id != *u.Id || p[0].Type != types.ParentTypeOrganizationalUnit {
			t.Errorf("%+v", p)
		}
		if a := must(c.ListAccountsForParent(ctx, &org.ListAccountsForParentInput{ParentId: u.Id}))(t).Accounts; len(a) != 1 || *a[0].Id != dev {
			t.Errorf("%+v", a)
		}
		if us := must(c.ListOrganizationalUnitsForParent(ctx, &org.ListOrganizationalUnitsForParentInput{ParentId: root.Id}))(t).OrganizationalUnits; len(us) != 1 || *us[0].Id != *u.Id {
			t.Errorf("%+v", us)
		}
		for kind, id := range map[types.ChildType]string{types.ChildTypeAccount: me, types.ChildTypeOrganizationalUnit: *u.Id} {
			if list := must(c.ListChildren(ctx, &org.ListChildrenInput{ParentId: root.Id, ChildType: kind}))(t).Children; len(list) != 1 || *list[0].Id != id || list[0].Type != kind {
				t.Errorf("%+v", list)
			}
		}
		_, err := c.DeleteOrganizationalUnit(ctx, &org.DeleteOrganizationalUnitInput{OrganizationalUnitId: u.Id})
		refused(t, err, "OrganizationalUnitNotEmptyException", "")
		must(c.TagResource(ctx, &org.TagResourceInput{ResourceId: u.Id, Tags: []types.Tag{{Key: aws.String("c"), Value: aws.String("d")}}}))(t)
		must(c.UntagResource(ctx, &org.UntagResourceInput{ResourceId: u.Id, TagKeys: []string{"a"}}))(t)
		if tags := must(c.ListTagsForResource(ctx, &org.ListTagsForResourceInput{ResourceId: u.Id}))(t).Tags; len(tags) != 1 || *tags[0].Key != "c" {
			t.Errorf("%+v", tags)
		}
		must(c.MoveAccount(ctx, &org.MoveAccountInput{AccountId: &dev, SourceParentId: u.Id, DestinationParentId: root.Id}))(t)
		must(c.DeleteOrganizationalUnit(ctx, &org.DeleteOrganizationalUnitInput{OrganizationalUnitId: u.Id}))(t)
	})
	t.Run("end", func(t *testing.T) {
		_, err := c.LeaveOrganization(ctx, &org.LeaveOrganizationInput{})
		refused(t, err, "MasterCannotLeaveOrganizationException", "")
		_, err = c.DeleteOrganization(ctx, &org.DeleteOrganizationInput{})
		refused(t, err, "OrganizationNotEmptyException", "")
		gone := newAccount(t, c, "gone")
		must(c.CloseAccount(ctx, &org.CloseAccountInput{AccountId: &gone}))(t)
		_, err = c.CloseAccount(ctx, &org.CloseAccountInput{AccountId: &gone})
		refused(t, err, "AccountAlreadyClosedException", "")
		if a := must(c.DescribeAccount(ctx, &org.DescribeAccountInput{AccountId: &gone}))(t).Account; a.Status != types.AccountStatusSuspended || a.State != types.AccountStateClosed {
			t.Errorf("%+v", a)
		}
		must(c.RemoveAccountFromOrganization(ctx, &org.RemoveAccountFromOrganizationInput{AccountId: &dev}))(t)
	})
}

// TestOrganizationPolicies walks what hangs on the root, units and accounts.
func TestOrganizationPolicies(t *testing.T) {
	k := start(t)
	c := k.rootOrganizations()
	o := must(c.CreateOrganization(ctx, &org.CreateOrganizationInput{FeatureSet: types.OrganizationFeatureSetAll}))(t).Organization
	root := must(c.ListRoots(ctx, &org.ListRootsInput{}))(t).Roots[0]
	dev := newAccount(t, c, "dev")
	scp := types.PolicyTypeServiceControlPolicy
	enabled := must(c.EnablePolicyType(ctx, &org.EnablePolicyTypeInput{RootId: root.Id, PolicyType: scp}))(t).Root
	if len(enabled.PolicyTypes) != 1 || enabled.PolicyTypes[0].Type != scp || enabled.PolicyTypes[0].Status != types.PolicyTypeStatusEnabled {
		t.Errorf("%+v", enabled)
	}
	p := must(c.CreatePolicy(ctx, &org.CreatePolicyInput{Name: aws.String("no-iam"), Description: aws.String("d"), Type: scp, Content: aws.String(allow(`{"Effect":"Deny","Action":"iam:*","Resource":"*"}`)),
		Tags: []types.Tag{{Key: aws.String("a"), Value: aws.String("b")}}}))(t).Policy.PolicySummary
	if *p.Arn != "arn:aws:organizations::"+*o.MasterAccountId+":policy/"+*o.Id+"/service_control_policy/"+*p.Id || p.AwsManaged {
		t.Errorf("%+v", p)
	}
	_, err := c.CreatePolicy(ctx, &org.CreatePolicyInput{Name: aws.String("bad"), Description: aws.String(""), Type: scp, Content: aws.String("{")})
	refused(t, err, "MalformedPolicyDocumentException", "")
	must(c.UpdatePolicy(ctx, &org.UpdatePolicyInput{PolicyId: p.Id, Description: aws.String("e")}))(t)
	if got := must(c.DescribePolicy(ctx, &org.DescribePolicyInput{PolicyId: p.Id}))(t).Policy; *got.PolicySummary.Description != "e" || !strings.Contains(*got.Content, "iam:*") {
		t.Errorf("%+v", got)
	}
	if list := must(c.ListPolicies(ctx, &org.ListPoliciesInput{Filter: scp}))(t).Policies; len(list) != 2 || *list[0].Arn != "arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess" && !list[1].AwsManaged {
		t.Errorf("%+v", list)
	}
	must(c.AttachPolicy(ctx, &org.AttachPolicyInput{PolicyId: p.Id, TargetId: &dev}))(t)
	if list := must(c.ListPoliciesForTarget(ctx, &org.ListPoliciesForTargetInput{TargetId: &dev, Filter: scp}))(t).Policies; len(list) != 2 {
		t.Errorf("%+v", list)
	}
	if list := must(c.ListTargetsForPolicy(ctx, &org.ListTargetsForPolicyInput{PolicyId: p.Id}))(t).Targets; len(list) != 1 || *list[0].TargetId != dev || list[0].Type != types.TargetTypeAccount {
		t.Errorf("%+v", list)
	}
	_, err = c.DeletePolicy(ctx, &org.DeletePolicyInput{PolicyId: p.Id})
	refused(t, err, "PolicyInUseException", "")
	must(c.DetachPolicy(ctx, &org.DetachPolicyInput{PolicyId: p.Id, TargetId: &dev}))(t)
	must(c.DeletePolicy(ctx, &org.DeletePolicyInput{PolicyId: p.Id}))(t)
	must(c.DisablePolicyType(ctx, &org.DisablePolicyTypeInput{RootId: root.Id, PolicyType: scp}))(t)
	_, err = c.DisablePolicyType(ctx, &org.DisablePolicyTypeInput{RootId: root.Id, PolicyType: scp})
	refused(t, err, "PolicyTypeNotEnabledException", "")

	t.Run("last uses", func(t *testing.T) {
		must(c.EnablePolicyType(ctx, &org.EnablePolicyTypeInput{RootId: root.Id, PolicyType: scp}))(t)
		iamRoot := k.rootIAM()
		path := *o.Id + "/" + *root.Id + "/" + dev
		job := must(iamRoot.GenerateOrganizationsAccessReport(ctx, &iam.GenerateOrganizationsAccessReportInput{EntityPath: &path}))(t).JobId
		out := must(iamRoot.GetOrganizationsAccessReport(ctx, &iam.GetOrganizationsAccessReportInput{JobId: job, MaxItems: aws.Int32(1), SortKey: iamtypes.SortKeyTypeServiceNamespaceDescending}))(t)
		if out.JobStatus != iamtypes.JobStatusTypeCompleted || len(out.AccessDetails) != 1 || *out.AccessDetails[0].ServiceNamespace != "sts" || !out.IsTruncated || *out.NumberOfServicesNotAccessed != *out.NumberOfServicesAccessible {
			t.Errorf("%+v", out)
		}
		if rest := must(iamRoot.GetOrganizationsAccessReport(ctx, &iam.GetOrganizationsAccessReportInput{JobId: job, Marker: out.Marker, SortKey: iamtypes.SortKeyTypeServiceNamespaceDescending}))(t); len(rest.AccessDetails) != int(*out.NumberOfServicesAccessible)-1 || rest.IsTruncated {
			t.Errorf("%+v", rest)
		}
		_, err := iamRoot.GenerateOrganizationsAccessReport(ctx, &iam.GenerateOrganizationsAccessReportInput{EntityPath: aws.String(path + "1")})
		refused(t, err, "NoSuchEntity", "")
	})
	t.Run("of other services", func(t *testing.T) {
		must(c.EnablePolicyType(ctx, &org.EnablePolicyTypeInput{RootId: root.Id, PolicyType: types.PolicyTypeTagPolicy}))(t)
		p := must(c.CreatePolicy(ctx, &org.CreatePolicyInput{Name: aws.String("tags"), Description: aws.String(""), Type: types.PolicyTypeTagPolicy, Content: aws.String(`{"tags":{"team":{"tag_key":{"@@assign":"Team"}}}}`)}))(t).Policy
		must(c.AttachPolicy(ctx, &org.AttachPolicyInput{PolicyId: p.PolicySummary.Id, TargetId: root.Id}))(t)
		e := must(c.DescribeEffectivePolicy(ctx, &org.DescribeEffectivePolicyInput{PolicyType: types.EffectivePolicyTypeTagPolicy, TargetId: &dev}))(t).EffectivePolicy
		if *e.PolicyContent != `{"tags":{"team":{"tag_key":"Team"}}}` || *e.TargetId != dev || e.LastUpdatedTimestamp == nil {
			t.Errorf("%+v", e)
		}
		if list := must(c.ListAccountsWithInvalidEffectivePolicy(ctx, &org.ListAccountsWithInvalidEffectivePolicyInput{PolicyType: types.EffectivePolicyTypeTagPolicy}))(t).Accounts; len(list) != 0 {
			t.Errorf("%+v", list)
		}
		out := must(c.ListEffectivePolicyValidationErrors(ctx, &org.ListEffectivePolicyValidationErrorsInput{AccountId: &dev, PolicyType: types.EffectivePolicyTypeTagPolicy}))(t)
		if len(out.EffectivePolicyValidationErrors) != 0 || *out.Path != *o.Id+"/"+*root.Id+"/"+dev+"/" {
			t.Errorf("%+v", out)
		}
	})
}

// TestOrganizationDelegations walks handshakes, services, delegated administrators, the resource policy, and what only
// AWS has.
func TestOrganizationDelegations(t *testing.T) {
	k := start(t)
	c := k.rootOrganizations()
	must(c.CreateOrganization(ctx, &org.CreateOrganizationInput{}))(t)
	dev := newAccount(t, c, "dev")

	t.Run("handshakes", func(t *testing.T) {
		target := &types.HandshakeParty{Type: types.HandshakePartyTypeEmail, Id: aws.String("new@example.com")}
		h := must(c.InviteAccountToOrganization(ctx, &org.InviteAccountToOrganizationInput{Target: target, Notes: aws.String("come")}))(t).Handshake
		if h.State != types.HandshakeStateOpen || h.Action != types.ActionTypeInviteAccountToOrganization || len(h.Parties) != 2 || len(h.Resources) != 3 || !strings.HasSuffix(*h.Arn, "/invite/"+*h.Id) {
			t.Errorf("%+v", h)
		}
		_, err := c.InviteAccountToOrganization(ctx, &org.InviteAccountToOrganizationInput{Target: target})
		refused(t, err, "DuplicateHandshakeException", "")
		_, err = c.AcceptHandshake(ctx, &org.AcceptHandshakeInput{HandshakeId: h.Id})
		refused(t, err, "AccessDeniedException", "")
		_, err = c.DeclineHandshake(ctx, &org.DeclineHandshakeInput{HandshakeId: h.Id})
		refused(t, err, "AccessDeniedException", "")
		if h = must(c.CancelHandshake(ctx, &org.CancelHandshakeInput{HandshakeId: h.Id}))(t).Handshake; h.State != types.HandshakeStateCanceled {
			t.Errorf("%+v", h)
		}
		if h = must(c.DescribeHandshake(ctx, &org.DescribeHandshakeInput{HandshakeId: h.Id}))(t).Handshake; h.State != types.HandshakeStateCanceled {
			t.Errorf("%+v", h)
		}
		if list := must(c.ListHandshakesForOrganization(ctx, &org.ListHandshakesForOrganizationInput{Filter: &types.HandshakeFilter{ActionType: types.ActionTypeInviteAccountToOrganization}}))(t).Handshakes; len(list) != 1 {
			t.Errorf("%+v", list)
		}
		if list := must(c.ListHandshakesForAccount(ctx, &org.ListHandshakesForAccountInput{}))(t).Handshakes; len(list) != 0 {
			t.Errorf("%+v", list)
		}
		_, err = c.EnableAllFeatures(ctx, &org.EnableAllFeaturesInput{})
		refused(t, err, "HandshakeConstraintViolationException", "")
	})
	t.Run("services", func(t *testing.T) {
		service := aws.String("iam.amazonaws.com")
		must(c.EnableAWSServiceAccess(ctx, &org.EnableAWSServiceAccessInput{ServicePrincipal: service}))(t)
		if list := must(c.ListAWSServiceAccessForOrganization(ctx, &org.ListAWSServiceAccessForOrganizationInput{}))(t).EnabledServicePrincipals; len(list) != 1 || *list[0].ServicePrincipal != *service {
			t.Errorf("%+v", list)
		}
		must(c.RegisterDelegatedAdministrator(ctx, &org.RegisterDelegatedAdministratorInput{AccountId: &dev, ServicePrincipal: service}))(t)
		_, err := c.RegisterDelegatedAdministrator(ctx, &org.RegisterDelegatedAdministratorInput{AccountId: &dev, ServicePrincipal: service})
		refused(t, err, "AccountAlreadyRegisteredException", "")
		if list := must(c.ListDelegatedAdministrators(ctx, &org.ListDelegatedAdministratorsInput{}))(t).DelegatedAdministrators; len(list) != 1 || *list[0].Id != dev || *list[0].Name != "dev" {
			t.Errorf("%+v", list)
		}
		if list := must(c.ListDelegatedServicesForAccount(ctx, &org.ListDelegatedServicesForAccountInput{AccountId: &dev}))(t).DelegatedServices; len(list) != 1 || *list[0].ServicePrincipal != *service {
			t.Errorf("%+v", list)
		}
		_, err = c.DisableAWSServiceAccess(ctx, &org.DisableAWSServiceAccessInput{ServicePrincipal: service})
		refused(t, err, "ConstraintViolationException", "deregister")
		must(c.DeregisterDelegatedAdministrator(ctx, &org.DeregisterDelegatedAdministratorInput{AccountId: &dev, ServicePrincipal: service}))(t)
		must(c.DisableAWSServiceAccess(ctx, &org.DisableAWSServiceAccessInput{ServicePrincipal: service}))(t)
	})
	t.Run("root users", func(t *testing.T) {
		root := k.rootIAM()
		_, err := root.ListOrganizationsFeatures(ctx, &iam.ListOrganizationsFeaturesInput{})
		refused(t, err, "ServiceAccessNotEnabledException", "iam.amazonaws.com")
		service := aws.String("iam.amazonaws.com")
		must(c.EnableAWSServiceAccess(ctx, &org.EnableAWSServiceAccessInput{ServicePrincipal: service}))(t)
		must(root.EnableOrganizationsRootSessions(ctx, &iam.EnableOrganizationsRootSessionsInput{}))(t)
		if out := must(root.EnableOrganizationsRootCredentialsManagement(ctx, &iam.EnableOrganizationsRootCredentialsManagementInput{}))(t); len(out.EnabledFeatures) != 2 || !strings.HasPrefix(*out.OrganizationId, "o-") {
			t.Errorf("%+v", out)
		}
		must(root.DisableOrganizationsRootSessions(ctx, &iam.DisableOrganizationsRootSessionsInput{}))(t)
		if out := must(root.ListOrganizationsFeatures(ctx, &iam.ListOrganizationsFeaturesInput{}))(t); len(out.EnabledFeatures) != 1 || out.EnabledFeatures[0] != iamtypes.FeatureTypeRootCredentialsManagement {
			t.Errorf("%+v", out)
		}
		if out := must(root.DisableOrganizationsRootCredentialsManagement(ctx, &iam.DisableOrganizationsRootCredentialsManagementInput{}))(t); len(out.EnabledFeatures) != 0 {
			t.Errorf("%+v", out)
		}
	})
	t.Run("resource policy", func(t *testing.T) {
		_, err := c.DescribeResourcePolicy(ctx, &org.DescribeResourcePolicyInput{})
		refused(t, err, "ResourcePolicyNotFoundException", "")
		content := aws.String(allow(`{"Effect":"Allow","Principal":{"AWS":"` + dev + `"},"Action":"organizations:ListAccounts","Resource":"*"}`))
		put := must(c.PutResourcePolicy(ctx, &org.PutResourcePolicyInput{Content: content}))(t).ResourcePolicy
		if got := must(c.DescribeResourcePolicy(ctx, &org.DescribeResourcePolicyInput{}))(t).ResourcePolicy; *got.Content != *content || *got.ResourcePolicySummary.Arn != *put.ResourcePolicySummary.Arn {
			t.Errorf("%+v", got)
		}
		_, err = c.PutResourcePolicy(ctx, &org.PutResourcePolicyInput{Content: aws.String(strings.Replace(*content, "ListAccounts", "CloseAccount", 1))})
		refused(t, err, "InvalidInputException", "can't be delegated")
		must(c.DeleteResourcePolicy(ctx, &org.DeleteResourcePolicyInput{}))(t)
	})
	t.Run("bills", func(t *testing.T) {
		id, billing := aws.String("rt-12345678"), types.ResponsibilityTransferTypeBilling
		_, err := c.DescribeResponsibilityTransfer(ctx, &org.DescribeResponsibilityTransferInput{Id: id})
		refused(t, err, "ResponsibilityTransferNotFoundException", "")
		_, err = c.UpdateResponsibilityTransfer(ctx, &org.UpdateResponsibilityTransferInput{Id: id, Name: aws.String("x")})
		refused(t, err, "ResponsibilityTransferNotFoundException", "")
		_, err = c.TerminateResponsibilityTransfer(ctx, &org.TerminateResponsibilityTransferInput{Id: id})
		refused(t, err, "ResponsibilityTransferNotFoundException", "")
		_, err = c.InviteOrganizationToTransferResponsibility(ctx, &org.InviteOrganizationToTransferResponsibilityInput{Type: billing, SourceName: aws.String("x"), StartTimestamp: aws.Time(time.Now()), Target: &types.HandshakeParty{Type: types.HandshakePartyTypeAccount, Id: &dev}})
		refused(t, err, "ConstraintViolationException", "no bills")
		in := must(c.ListInboundResponsibilityTransfers(ctx, &org.ListInboundResponsibilityTransfersInput{Type: billing}))(t)
		out := must(c.ListOutboundResponsibilityTransfers(ctx, &org.ListOutboundResponsibilityTransfersInput{Type: billing}))(t)
		if len(in.ResponsibilityTransfers)+len(out.ResponsibilityTransfers) != 0 {
			t.Errorf("%+v %+v", in, out)
		}
	})
}
