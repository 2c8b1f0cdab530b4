package paths

// Pages of the console about the account's organization. A :parent is the root or a unit, a :target one of these or an
// account, all by their ids.
const (
	ConsoleOrganization       = Console + "/organization"
	ConsoleOrganizationCreate = ConsoleOrganization + "/create"
	ConsoleOrganizationLeave  = ConsoleOrganization + "/leave"
	ConsoleOrganizationDelete = ConsoleOrganization + "/delete"
	ConsoleOrganizationType   = ConsoleOrganization + "/types/:type" // of policies: enables it, asks before it disables it

	ConsoleInvite     = ConsoleOrganization + "/invite"
	ConsoleInvitation = ConsoleOrganization + "/invitations/:handshake" // accepts, declines or cancels

	ConsoleAccountNew    = ConsoleOrganization + "/new/account"
	ConsoleAccount       = ConsoleOrganization + "/accounts/:account"
	ConsoleAccountMove   = ConsoleAccount + "/move"
	ConsoleAccountClose  = ConsoleAccount + "/close"
	ConsoleAccountRemove = ConsoleAccount + "/remove"

	ConsoleUnit       = ConsoleOrganization + "/units/:unit"
	ConsoleUnitNew    = ConsoleOrganization + "/parents/:parent/new"
	ConsoleUnitRename = ConsoleUnit + "/rename"
	ConsoleUnitDelete = ConsoleUnit + "/delete"

	ConsoleTargetPolicies = ConsoleOrganization + "/targets/:target/policies" // attaches and detaches
	ConsoleTargetTags     = ConsoleOrganization + "/targets/:target/tags"

	ConsoleControlPolicies     = ConsoleOrganization + "/policies"
	ConsoleControlPolicyNew    = ConsoleOrganization + "/new/policy"
	ConsoleControlPolicy       = ConsoleOrganization + "/policies/:policy"
	ConsoleControlPolicyEdit   = ConsoleControlPolicy + "/edit"
	ConsoleControlPolicyAttach = ConsoleControlPolicy + "/attach" // and detaches
	ConsoleControlPolicyDelete = ConsoleControlPolicy + "/delete"
)
