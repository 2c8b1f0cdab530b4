package organization

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"gatehouse/internal/fault"
	"gatehouse/internal/policy"
)

// PolicyType is what a policy is about, as Organizations names it.
type PolicyType string

// Types of policies that limit what may be done. The others are documents for other services, which are kept and merged.
const (
	ServiceControl  PolicyType = "SERVICE_CONTROL_POLICY"
	ResourceControl PolicyType = "RESOURCE_CONTROL_POLICY"
)

// policyType is what differs between the types.
type policyType struct {
	kind  policy.Kind // of control policies; 0 for documents of other services
	size  int         // characters of a policy
	hangs int         // policies on one target
}

// The quotas are AWS's defaults.
var policyTypes = map[PolicyType]policyType{
	ServiceControl:                     {policy.ServiceControl, policy.QuotaServiceControl, 5},
	ResourceControl:                    {policy.ResourceControl, policy.QuotaServiceControl, 5},
	"TAG_POLICY":                       {0, 10000, 10},
	"BACKUP_POLICY":                    {0, 10000, 10},
	"AISERVICES_OPT_OUT_POLICY":        {0, 2500, 5},
	"CHATBOT_POLICY":                   {0, 10000, 5},
	"DECLARATIVE_POLICY_EC2":           {0, 10000, 10},
	"SECURITYHUB_POLICY":               {0, 10000, 10},
	"INSPECTOR_POLICY":                 {0, 10000, 10},
	"UPGRADE_ROLLOUT_POLICY":           {0, 5120, 10},
	"BEDROCK_POLICY":                   {0, 10000, 10},
	"S3_POLICY":                        {0, 10000, 10},
	"NETWORK_SECURITY_DIRECTOR_POLICY": {0, 10000, 10},
	"GUARDDUTY_POLICY":                 {0, 10000, 10},
}

// control tells whether policies of the type limit what may be done.
func (t PolicyType) control() bool { return policyTypes[t].kind != 0 }

// everywhere is the policy of AWS that everything has while its type is enabled; empty for types without one.
func (t PolicyType) everywhere() string {
	for id, p := range ofAWS {
		if p.Type == t {
			return id
		}
	}
	return ""
}

// FullAccess and FullResourceAccess are AWS's policies that allow everything.
const (
	FullAccess         = "p-FullAWSAccess"
	FullResourceAccess = "p-RCPFullAWSAccess"
)

var ofAWS = map[string]Policy{
	FullAccess: {ID: FullAccess, Type: ServiceControl, Name: "FullAWSAccess", Description: "Allows access to every operation",
		Content: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`},
	FullResourceAccess: {ID: FullResourceAccess, Type: ResourceControl, Name: "RCPFullAWSAccess", Description: "Allows access to every resource",
		Content: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}`},
}

// DocumentOfAWS is what one of AWS's policies says, by its id.
func DocumentOfAWS(id string) string { return ofAWS[id].Content }

// check refuses content that its type does not take.
func (t PolicyType) check(content string) error {
	traits, ok := policyTypes[t]
	if !ok {
		return invalid("INVALID_ENUM_POLICY_TYPE", "You specified a policy type that isn't valid.")
	}
	if n := len([]rune(content)); n > traits.size {
		return violates("POLICY_CONTENT_LIMIT_EXCEEDED", "The policy has %d characters; one of this type has at most %d.", n, traits.size)
	}
	if !t.control() {
		return checkDocument(content)
	}
	_, err := policy.ParseValid(content, traits.kind)
	var f *fault.Error
	if errors.As(err, &f) {
		return ErrMalformedPolicy.With("%s", f.Message)
	}
	return err
}

// maxNesting is how deep objects of a document may be in each other.
const maxNesting = 20

// checkDocument takes a JSON object in which no key is there twice.
func checkDocument(content string) error {
	d := json.NewDecoder(strings.NewReader(content))
	d.UseNumber()
	first, err := d.Token()
	if err == nil && first != json.Delim('{') {
		err = errors.New("the document is no JSON object")
	}
	if err == nil {
		err = checkObject(d, 1)
	}
	if err == nil {
		if _, after := d.Token(); !errors.Is(after, io.EOF) {
			err = errors.New("something follows the document")
		}
	}
	if err != nil {
		return ErrMalformedPolicy.With("The policy is not valid JSON: %v", err)
	}
	return nil
}

// checkObject reads to the end of an object that has begun.
func checkObject(d *json.Decoder, depth int) error {
	if depth > maxNesting {
		return fmt.Errorf("it is nested more than %d deep", maxNesting)
	}
	keys := map[string]bool{}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return err
		}
		key := t.(string)
		if keys[key] {
			return fmt.Errorf("the key %q is there twice", key)
		}
		keys[key] = true
		if err := checkValue(d, depth); err != nil {
			return err
		}
	}
	_, err := d.Token()
	return err
}

func checkValue(d *json.Decoder, depth int) error {
	t, err := d.Token()
	switch {
	case err != nil:
		return err
	case t == json.Delim('{'):
		return checkObject(d, depth+1)
	case t != json.Delim('['):
		return nil
	case depth >= maxNesting:
		return fmt.Errorf("it is nested more than %d deep", maxNesting)
	}
	for d.More() {
		if err := checkValue(d, depth+1); err != nil {
			return err
		}
	}
	_, err = d.Token()
	return err
}
