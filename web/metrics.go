package web

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"gatehouse/web/paths"
)

// Metrics is what /metrics shows. Labels come from fixed lists (route patterns, methods, statuses), never
// from what a client sends.
type Metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	latency  *prometheus.HistogramVec
	signIns  *prometheus.CounterVec
	tokens   *prometheus.CounterVec
}

// NewMetrics registers the server's own figures and the process's.
func NewMetrics() *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "gatehouse_http_requests_total", Help: "Requests by route, method and status."}, []string{"route", "method", "status"}),
		latency: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "gatehouse_http_request_seconds", Help: "Time to answer, by route.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}}, []string{"route"}),
		signIns: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "gatehouse_sign_ins_total", Help: "Sign-in attempts that ended, by result."}, []string{"result"}),
		tokens:  prometheus.NewCounterVec(prometheus.CounterOpts{Name: "gatehouse_tokens_issued_total", Help: "Tokens issued, by grant."}, []string{"grant"}),
	}
	m.registry.MustRegister(m.requests, m.latency, m.signIns, m.tokens,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// SignIn counts the end of a sign-in attempt: ok, failed or blocked.
func (m *Metrics) SignIn(result string) { m.signIns.WithLabelValues(result).Inc() }

// Token counts tokens issued by a grant type of ours.
func (m *Metrics) Token(grant string) { m.tokens.WithLabelValues(grant).Inc() }

// Gauge shows a figure that is read when asked for: the hash queue, the database's connections.
func (m *Metrics) Gauge(name, help string, value func() float64) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "gatehouse_" + name, Help: help}, value))
}

// Handler serves /metrics on its own listener.
func (m *Metrics) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET "+paths.Metrics, promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{}))
	return mux
}

// route measures one route pattern. What most requests add to is found once.
type route struct {
	metrics *Metrics
	pattern string
	latency prometheus.Observer
	got     prometheus.Counter // GET, 200
}

// route is how requests of a pattern are measured; nil metrics measure nothing.
func (s *Server) route(pattern string) *route {
	at := &route{metrics: s.Metrics, pattern: pattern}
	if s.Metrics != nil {
		at.latency = s.Metrics.latency.WithLabelValues(pattern)
		at.got = s.Metrics.requests.WithLabelValues(pattern, http.MethodGet, "200")
	}
	return at
}

func (at *route) observe(method string, status int, took time.Duration) {
	at.latency.Observe(took.Seconds())
	if method == http.MethodGet && status == http.StatusOK {
		at.got.Inc()
		return
	}
	switch method {
	case http.MethodGet, http.MethodPost, http.MethodHead, http.MethodOptions, http.MethodPut, http.MethodDelete:
	default:
		method = "other"
	}
	at.metrics.requests.WithLabelValues(at.pattern, method, strconv.Itoa(status)).Inc()
}
