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
	{Name: "iam:PassedToService", Type: "string"},
	{Name: "iam:PermissionsBoundary", Type: "arn"},
	{Name: "iam:PolicyARN", Type: "arn"},
	{Name: "iam:ResourceTag/", Type: "string"},
	{Name: "saml:aud", Type: "string"},
	{Name: "saml:iss", Type: "string"},
	{Name: "saml:namequalifier", Type: "string"},
	{Name: "saml:sub", Type: "string"},
	{Name: "saml:sub_type", Type: "string"},
	{Name: "sts:DurationSeconds", Type: "numeric"},
	{Name: "sts:ExternalId", Type: "string"},
	{Name: "sts:RoleSessionName", Type: "string"},
	{Name: "sts:SourceIdentity", Type: "string"},
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

// PermissionOnly are the actions that no operation is named for: other operations ask for them.
func PermissionOnly() []string {
	return []string{"iam:PassRole", "sts:SetSourceIdentity", "sts:TagSession"}
}
