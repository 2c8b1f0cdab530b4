// Package iam is the operations of Identity and Access Management: each maps the SDK's input to one call of package
// identity and the answer back. One file a noun; the simulator is simulate.go, scenario.go and result.go.
package iam

import (
	"errors"
	"fmt"

	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"

	"gatehouse/internal/api"
	"gatehouse/internal/fault"
	"gatehouse/internal/iam"
	"gatehouse/internal/identity"
	"gatehouse/internal/outbound"
	"gatehouse/internal/permission"
	"gatehouse/internal/policy"
)

const name = "iam"

// ErrInvalidInput is an input that no simulation can be made of.
var ErrInvalidInput = fault.New("InvalidInput", "The request was rejected because an invalid or out-of-range value was supplied for an input parameter.")

// Service holds what the operations call. All fields are required.
type Service struct {
	Identities *identity.Service
	Logins     *iam.Service // passwords of users
	// Permissions reads what a principal has, for the simulator.
	Permissions permission.Store
	// Outbound makes accounts issuers of tokens.
	Outbound *outbound.Service
}

// Register adds every operation.
func (s *Service) Register(r *api.Registry) {
	s.registerUsers(r)
	s.registerGroups(r)
	s.registerRoles(r)
	s.registerInstanceProfiles(r)
	s.registerPolicies(r)
	s.registerPolicyVersions(r)
	s.registerInlinePolicies(r)
	s.registerAttachments(r)
	s.registerBoundaries(r)
	s.registerTags(r)
	s.registerAccessKeys(r)
	s.registerAccount(r)
	s.registerOIDCProviders(r)
	s.registerPasswordPolicy(r)
	s.registerLoginProfiles(r)
	s.registerSAMLProviders(r)
	s.registerServerCertificates(r)
	s.registerSigningCertificates(r)
	s.registerSSHPublicKeys(r)
	s.registerServiceCredentials(r)
	s.registerMFADevices(r)
	s.registerMFADeviceTags(r)
	s.registerServiceLinkedRoles(r)
	s.registerCredentialReport(r)
	s.registerLastAccessed(r)
	s.registerAccountSettings(r)
	s.registerDelegation(r)
	s.registerOutboundFederation(r)
	s.registerSimulator(r)
}

func (s *Service) registerSimulator(r *api.Registry) {
	api.Add(r, name, api.Op[awsiam.GetContextKeysForCustomPolicyInput, awsiam.GetContextKeysForCustomPolicyOutput]{
		Access: api.Signed(),
		Run:    s.getContextKeysForCustomPolicy,
	})
	api.Add(r, name, api.Op[awsiam.SimulateCustomPolicyInput, awsiam.SimulateCustomPolicyOutput]{
		Access: api.Signed(),
		Effect: api.Read, // it changes nothing and shows nothing that the caller did not bring
		Run:    s.simulateCustomPolicy,
	})
	add(r, api.Op[awsiam.GetContextKeysForPrincipalPolicyInput, awsiam.GetContextKeysForPrincipalPolicyOutput]{
		Resource: given(func(in *awsiam.GetContextKeysForPrincipalPolicyInput) *string { return in.PolicySourceArn }),
	}, s.getContextKeysForPrincipalPolicy)
	add(r, api.Op[awsiam.SimulatePrincipalPolicyInput, awsiam.SimulatePrincipalPolicyOutput]{
		Effect:   api.Read,
		Resource: given(func(in *awsiam.SimulatePrincipalPolicyInput) *string { return in.PolicySourceArn }),
	}, s.simulatePrincipalPolicy)
}

// read reads documents of an input's list, each named as answers name it (PolicyInputList.1).
func read(list string, kind policy.Kind, sources ...string) ([]policy.Policy, error) {
	policies := make([]policy.Policy, len(sources))
	for i, src := range sources {
		id := list
		if kind != policy.Resource && kind != policy.Trust {
			id = fmt.Sprintf("%s.%d", list, i+1)
		}
		d, err := policy.ParseValid(src, kind)
		if err != nil {
			return nil, invalidPolicy(id, err)
		}
		policies[i] = policy.Policy{Name: id, Document: d}
	}
	return policies, nil
}

func compile(list string, kind policy.Kind, policies []policy.Policy) (*policy.Set, error) {
	set, err := policy.Compile(kind, policies...)
	if err != nil {
		return nil, ErrInvalidInput.With("Invalid Input %s: %v", list, err)
	}
	return set, nil
}

func readAndCompile(list string, kind policy.Kind, sources ...string) (*policy.Set, error) {
	policies, err := read(list, kind, sources...)
	if err != nil {
		return nil, err
	}
	return compile(list, kind, policies)
}

func invalidPolicy(id string, err error) error {
	var f *fault.Error
	if errors.As(err, &f) {
		return ErrInvalidInput.With("Invalid Input %s: %s", id, f.Message)
	}
	return err
}
