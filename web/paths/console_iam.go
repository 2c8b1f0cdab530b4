package paths

// Patterns of the console's pages of IAM. A :kind is users, groups or roles; a name stands as it is, a policy by its
// ARN as base64url.
const (
	ConsoleIAM     = Console + "/iam"
	ConsoleIAMList = ConsoleIAM + "/:kind"
	ConsoleIAMNew  = ConsoleIAM + "/new/:kind"
	ConsoleIAMOne  = ConsoleIAM + "/:kind/:name"

	ConsoleIAMOneDelete   = ConsoleIAMOne + "/delete"
	ConsoleIAMOneTags     = ConsoleIAMOne + "/tags"
	ConsoleIAMOneRename   = ConsoleIAMOne + "/rename" // and moves to another path
	ConsoleIAMOneBoundary = ConsoleIAMOne + "/boundary"
	ConsoleIAMOnePolicies = ConsoleIAMOne + "/policies" // attaches and detaches
	ConsoleIAMOneInline   = ConsoleIAMOne + "/inline/:policy"

	ConsoleIAMUserGroups    = ConsoleIAM + "/users/:name/groups"
	ConsoleIAMUserKeys      = ConsoleIAM + "/users/:name/keys"
	ConsoleIAMUserKeyDelete = ConsoleIAM + "/users/:name/keys/:key/delete"
	ConsoleIAMUserLogin     = ConsoleIAM + "/users/:name/login"   // the password for the console
	ConsoleIAMUserDevices   = ConsoleIAM + "/users/:name/devices" // of MFA
	ConsoleIAMGroupMembers  = ConsoleIAM + "/groups/:name/members"
	ConsoleIAMRoleSettings  = ConsoleIAM + "/roles/:name/settings"

	ConsoleIAMPolicies       = ConsoleIAM + "/policies"
	ConsoleIAMPolicy         = ConsoleIAM + "/policies/:policy"
	ConsoleIAMPolicyVersions = ConsoleIAMPolicy + "/versions"
	ConsoleIAMPolicyAttach   = ConsoleIAMPolicy + "/attach" // to a user, group or role
	ConsoleIAMPolicyTags     = ConsoleIAMPolicy + "/tags"
	ConsoleIAMPolicyDelete   = ConsoleIAMPolicy + "/delete"
)

// The policy editor, of each sort of policy, and what its script asks.
const (
	ConsoleIAMPolicyNew    = ConsoleIAM + "/new/policies"
	ConsoleIAMRoleNew      = ConsoleIAM + "/new/roles"
	ConsoleIAMPolicyEdit   = ConsoleIAMPolicy + "/edit"
	ConsoleIAMOneInlineNew = ConsoleIAMOne + "/new-policy"
	ConsoleIAMRoleTrust    = ConsoleIAM + "/roles/:name/trust"
	ConsoleIAMCheck        = ConsoleIAM + "/check" // of a policy as it is typed
	ConsoleIAMWords        = ConsoleIAM + "/words" // actions and condition keys to complete
)

// Who may do what, and why.
const (
	ConsoleIAMSimulator      = ConsoleIAM + "/simulator"
	ConsoleIAMWho            = ConsoleIAM + "/who"
	ConsoleIAMOnePermissions = ConsoleIAMOne + "/permissions"
)
