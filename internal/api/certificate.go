package api

import (
	"context"

	"gatehouse/internal/sigv4"
)

type certificateKey struct{}

// WithCertificate is for the edge that has verified a signature by a certificate's key.
func WithCertificate(ctx context.Context, c *sigv4.Certified) context.Context {
	return context.WithValue(ctx, certificateKey{}, c)
}

// CertificateFrom is the certificate whose key signed the call; nil for any other call.
func CertificateFrom(ctx context.Context) *sigv4.Certified {
	c, _ := ctx.Value(certificateKey{}).(*sigv4.Certified)
	return c
}
