package organization

import (
	"fmt"

	"gatehouse/internal/fault"
)

// Reasons of refusals, as Organizations names them.
var (
	ErrAccessDenied         = fault.New("AccessDeniedException", "You don't have permissions to access this resource.")
	ErrNotInUse             = fault.New("AWSOrganizationsNotInUseException", "Your account is not a member of an organization.")
	ErrAlreadyIn            = fault.New("AlreadyInOrganizationException", "The provided account is already a member of an organization.")
	ErrAccountNotFound      = fault.New("AccountNotFoundException", "You specified an account that doesn't exist.")
	ErrAlreadyClosed        = fault.New("AccountAlreadyClosedException", "The account is already closed.")
	ErrRegistered           = fault.New("AccountAlreadyRegisteredException", "The provided account is already a delegated administrator for your organization.")
	ErrNotRegistered        = fault.New("AccountNotRegisteredException", "The provided account is not a registered delegated administrator for your organization.")
	ErrChildNotFound        = fault.New("ChildNotFoundException", "We can't find an organizational unit (OU) or AWS account with the ChildId that you specified.")
	ErrConstraint           = fault.New("ConstraintViolationException", "A constraint of the organization does not allow this.")
	ErrRequestNotFound      = fault.New("CreateAccountStatusNotFoundException", "You specified a request that does not exist.")
	ErrDestinationNotFound  = fault.New("DestinationParentNotFoundException", "We can't find the destination container (a root or OU) with the ParentId that you specified.")
	ErrSourceNotFound       = fault.New("SourceParentNotFoundException", "We can't find the source parent (a root or OU) with the ParentId that you specified.")
	ErrDuplicateAccount     = fault.New("DuplicateAccountException", "That account is already present in the specified destination.")
	ErrDuplicateHandshake   = fault.New("DuplicateHandshakeException", "A handshake with the same action and target already exists.")
	ErrDuplicateUnit        = fault.New("DuplicateOrganizationalUnitException", "An OU with the same name already exists.")
	ErrDuplicateAttachment  = fault.New("DuplicatePolicyAttachmentException", "The selected policy is already attached to the specified target.")
	ErrDuplicatePolicy      = fault.New("DuplicatePolicyException", "A policy with the same name already exists.")
	ErrNoEffectivePolicy    = fault.New("EffectivePolicyNotFoundException", "There is no effective policy for this target.")
	ErrHandshakeState       = fault.New("HandshakeAlreadyInStateException", "The specified handshake is already in the requested state.")
	ErrHandshakeConstraint  = fault.New("HandshakeConstraintViolationException", "The handshake is not possible.")
	ErrHandshakeNotFound    = fault.New("HandshakeNotFoundException", "We can't find a handshake with the HandshakeId that you specified.")
	ErrHandshakeTransition  = fault.New("InvalidHandshakeTransitionException", "You can't perform the operation on the handshake in its current state.")
	ErrInvalid              = fault.New("InvalidInputException", "The input is not valid.")
	ErrMalformedPolicy      = fault.New("MalformedPolicyDocumentException", "The provided policy document doesn't meet the requirements of the specified policy type.")
	ErrMasterCannotLeave    = fault.New("MasterCannotLeaveOrganizationException", "You can't remove a management account from an organization.")
	ErrNotEmpty             = fault.New("OrganizationNotEmptyException", "The organization isn't empty. To delete an organization, you must first remove all accounts except the management account.")
	ErrUnitNotEmpty         = fault.New("OrganizationalUnitNotEmptyException", "The specified OU is not empty. Move all accounts to another root or to other OUs, remove all child OUs, and try the operation again.")
	ErrUnitNotFound         = fault.New("OrganizationalUnitNotFoundException", "We can't find an OU with the OrganizationalUnitId that you specified.")
	ErrParentNotFound       = fault.New("ParentNotFoundException", "We can't find a root or OU with the ParentId that you specified.")
	ErrPolicyInUse          = fault.New("PolicyInUseException", "The policy is attached to one or more entities. You must detach it from all roots, OUs, and accounts before performing this operation.")
	ErrNotAttached          = fault.New("PolicyNotAttachedException", "The policy isn't attached to the specified target in the specified root.")
	ErrPolicyNotFound       = fault.New("PolicyNotFoundException", "We can't find a policy with the PolicyId that you specified.")
	ErrTypeEnabled          = fault.New("PolicyTypeAlreadyEnabledException", "The specified policy type is already enabled in the specified root.")
	ErrTypeNotAvailable     = fault.New("PolicyTypeNotAvailableForOrganizationException", "You can't use the specified policy type with the feature set currently enabled for this organization.")
	ErrTypeNotEnabled       = fault.New("PolicyTypeNotEnabledException", "The specified policy type isn't currently enabled in this root.")
	ErrNoResourcePolicy     = fault.New("ResourcePolicyNotFoundException", "We can't find a resource policy request with the parameter that you specified.")
	ErrRootNotFound         = fault.New("RootNotFoundException", "We can't find a root with the RootId that you specified.")
	ErrTargetNotFound       = fault.New("TargetNotFoundException", "We can't find a root, OU, account, or policy with the TargetId that you specified.")
	ErrTransferNotFound     = fault.New("ResponsibilityTransferNotFoundException", "We can't find a transfer that you specified.")
	ErrNotFound, ErrExists  = fault.New("ServiceException", "not found"), fault.New("ServiceException", "exists") // of stores; never shown
	errTagKeyTwice          = invalid("DUPLICATE_TAG_KEY", "Tag keys must be unique, whatever the case of their letters.")
	errTagOfAWS             = invalid("INVALID_SYSTEM_TAGS_PARAMETER", "You specified a tag key that is a system tag: it begins with aws:.")
	errImmutable            = invalid("IMMUTABLE_POLICY", "You specified a policy that is managed by AWS and can't be modified.")
	errNotDetachable        = invalid("NON_DETACHABLE_POLICY", "You can't detach this AWS managed policy.")
	errNextToken            = invalid("INVALID_NEXT_TOKEN", "The NextToken is not one that this list answered.")
	errTarget               = invalid("INVALID_PATTERN_TARGET_ID", "The target is no account id of 12 digits.")
	errTargetEmail          = invalid("INVALID_EMAIL_ADDRESS_TARGET", "The target is no email address.")
	ErrPartyType            = invalid("INVALID_PARTY_TYPE_TARGET", "You can invite an ACCOUNT or an EMAIL.")
	errTagsOnUpdate         = invalid("INVALID_SYSTEM_TAGS_PARAMETER", "Tags can be given when the resource policy is created; later, use TagResource.")
	errUnavailableInBilling = violates("ORGANIZATION_NOT_IN_ALL_FEATURES_MODE", "This needs an organization with all features enabled.")
	// ErrNoGovCloud and ErrNoBilling are of what only AWS has.
	ErrNoGovCloud = violates("MASTER_ACCOUNT_NOT_GOVCLOUD_ENABLED", "There is no AWS GovCloud (US) behind this installation: no account can be made in it.")
	ErrNoBilling  = violates("UNSUPPORTED_PRICING", "Responsibility for bills can't be transferred: this installation has no bills.")
)

// violates is a constraint of the organization, with AWS's reason.
func violates(reason, format string, args ...any) *fault.Error {
	return because(ErrConstraint, reason, format, args...)
}

func invalid(reason, format string, args ...any) *fault.Error {
	return because(ErrInvalid, reason, format, args...)
}

func handshakeViolates(reason, format string, args ...any) *fault.Error {
	return because(ErrHandshakeConstraint, reason, format, args...)
}

func because(e *fault.Error, reason, format string, args ...any) *fault.Error {
	e = e.With("%s", fmt.Sprintf(format, args...))
	e.Details = map[string]string{"Reason": reason}
	return e
}
