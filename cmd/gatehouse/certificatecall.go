package main

import (
	"bytes"
	"context"
	"crypto"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"gatehouse/internal/api/rolesanywhere"
	"gatehouse/internal/arn"
	domain "gatehouse/internal/rolesanywhere"
	"gatehouse/internal/seal"
	"gatehouse/internal/sigv4"
	"gatehouse/internal/workload"
)

// maxAnswer is how much of an answer is read.
const maxAnswer = 1 << 20

// byCertificate calls CreateSession of IAM Roles Anywhere, for which there is no SDK.
func (c *roleCall) byCertificate(ctx context.Context) (workload.Credentials, error) {
	chain, key, err := c.certificate()
	if err != nil {
		return workload.Credentials{}, err
	}
	in := map[string]any{"profileArn": c.ProfileARN, "roleArn": c.RoleARN, "trustAnchorArn": c.TrustAnchorARN, "durationSeconds": *c.seconds()}
	if c.RoleSessionName != "" {
		in["roleSessionName"] = c.RoleSessionName
	}
	body, err := json.Marshal(in)
	if err != nil {
		return workload.Credentials{}, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimSuffix(c.endpoint, "/")+"/sessions", bytes.NewReader(body))
	if err != nil {
		return workload.Credentials{}, err
	}
	r.Header.Set("Content-Type", "application/json")
	anchor, _ := arn.Parse(c.TrustAnchorARN) // checked with the flags
	if err := sigv4.SignX509(r, body, key, chain, anchor.Region, domain.Name, time.Now()); err != nil {
		return workload.Credentials{}, fmt.Errorf("CreateSession: %w", err)
	}
	return c.createSession(r)
}

// certificate reads the chain, the workload's own first, and the key.
func (c *roleCall) certificate() ([]*x509.Certificate, crypto.Signer, error) {
	p, err := tls.LoadX509KeyPair(c.Certificate, c.PrivateKey)
	if err != nil {
		return nil, nil, fmt.Errorf("read certificate and key: %w", err)
	}
	var chain []*x509.Certificate
	for _, der := range p.Certificate {
		one, err := x509.ParseCertificate(der)
		if err != nil {
			return nil, nil, fmt.Errorf("read %s: %w", c.Certificate, err)
		}
		chain = append(chain, one)
	}
	key, ok := p.PrivateKey.(crypto.Signer)
	if !ok {
		return nil, nil, fmt.Errorf("the key in %s cannot sign", c.PrivateKey)
	}
	return chain, key, nil
}

func (c *roleCall) createSession(r *http.Request) (workload.Credentials, error) {
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return workload.Credentials{}, fmt.Errorf("CreateSession: %w", err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil {
		return workload.Credentials{}, fmt.Errorf("CreateSession: %w", err)
	}
	if res.StatusCode/100 != 2 {
		var said struct{ Message string }
		_ = json.Unmarshal(raw, &said) // what is no JSON says nothing
		return workload.Credentials{}, fmt.Errorf("CreateSession: %s: %s", res.Header.Get("x-amzn-ErrorType"), said.Message)
	}
	var out rolesanywhere.CreateSessionOutput
	if err := json.Unmarshal(raw, &out); err != nil {
		return workload.Credentials{}, fmt.Errorf("CreateSession: read the answer: %w", err)
	}
	return c.ofSession(&out)
}

func (c *roleCall) ofSession(out *rolesanywhere.CreateSessionOutput) (workload.Credentials, error) {
	if len(out.CredentialSet) != 1 || out.CredentialSet[0].Credentials == nil || out.CredentialSet[0].AssumedRoleUser == nil {
		return workload.Credentials{}, fmt.Errorf("CreateSession: the answer has no credentials")
	}
	v, who := out.CredentialSet[0].Credentials, out.CredentialSet[0].AssumedRoleUser
	expires, err := time.Parse(time.RFC3339, *v.Expiration)
	id, _, _ := strings.Cut(*who.AssumedRoleId, ":")
	return workload.Credentials{
		AccessKeyID: *v.AccessKeyId, Secret: seal.Secret(*v.SecretAccessKey), Token: seal.Secret(*v.SessionToken), Expires: expires, RoleARN: c.RoleARN, RoleID: id,
	}, err
}
