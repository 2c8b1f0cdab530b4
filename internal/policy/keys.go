package policy

import (
	"slices"
	"strings"
)

// Key is a condition key that every service may meet.
type Key struct {
	Name  string // as AWS spells it; aws:PrincipalTag/ and its like are the beginning of names
	Type  string // string, arn, boolean, date, numeric, ip
	Multi bool   // has several values
}

// GlobalKeys are AWS's, by name.
func GlobalKeys() []Key { return slices.Clone(globalKeys) }

var globalKeys = []Key{
	{Name: "aws:AssumedRoot", Type: "boolean"},
	{Name: "aws:CalledVia", Type: "string", Multi: true},
	{Name: "aws:CalledViaFirst", Type: "string"},
	{Name: "aws:CalledViaLast", Type: "string"},
	{Name: "aws:ChatbotSourceArn", Type: "arn"},
	{Name: "aws:CurrentTime", Type: "date"},
	{Name: "aws:Ec2InstanceSourcePrivateIPv4", Type: "ip"},
	{Name: "aws:Ec2InstanceSourceVpc", Type: "string"},
	{Name: "aws:EpochTime", Type: "date"},
	{Name: "aws:FederatedProvider", Type: "string"},
	{Name: "aws:MultiFactorAuthAge", Type: "numeric"},
	{Name: "aws:MultiFactorAuthPresent", Type: "boolean"},
	{Name: "aws:PrincipalAccount", Type: "string"},
	{Name: "aws:PrincipalArn", Type: "arn"},
	{Name: "aws:PrincipalIsAWSService", Type: "boolean"},
	{Name: "aws:PrincipalOrgID", Type: "string"},
	{Name: "aws:PrincipalOrgPaths", Type: "string", Multi: true},
	{Name: "aws:PrincipalServiceName", Type: "string"},
	{Name: "aws:PrincipalServiceNamesList", Type: "string", Multi: true},
	{Name: "aws:PrincipalTag/", Type: "string"},
	{Name: "aws:PrincipalType", Type: "string"},
	{Name: "aws:RequestTag/", Type: "string"},
	{Name: "aws:RequestedRegion", Type: "string"},
	{Name: "aws:ResourceAccount", Type: "string"},
	{Name: "aws:ResourceOrgID", Type: "string"},
	{Name: "aws:ResourceOrgPaths", Type: "string", Multi: true},
	{Name: "aws:ResourceTag/", Type: "string"},
	{Name: "aws:SecureTransport", Type: "boolean"},
	{Name: "aws:SourceAccount", Type: "string"},
	{Name: "aws:SourceArn", Type: "arn"},
	{Name: "aws:SourceIdentity", Type: "string"},
	{Name: "aws:SourceIp", Type: "ip"},
	{Name: "aws:SourceOrgID", Type: "string"},
	{Name: "aws:SourceOrgPaths", Type: "string", Multi: true},
	{Name: "aws:SourceVpc", Type: "string"},
	{Name: "aws:SourceVpcArn", Type: "arn"},
	{Name: "aws:SourceVpce", Type: "string"},
	{Name: "aws:TagKeys", Type: "string", Multi: true},
	{Name: "aws:TokenIssueTime", Type: "date"},
	{Name: "aws:UserAgent", Type: "string"},
	{Name: "aws:ViaAWSService", Type: "boolean"},
	{Name: "aws:VpcSourceIp", Type: "ip"},
	{Name: "aws:VpceAccount", Type: "string"},
	{Name: "aws:VpceOrgID", Type: "string"},
	{Name: "aws:VpceOrgPaths", Type: "string", Multi: true},
	{Name: "aws:referer", Type: "string"},
	{Name: "aws:userid", Type: "string"},
	{Name: "aws:username", Type: "string"},
}

// ServiceKeys are those that single services give, by name.
func ServiceKeys() []Key { return slices.Clone(serviceKeys) }

var serviceKeys = []Key{
	{Name: "gatehouse:AskedActions", Type: "string", Multi: true},
	{Name: "iam:AWSServiceName", Type: "string"},
	{Name: "iam:OrganizationsPolicyId", Type: "string"},
	{Name: "iam:PassedToService", Type: "string"},
	{Name: "iam:PermissionsBoundary", Type: "arn"},
	{Name: "iam:PolicyARN", Type: "arn"},
	{Name: "iam:ResourceTag/", Type: "string"},
	{Name: "iam:ServiceSpecificCredentialServiceName", Type: "string"},
	{Name: "organizations:PolicyType", Type: "string"},
	{Name: "organizations:ServicePrincipal", Type: "string"},
	{Name: "organizations:TransferType", Type: "string"},
	{Name: "s3:VersionId", Type: "string"},
	{Name: "s3:authType", Type: "string"},
	{Name: "s3:delimiter", Type: "string"},
	{Name: "s3:max-keys", Type: "numeric"},
	{Name: "s3:prefix", Type: "string"},
	{Name: "s3:x-amz-acl", Type: "string"},
	{Name: "s3:x-amz-content-sha256", Type: "string"},
	{Name: "s3:x-amz-copy-source", Type: "string"},
	{Name: "s3:x-amz-grant-full-control", Type: "string"},
	{Name: "s3:x-amz-grant-read", Type: "string"},
	{Name: "s3:x-amz-grant-read-acp", Type: "string"},
	{Name: "s3:x-amz-grant-write", Type: "string"},
	{Name: "s3:x-amz-grant-write-acp", Type: "string"},
	{Name: "s3:x-amz-metadata-directive", Type: "string"},
	{Name: "s3:x-amz-server-side-encryption", Type: "string"},
	{Name: "s3:x-amz-storage-class", Type: "string"},
	{Name: "s3:x-amz-website-redirect-location", Type: "string"},
	{Name: "saml:aud", Type: "string"},
	{Name: "saml:cn", Type: "string", Multi: true},
	{Name: "saml:commonName", Type: "string", Multi: true},
	{Name: "saml:doc", Type: "string"},
	{Name: "saml:eduOrgHomePageURI", Type: "string", Multi: true},
	{Name: "saml:eduOrgIdentityAuthNPolicyURI", Type: "string", Multi: true},
	{Name: "saml:eduOrgLegalName", Type: "string", Multi: true},
	{Name: "saml:eduOrgSuperiorURI", Type: "string", Multi: true},
	{Name: "saml:eduOrgWhitePagesURI", Type: "string", Multi: true},
	{Name: "saml:eduPersonAffiliation", Type: "string", Multi: true},
	{Name: "saml:eduPersonAssurance", Type: "string", Multi: true},
	{Name: "saml:eduPersonEntitlement", Type: "string", Multi: true},
	{Name: "saml:eduPersonNickname", Type: "string", Multi: true},
	{Name: "saml:eduPersonOrgDN", Type: "string", Multi: true},
	{Name: "saml:eduPersonOrgUnitDN", Type: "string", Multi: true},
	{Name: "saml:eduPersonPrimaryAffiliation", Type: "string", Multi: true},
	{Name: "saml:eduPersonPrimaryOrgUnitDN", Type: "string", Multi: true},
	{Name: "saml:eduPersonPrincipalName", Type: "string", Multi: true},
	{Name: "saml:eduPersonScopedAffiliation", Type: "string", Multi: true},
	{Name: "saml:eduPersonTargetedID", Type: "string", Multi: true},
	{Name: "saml:givenName", Type: "string", Multi: true},
	{Name: "saml:iss", Type: "string"},
	{Name: "saml:mail", Type: "string", Multi: true},
	{Name: "saml:name", Type: "string", Multi: true},
	{Name: "saml:namequalifier", Type: "string"},
	{Name: "saml:organizationStatus", Type: "string", Multi: true},
	{Name: "saml:primaryGroupSID", Type: "string", Multi: true},
	{Name: "saml:sub", Type: "string"},
	{Name: "saml:sub_type", Type: "string"},
	{Name: "saml:surname", Type: "string", Multi: true},
	{Name: "saml:uid", Type: "string", Multi: true},
	{Name: "saml:x500UniqueIdentifier", Type: "string", Multi: true},
	{Name: "sts:DurationSeconds", Type: "numeric"},
	{Name: "sts:ExternalId", Type: "string"},
	{Name: "sts:IdentityTokenAudience", Type: "string", Multi: true},
	{Name: "sts:RoleSessionName", Type: "string"},
	{Name: "sts:SigningAlgorithm", Type: "string"},
	{Name: "sts:SourceIdentity", Type: "string"},
	{Name: "sts:TaskPolicyArn", Type: "arn"},
	{Name: "sts:TransitiveTagKeys", Type: "string", Multi: true},
}

// globalKey finds one, whatever its case; a tag's is found by what stands before the slash.
func globalKey(name string) (Key, bool) {
	if before, tag, ok := strings.Cut(name, "/"); ok && tag != "" {
		name = before + "/"
	}
	for _, k := range globalKeys {
		if strings.EqualFold(k.Name, name) {
			return k, true
		}
	}
	return Key{}, false
}

// Keys are the condition keys that a document asks for, in conditions and as variables, as it spells them, in
// order and each once.
func (d *Document) Keys() []string {
	seen := map[string]bool{}
	var keys []string
	add := func(k string) {
		if lower := strings.ToLower(k); !seen[lower] {
			seen[lower] = true
			keys = append(keys, k)
		}
	}
	for _, s := range d.Statements {
		for _, r := range s.Resources {
			d.variablesIn(r.Value, add)
		}
		for _, c := range s.Conditions {
			add(c.Key.Value)
			if op, ok := parseOperator(c.Operator.Value); !ok || op.kind != opString && op.kind != opARN {
				continue
			}
			for _, v := range c.Values {
				d.variablesIn(v.Value, add)
			}
		}
	}
	slices.Sort(keys)
	return keys
}

func (d *Document) variablesIn(s string, add func(string)) {
	if d.Version != Version2012 {
		return
	}
	for {
		i := strings.Index(s, "${")
		if i < 0 {
			return
		}
		v, literal, rest, err := cutVariable(s[i:])
		if err != nil {
			return
		}
		if literal == "" {
			add(v.name)
		}
		s = rest
	}
}
