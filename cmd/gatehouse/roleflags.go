package main

import (
	"cmp"
	"net/url"
	"os"
	"regexp"
	"time"

	"gatehouse/internal/arn"
	"gatehouse/internal/config"
	"gatehouse/internal/workload"
)

// roleFlags say which role a workload gets, and by which proof.
type roleFlags struct {
	RoleARN         string        `name:"role-arn" env:"AWS_ROLE_ARN" placeholder:"ARN" help:"The role."`
	RoleSessionName string        `name:"role-session-name" env:"AWS_ROLE_SESSION_NAME" placeholder:"NAME" help:"Names the session in logs and policies (the name of this machine)."`
	Duration        time.Duration `default:"1h" placeholder:"TIME" help:"How long credentials last, from 15m to what the role allows (1h)."`
	ExternalID      string        `name:"external-id" placeholder:"ID" help:"The external id that the role's trust policy asks for."`
	Lifetime        time.Duration `placeholder:"TIME" help:"Tell callers an earlier expiry, so that they ask again after this time."`

	Profile              string `placeholder:"NAME" help:"Proof: the access key of this profile. Without any proof named, the key of AWS_ACCESS_KEY_ID or of AWS_PROFILE."`
	WebIdentityTokenFile string `name:"web-identity-token-file" env:"AWS_WEB_IDENTITY_TOKEN_FILE" placeholder:"PATH" help:"Proof: a file with an OpenID Connect token, read anew each time."`
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
	if c.RoleSessionName == "" {
		c.RoleSessionName = machineName()
	}
	bad(!sessionName.MatchString(c.RoleSessionName), "--role-session-name (AWS_ROLE_SESSION_NAME): needs 2 to 64 letters, digits or =,.@-_")
	bad(c.Duration < 15*time.Minute || c.Duration > 12*time.Hour, "--duration: must be from 15m to 12h")
	bad(c.Lifetime < 0, "--lifetime: must not be negative")
	where, problem := c.endpoint(f)
	bad(problem != "", problem)
	if len(problems) > 0 {
		return nil, problems
	}
	call := &roleCall{roleFlags: *c, endpoint: where, region: f.Region}
	if c.WebIdentityTokenFile != "" && c.Profile == "" {
		return call.byWebIdentity, nil
	}
	return call.byAccessKey, nil
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
