package policy

import (
	"fmt"
	"slices"
	"strings"

	"gatehouse/internal/fault"
)

var partitions = []string{"aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-eusc"}

// iamPaths are how the last part of an IAM resource may begin.
var iamPaths = []string{
	"user/", "federated-user/", "role/", "group/", "instance-profile/", "mfa/", "server-certificate/", "policy/", "sms-mfa/",
	"saml-provider/", "oidc-provider/", "report/", "access-report/",
}

// moreIAMPaths came later than the sentence that lists the others.
var moreIAMPaths = []string{"u2f/", "root", "delegation-request/", "assumed-role/"}

// completeARN adds what an ARN with fewer than six parts leaves out, as wildcards.
func completeARN(s string) string {
	if s == "*" {
		return s
	}
	for n := len(splitARN(s, true)); n < 6; n++ {
		s += ":*"
	}
	return s
}

// resource checks an entry of Resource: "*" or an ARN whose partition and service are written out.
func (v *validator) resource(t Text) {
	if t.Value == "*" {
		return
	}
	if !strings.HasPrefix(t.Value, "arn:") {
		v.bad(t.At, fmt.Sprintf("Resource %s must be in ARN format or \"*\".", fault.Short(t.Value)), "%q is neither an ARN nor \"*\"", t.Value)
		return
	}
	if _, err := compilePattern(t.Value, dialect{wildcards: true, variables: v.variables}); err != nil {
		v.bad(t.At, sentenceLegacy, "%v", err)
		return
	}
	parts := splitARN(t.Value, true)
	if !slices.Contains(partitions, parts[1]) {
		full := splitARN(completeARN(t.Value), true)
		v.bad(t.At, fmt.Sprintf("Partition %q is not valid for resource %q.", fault.Short(parts[1]), fault.Short(strings.Join(full, ":"))),
			"%q is no partition: the second part of an ARN is one of %s", parts[1], strings.Join(partitions[:3], ", "))
		return
	}
	if len(parts) < 3 || parts[2] == "" || strings.ContainsAny(parts[2], "*?$") {
		v.bad(t.At, "Resource vendor must be fully qualified and cannot contain regexes.", "the third part of an ARN is a service, without wildcards")
		return
	}
	if len(parts) < 6 && strings.Contains(t.Value, "::") {
		v.bad(t.At, sentenceLegacy, "%q has %d of the six parts of an ARN: arn:partition:service:region:account:resource", t.Value, len(parts))
		return
	}
	if len(parts) >= 4 {
		v.region(t, parts[2], parts[3])
	}
	v.arnAccount(t, false)
	v.variablesOf(t)
	if len(parts) == 6 {
		v.rest(t, parts[2], parts[5])
	}
}

func (v *validator) region(t Text, service, region string) {
	switch {
	case service == "iam" && region != "":
		v.bad(t.At, fmt.Sprintf("IAM resource %s cannot contain region information.", t.Value), "IAM has no regions: the fourth part of its ARNs is empty")
		v.problems.instead(withPart(t.Value, 3, ""))
	case service == "s3" && region != "":
		v.bad(t.At, fmt.Sprintf("Resource %s can not contain region information.", t.Value), "buckets are named without a region: the fourth part of their ARNs is empty")
		v.problems.instead(withPart(t.Value, 3, ""))
	case strings.Contains(region, "$"):
		v.bad(t.At, sentenceLegacy, "variables stand only behind the fifth colon of an ARN, and %q is its region", region)
	case strings.ContainsFunc(region, func(c rune) bool { return !isAlphanumeric(c) && !strings.ContainsRune("-*?", c) }) || placeholder(region):
		v.bad(t.At, sentenceLegacy, "%q is no region: a placeholder seems to be left in %q", region, t.Value)
	}
}

// ownAccounts are words that stand for an account of AWS's own.
var ownAccounts = []string{"", "aws", "cloudfront"}

// arnAccount refuses what is no account in an ARN, above all a placeholder that somebody forgot. A variable is
// one where the ARN is the value of a condition.
func (v *validator) arnAccount(t Text, variable bool) {
	parts := splitARN(t.Value, true)
	if len(parts) < 5 {
		return
	}
	account := parts[4]
	digits := strings.Trim(account, "0123456789")
	switch {
	case slices.Contains(ownAccounts, account), digits == "" && len(account) == 12:
	case strings.Trim(digits, "*?") == "" && strings.ContainsAny(account, "*?"):
	case strings.HasPrefix(account, "${") && v.variables && isKey(strings.ToLower(strings.Trim(account, "${}"))) && !strings.Contains(account, "::"):
		if !variable {
			v.bad(t.At, sentenceLegacy, "variables stand only behind the fifth colon of an ARN, and %q is its account", account)
		}
	case digits == "":
		v.bad(t.At, sentenceLegacy, "the account %q in %q has %d digits: an account id has 12", account, t.Value, len(account))
		v.problems.instead(withPart(t.Value, 4, OwnAccount))
	default:
		v.bad(t.At, sentenceLegacy, "the account in %q is still the placeholder %q: an account id has 12 digits", t.Value, account)
		v.problems.instead(withPart(t.Value, 4, OwnAccount))
	}
}

// withPart is an ARN with another of its parts.
func withPart(arn string, n int, part string) string {
	parts := splitARN(arn, true)
	parts[n] = part
	return strings.Join(parts, ":")
}

func (v *validator) rest(t Text, service, rest string) {
	if service != "iam" {
		return
	}
	if rest == "*" || compatible(rest, iamPaths) || compatible(rest, moreIAMPaths) {
		return
	}
	v.bad(t.At, fmt.Sprintf("IAM resource path must either be \"*\" or start with %s.", strings.Join(iamPaths, ", ")),
		"%q names no sort of IAM resource, such as user/ann or role/deploy", rest)
}

// compatible tells whether a pattern can match something that begins as one of the texts does.
func compatible(pattern string, texts []string) bool {
	fixed := pattern
	if i := strings.IndexAny(pattern, "*?$"); i >= 0 {
		fixed = pattern[:i]
	}
	for _, t := range texts {
		if strings.HasPrefix(fixed, t) || len(fixed) < len(pattern) && strings.HasPrefix(t, fixed) {
			return true
		}
	}
	return false
}

// placeholder tells what reads like a word to be replaced: REGION, <region>, your-region.
func placeholder(s string) bool {
	return len(s) > 3 && s == strings.ToUpper(s) && s != strings.ToLower(s) && !strings.ContainsAny(s, "0123456789*?")
}
