package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	"go.opentelemetry.io/otel/sdk/trace"
	semconv "go.opentelemetry.io/otel/semconv/v1.37.0"

	"gatehouse/internal/config"
)

// traced sends a span a request to the collector of OTEL_EXPORTER_OTLP_ENDPOINT; without one the handler is
// untouched and costs nothing. Spans carry no query: otelhttp records paths and statuses only.
func traced(ctx context.Context, cfg *config.Config, h http.Handler) (http.Handler, func(), error) {
	if cfg.OTLPEndpoint == "" {
		return h, func() {}, nil
	}
	endpoint, err := url.JoinPath(cfg.OTLPEndpoint, "v1/traces")
	if err != nil {
		return nil, nil, fmt.Errorf("start tracing: %w", err)
	}
	exporter, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(endpoint)) // headers and the like: OTEL_EXPORTER_OTLP_*
	if err != nil {
		return nil, nil, fmt.Errorf("start tracing: %w", err)
	}
	provider := trace.NewTracerProvider(trace.WithBatcher(exporter),
		trace.WithResource(resource.NewSchemaless(semconv.ServiceName("gatehouse"), semconv.ServiceVersion(version))))
	stop := func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		provider.Shutdown(ctx)
	}
	return otelhttp.NewHandler(h, "request", otelhttp.WithTracerProvider(provider), otelhttp.WithPublicEndpointFn(func(*http.Request) bool { return true })), stop, nil
}
