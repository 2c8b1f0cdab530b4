package main

import (
	"cmp"
	"net/url"
	"os"
	"regexp"
	"strings"
	"time"

	"gatehouse/internal/arn"
	"gatehouse/internal/config"
	"gatehouse/internal/rolesanywhere"
	"gatehouse/internal/workload"
)

// roleFlags say which role a workload gets, and by which proof.
type roleFlags struct {
	RoleARN         string        `name:"role-arn" env:"AWS_ROLE_ARN" placeholder:"ARN" help:"The role."`
	RoleSessionName string        `name:"role-session-name" env:"AWS_ROLE_SESSION_NAME" placeholder:"NAME" help:"Names the session in logs and policies (the name of this machine)."`
	Duration        time.Duration `default:"1h" placeholder:"TIME" help:"How long credentials last, such as 90m, from 15m to what the role allows (1h)."`
	ExternalID      string        `name:"external-id" placeholder:"ID" help:"The external id that the role's trust policy asks for."`
	Lifetime        time.Duration `placeholder:"TIME" help:"Tell callers an earlier expiry, so that they ask again after this time."`

	Profile              string `placeholder:"NAME" help:"Proof: the access key of this profile. Without any proof named, the key of AWS_ACCESS_KEY_ID or of AWS_PROFILE."`
	WebIdentityTokenFile string `name:"web-identity-token-file" env:"AWS_WEB_IDENTITY_TOKEN_FILE" placeholder:"PATH" help:"Proof: a file with an OpenID Connect token, read anew each time."`

	Certificate    string `placeholder:"PATH" help:"Proof: an X.509 certificate in PEM, intermediate ones after it; with --private-key, --trust-anchor-arn and --profile-arn (IAM Roles Anywhere)."`
	PrivateKey     string `name:"private-key" placeholder:"PATH" help:"The certificate's private key in PEM. Both files are read anew each time."`
	TrustAnchorARN string `name:"trust-anchor-arn" placeholder:"ARN" help:"The trust anchor that the certificate leads to."`
	ProfileARN     string `name:"profile-arn" placeholder:"ARN" help:"The profile of IAM Roles Anywhere that gives the role."`
}

var sessionName = regexp.MustCompile(`^[\w+=,.@-]{2,64}$`)

// source checks the flags and answers where credentials come from.
func (c *roleFlags) source(f *config.Flags) (workload.Source, error) {
	var problems config.Problems
	bad := func(wrong bool, problem string) {
		if wrong {
			problems = append(problems, problem)
		}
	}
	a, err := arn.Parse(c.RoleARN)
	bad(c.RoleARN == "", "--role-arn (AWS_ROLE_ARN): is missing")
	bad(c.RoleARN != "" && (err != nil || a.Service != "iam"), "--role-arn (AWS_ROLE_ARN): must be like arn:aws:iam::123456789012:role/name")
	if c.RoleSessionName == "" && c.Certificate == "" { // a certificate's session is named by its serial number
		c.RoleSessionName = machineName()
	}
	bad((c.RoleSessionName != "" || c.Certificate == "") && !sessionName.MatchString(c.RoleSessionName), "--role-session-name (AWS_ROLE_SESSION_NAME): needs 2 to 64 letters, digits or =,.@-_")
	bad(c.Duration < 15*time.Minute || c.Duration > 12*time.Hour, "--duration: must be from 15m to 12h")
	bad(c.Lifetime < 0, "--lifetime: must not be negative")
	problems = append(problems, c.badCertificate()...)
	where, problem := c.endpoint(f)
	bad(problem != "", problem)
	if len(problems) > 0 {
		return nil, problems
	}
	call := &roleCall{roleFlags: *c, endpoint: where, region: f.Region}
	switch {
	case c.Certificate != "":
		return call.byCertificate, nil
	case c.WebIdentityTokenFile != "" && c.Profile == "":
		return call.byWebIdentity, nil
	}
	return call.byAccessKey, nil
}

// badCertificate tells what is wrong with the flags of a certificate, which go together.
func (c *roleFlags) badCertificate() (problems []string) {
	all := []struct{ flag, value, kind string }{
		{"--certificate", c.Certificate, ""}, {"--private-key", c.PrivateKey, ""}, {"--trust-anchor-arn", c.TrustAnchorARN, "trust-anchor/"}, {"--profile-arn", c.ProfileARN, "profile/"},
	}
	for _, f := range all {
		a, err := arn.Parse(f.value)
		switch {
		case f.value == "" && c.Certificate+c.PrivateKey+c.TrustAnchorARN+c.ProfileARN != "":
			problems = append(problems, f.flag+": is missing, and goes with the other flags of a certificate")
		case f.value != "" && f.kind != "" && (err != nil || a.Service != rolesanywhere.Name || !strings.HasPrefix(a.Resource, f.kind)):
			problems = append(problems, f.flag+": must be like arn:aws:rolesanywhere:us-east-1:123456789012:"+f.kind+"ID")
		}
	}
	return problems
}

// endpoint is where Gatehouse is. The answer holds secrets: nobody on the way may read it.
func (c *roleFlags) endpoint(f *config.Flags) (where, problem string) {
	where = cmp.Or(f.URL, os.Getenv("AWS_ENDPOINT_URL_STS"), os.Getenv("AWS_ENDPOINT_URL"))
	u, err := url.Parse(where)
	switch {
	case where == "":
		return "", "--url (GATEHOUSE_URL or AWS_ENDPOINT_URL): is missing"
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		return "", "--url (GATEHOUSE_URL or AWS_ENDPOINT_URL): must be an http or https URL"
	case u.Scheme == "http" && !config.Loopback(u.Hostname()) && f.InsecureHTTP != "true":
		return "", "--url (GATEHOUSE_URL or AWS_ENDPOINT_URL): plain http on " + u.Host + " lets anyone on the way read credentials; use https, or --insecure-http"
	}
	return where, ""
}

var notOfNames = regexp.MustCompile(`[^\w+=,.@-]+`)

func machineName() string {
	host, _ := os.Hostname()
	name := notOfNames.ReplaceAllString("gatehouse-"+host, "-")
	return name[:min(len(name), 64)]
}
