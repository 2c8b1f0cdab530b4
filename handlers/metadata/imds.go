package metadata

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	tokenHeader = "X-Aws-Ec2-Metadata-Token"
	ttlHeader   = "X-Aws-Ec2-Metadata-Token-Ttl-Seconds"
	tokenPath   = "/latest/api/token"
	rolesPath   = "/latest/meta-data/iam/security-credentials"
)

type instance struct {
	Options
	tokens *tokens
	rand   io.Reader
}

// Instance serves credentials as EC2's instance metadata service does, version 2: every GET needs a token that a PUT got.
func Instance(o Options, rand io.Reader) (http.Handler, error) {
	t, err := newTokens(rand)
	if err != nil {
		return nil, fmt.Errorf("read randomness: %w", err)
	}
	i := &instance{o, t, rand}
	m := http.NewServeMux()
	m.HandleFunc("PUT "+tokenPath, i.putToken)
	get := func(path string, h http.HandlerFunc) { m.Handle("GET "+path, i.session(h)) }
	text := func(path, s string) {
		get(path, func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, s) })
	}
	text(rolesPath, o.roleName())
	text(rolesPath+"/{$}", o.roleName())
	get(rolesPath+"/{role}", i.credentials)
	get("/latest/meta-data/iam/info", i.info)
	text("/latest/meta-data/placement/region", o.Region)
	text("/latest/meta-data/placement/availability-zone", o.Region+"a")
	text("/latest/meta-data/placement/availability-zone/{$}", o.Region+"a")
	get("/latest/dynamic/instance-identity/document", i.document)
	m.Handle("GET /", i.session(http.NotFound))
	return guard(m), nil
}

// putToken begins a session. A PUT with a header of one's own is more than most ways to misuse a workload can send.
func (i *instance) putToken(w http.ResponseWriter, r *http.Request) {
	seconds, err := strconv.Atoi(r.Header.Get(ttlHeader))
	ttl := time.Duration(seconds) * time.Second
	if err != nil || seconds > int(longest/time.Second) || ttl < shortest {
		refuse(w, http.StatusBadRequest, ttlHeader+" must be a number of seconds from 1 to 21600.")
		return
	}
	token, err := i.tokens.issue(i.rand, i.Clock().Add(ttl))
	if err != nil {
		i.Log.Error("make a token", "error", err)
		refuse(w, http.StatusInternalServerError, "Something went wrong.")
		return
	}
	w.Header().Set("Content-Type", "text/plain")
	w.Header().Set(ttlHeader, strconv.Itoa(seconds))
	io.WriteString(w, token)
}

// session refuses whoever has no token: there is no version 1.
func (i *instance) session(next http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch given := r.Header.Values(tokenHeader); {
		case r.URL.Path == tokenPath:
			w.Header().Set("Allow", http.MethodPut)
			refuse(w, http.StatusMethodNotAllowed, "A token is got by PUT.")
		case len(given) != 1 || !i.tokens.valid(given[0], i.Clock()):
			refuse(w, http.StatusUnauthorized, "A token is needed (IMDSv2): PUT "+tokenPath)
		default:
			w.Header().Set("Content-Type", "text/plain")
			next(w, r)
		}
	})
}

func (i *instance) credentials(w http.ResponseWriter, r *http.Request) {
	if r.PathValue("role") != i.roleName() {
		http.NotFound(w, r)
		return
	}
	c, err := i.Keeper.Credentials()
	if err != nil {
		refuse(w, http.StatusServiceUnavailable, err.Error())
		return
	}
	answer(w, http.StatusOK, struct {
		Code, LastUpdated, Type, AccessKeyId, SecretAccessKey, Token, Expiration string
	}{"Success", stamp(c.Issued), "AWS-HMAC", c.AccessKeyID, c.Secret.Reveal(), c.Token.Reveal(), stamp(c.Expires)})
}

// info names an instance profile of the role's name and path, as EC2's console makes them, and the role's id.
func (i *instance) info(w http.ResponseWriter, _ *http.Request) {
	c, err := i.Keeper.Credentials()
	if err != nil {
		refuse(w, http.StatusServiceUnavailable, err.Error())
		return
	}
	answer(w, http.StatusOK, struct {
		Code, LastUpdated, InstanceProfileArn, InstanceProfileId string
	}{"Success", stamp(c.Issued), strings.Replace(i.RoleARN, ":role/", ":instance-profile/", 1), c.RoleID})
}

// document is what of the identity document is true here: SDKs read the region from it.
func (i *instance) document(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, map[string]string{
		"version": "2017-09-30", "accountId": i.accountID(), "region": i.Region, "availabilityZone": i.Region + "a",
	})
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }
