package console

import (
	"regexp"
	"strings"
	"unicode"

	"gatehouse/templates/messages"
)

// broken is a limit of the service models that something typed breaks: which member, and what it must be.
type broken struct{ member, rule string }

var (
	// limited begins the sentences about limits, of which one message has several.
	limited = regexp.MustCompile(`^\d+ validation errors? detected: `)
	// limitAt is before what the limit says.
	limitAt = regexp.MustCompile(`at '([\w.-]+)' failed to satisfy constraint: (?:Member |Map keys |Map value )?`)
)

// brokenLimits are those that a message tells, the first of each member; none for any other message.
func brokenLimits(message string) (all []broken) {
	if !limited.MatchString(message) {
		return nil
	}
	found := limitAt.FindAllStringSubmatchIndex(message, -1)
	seen := map[string]bool{}
	for i, at := range found {
		rule := message[at[1]:]
		if i+1 < len(found) {
			rule, _, _ = strings.Cut(message[at[1]:found[i+1][0]], "; Value ")
		}
		if member := memberOf(message[at[2]:at[3]]); !seen[member] {
			seen[member], all = true, append(all, broken{member, rule})
		}
	}
	return all
}

// memberOf is the last name in the path of a member.
func memberOf(path string) string {
	name := path
	for part := range strings.SplitSeq(path, ".") {
		if part != "member" && strings.Trim(part, "0123456789") != "" {
			name = part
		}
	}
	return name
}

// member is what people know a member of the models by: what it is called, how it is written where the pattern says it to
// nobody, and which fields of the forms are for it.
type member struct {
	name, form string
	fields     []string
}

var (
	aName     = member{"console.limit.what.name", "", []string{"name"}}
	aPath     = member{"console.limit.what.path", "console.limit.path", []string{"path"}}
	aPassword = member{"console.limit.what.password", "", []string{"new", "password"}}
	aPolicy   = member{"console.limit.what.policy", "console.limit.arn", []string{"policy", "boundary"}}
	aDocument = member{"console.limit.what.document", "", []string{"document"}}
)

// members are those that forms fill in.
var members = map[string]member{
	"userName": aName, "newUserName": aName, "groupName": aName, "newGroupName": aName, "accountName": aName, "name": aName, "virtualMFADeviceName": aName,
	"policyName": aName, "roleName": {"console.limit.what.role_name", "", []string{"role", "name"}}, "path": aPath, "newPath": aPath,
	"password": aPassword, "newPassword": aPassword, "oldPassword": {"console.limit.what.old_password", "", []string{"password"}},
	"policyArn": aPolicy, "permissionsBoundary": aPolicy, "policyDocument": aDocument, "assumeRolePolicyDocument": aDocument, "content": aDocument,
	"email": {"console.limit.what.email", "", []string{"email"}}, "accountId": {"console.limit.what.account", "console.limit.account", []string{"account"}},
	"description": {"console.limit.what.description", "", []string{"description"}}, "roleArn": {"console.limit.what.role", "console.limit.arn", []string{"role"}},
	"url": {"console.limit.what.url", "", []string{"url"}}, "clientID": {"console.limit.what.client", "", []string{"clients", "client"}},
	"thumbprintList": {"console.limit.what.thumbprint", "", []string{"thumbprints", "thumbprint"}}, "sAMLMetadataDocument": {"console.limit.what.metadata", "", []string{"metadata"}},
	"key": {"console.limit.what.tag", "", []string{"tags"}}, "value": {"console.limit.what.tag_value", "", []string{"tags"}},
}

// field is the one of a form that posted it, which a member is filled in by; otherwise where none is.
func (b broken) field(v *visit, otherwise string) string {
	for _, name := range members[b.member].fields {
		if v.Request().PostForm.Has(name) {
			return name
		}
	}
	return otherwise
}

// lengths are the limits of each of several texts, as one rule tells them.
var lengths = regexp.MustCompile(`length less than or equal to (\d+), Member must have length greater than or equal to (\d+)`)

// rules are the words for how limits begin; what follows is the limit itself.
var rules = []struct{ begin, word string }{
	{"must have length greater than or equal to ", "console.limit.short"}, {"must have length less than or equal to ", "console.limit.long"},
	{"must have value greater than or equal to ", "console.limit.least"}, {"must have value less than or equal to ", "console.limit.most"},
	{"must satisfy enum value set: ", "console.limit.one_of"},
}

// says says for people what is wrong.
func (b broken) says(t messages.Printer) string {
	m := members[b.member]
	what := spaced(b.member)
	if m.name != "" {
		what = t.T(m.name)
	}
	switch {
	case b.rule == "must not be null", b.rule == "must have length greater than or equal to 1":
		return t.T("console.limit.missing", "What", what)
	case strings.HasPrefix(b.rule, `must satisfy regular expression pattern: [\w+=,.@-]`):
		return t.T("console.limit.letters", "What", what)
	}
	for _, r := range rules {
		if limit, ok := strings.CutPrefix(b.rule, r.begin); ok {
			return t.T(r.word, "What", what, "Limit", strings.Trim(limit, "[]"))
		}
	}
	if m.form != "" {
		return t.T(m.form, "What", what)
	}
	if each := lengths.FindStringSubmatch(b.rule); each != nil {
		if each[1] == each[2] {
			return t.T("console.limit.exactly", "What", what, "Limit", each[1])
		}
		return t.T("console.limit.between", "What", what, "Least", each[2], "Most", each[1])
	}
	return t.T("console.limit.form", "What", what)
}

// spaced is a member's name in words: roleSessionName is Role session name.
func spaced(name string) string {
	var out strings.Builder
	letters := []rune(name)
	for i, c := range letters {
		switch begins := unicode.IsUpper(c) && i > 0; {
		case i == 0:
			c = unicode.ToUpper(c)
		case begins && unicode.IsLower(letters[i-1]):
			out.WriteByte(' ')
			if i+1 < len(letters) && unicode.IsLower(letters[i+1]) {
				c = unicode.ToLower(c)
			}
		}
		out.WriteRune(c)
	}
	return out.String()
}

// plainly says for people what is wrong; what is about no limit is told as it is.
func plainly(t messages.Printer, message string) string {
	var all []string
	for _, b := range brokenLimits(message) {
		all = append(all, b.says(t))
	}
	if all == nil {
		return message
	}
	return strings.Join(all, " ")
}
