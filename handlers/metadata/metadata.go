// Package metadata serves the credentials that a workload.Keeper holds to what runs on the same machine, as SDKs look for
// them: like EC2's instance metadata (version 2 only), or as a container credentials endpoint. It is an edge of its own
// server, never of the service's. Who can make a workload send requests (SSRF) or point a browser or a name at this
// address must get nothing: that is what guard.go and token.go are for.
package metadata

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"gatehouse/internal/arn"
	"gatehouse/internal/workload"
)

// Keeper has the credentials of now, or tells why there are none: *workload.Keeper.
type Keeper interface {
	Credentials() (workload.Credentials, error)
}

// Options is what both servers need.
type Options struct {
	Keeper  Keeper
	RoleARN string
	Region  string
	Clock   func() time.Time
	Log     *slog.Logger
}

// roleName is the name of the role, without its path.
func (o *Options) roleName() string { return o.RoleARN[strings.LastIndexByte(o.RoleARN, '/')+1:] }

func (o *Options) accountID() string {
	a, _ := arn.Parse(o.RoleARN) // of a role that credentials are had for
	return a.AccountID
}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // a caller that went away needs no answer
}

// refuse says why in plain text, and nothing that a caller sent.
func refuse(w http.ResponseWriter, status int, why string) { http.Error(w, why, status) }
