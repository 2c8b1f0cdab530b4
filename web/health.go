package web

import (
	"context"
	"encoding/json"
	"net/http"
	"sync/atomic"
	"time"

	"gatehouse/web/paths"
)

// Health answers /healthz (the process lives) and /readyz (it can serve). Both answer under any host name,
// because probes use addresses.
type Health struct {
	// Checks must pass for readiness; their errors are named but not shown.
	Checks map[string]func(context.Context) error

	draining atomic.Bool
}

// Drain makes readiness fail, so that load balancers send no more.
func (h *Health) Drain() { h.draining.Store(true) }

func (h *Health) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	status, report := http.StatusOK, map[string]string{"status": "ok"}
	if r.URL.Path == paths.Ready {
		status = h.ready(r.Context(), report)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(report)
}

func (h *Health) ready(ctx context.Context, report map[string]string) int {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	status := http.StatusOK
	if h.draining.Load() {
		status, report["status"] = http.StatusServiceUnavailable, "draining"
	}
	for name, check := range h.Checks {
		report[name] = "ok"
		if err := check(ctx); err != nil {
			report[name], status = "failed", http.StatusServiceUnavailable
			if report["status"] == "ok" {
				report["status"] = "unavailable"
			}
		}
	}
	return status
}
