package web

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"log/slog"
	"net/http"
	"time"
)

// recorder counts what is answered. It is the only wrapper of the connection's writer.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (w *recorder) WriteHeader(status int) {
	if w.status == 0 && status >= 200 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *recorder) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(b)
	w.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (w *recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// record writes the request's one log line and its metrics. The query, the body and the headers are where
// codes, tokens and passwords travel: none of them is logged, only the path.
func (s *Server) record(r *http.Request, rq *Request, took time.Duration) {
	w := &rq.out
	status := w.status
	if status == 0 {
		status = http.StatusOK // net/http answers 200 for a handler that wrote nothing
	}
	if s.Metrics != nil {
		at := rq.route
		if at == nil {
			at = s.noRoute
		}
		at.observe(r.Method, status, took)
	}
	level := slog.LevelInfo
	switch {
	case errors.Is(rq.failure, context.Canceled):
		level = slog.LevelDebug // the client went away
	case status >= 500:
		level = slog.LevelError
	case status < 400 && (r.Method == http.MethodGet || r.Method == http.MethodHead || r.Method == http.MethodOptions):
		level = slog.LevelDebug
	}
	if !s.Log.Enabled(r.Context(), level) {
		return
	}
	attrs := make([]slog.Attr, 0, 11)
	attrs = append(attrs, slog.String("method", r.Method), slog.String("host", shorten(r.Host)), slog.String("path", shorten(r.URL.Path)),
		slog.Int("status", status), slog.Duration("took", took), slog.Int64("bytes", w.bytes),
		slog.String("client", rq.Client().String()), slog.String("request", rq.ID()))
	if rq.Operation != "" {
		attrs = append(attrs, slog.String("op", rq.Operation))
	}
	if rq.failure != nil {
		attrs = append(attrs, slog.String("error", rq.failure.Error()))
	}
	s.Log.LogAttrs(r.Context(), level, "request", attrs...)
}

func shorten(s string) string {
	if len(s) > 200 {
		return s[:200] + "…"
	}
	return s
}

// newRequestID is a random UUID, the form that AWS clients print.
func newRequestID() string {
	var b [16]byte
	rand.Read(b[:]) // never fails (crypto/rand)
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	var s [36]byte
	hex.Encode(s[:8], b[:4])
	hex.Encode(s[9:13], b[4:6])
	hex.Encode(s[14:18], b[6:8])
	hex.Encode(s[19:23], b[8:10])
	hex.Encode(s[24:], b[10:])
	s[8], s[13], s[18], s[23] = '-', '-', '-', '-'
	return string(s[:])
}
