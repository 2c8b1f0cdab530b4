package token_test

import (
	"testing"

	"gatehouse/internal/token"
)

// Benchmarks count what a request costs beside its signatures; run with -benchmem.

func benchmarkIssue(b *testing.B, alg string) {
	k := newKit(b)
	k.pool.SigningAlgorithm = alg
	g := k.grant()
	k.issue(b, g)
	b.ResetTimer()
	for b.Loop() {
		k.issue(b, g)
	}
}

func BenchmarkIssueRS256(b *testing.B) { benchmarkIssue(b, token.RS256) }
func BenchmarkIssueES256(b *testing.B) { benchmarkIssue(b, token.ES256) }

func benchmarkMachine(b *testing.B, alg string) {
	k := newKit(b)
	k.pool.SigningAlgorithm = alg
	for b.Loop() {
		if _, err := k.Machine(b.Context(), k.pool, k.client, []string{"orders/read"}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkMachineRS256(b *testing.B) { benchmarkMachine(b, token.RS256) }
func BenchmarkMachineES256(b *testing.B) { benchmarkMachine(b, token.ES256) }

func benchmarkRefresh(b *testing.B, alg string, rotate bool) {
	k := newKit(b)
	k.pool.SigningAlgorithm, k.client.RotateRefreshTokens = alg, rotate
	raw := k.issue(b, k.grant()).Refresh
	for b.Loop() {
		t, err := k.refresh(b, raw)
		if err != nil {
			b.Fatal(err)
		}
		if rotate {
			raw = t.Refresh
		}
	}
}

func BenchmarkRefreshRS256(b *testing.B)         { benchmarkRefresh(b, token.RS256, false) }
func BenchmarkRefreshES256(b *testing.B)         { benchmarkRefresh(b, token.ES256, false) }
func BenchmarkRefreshRotatingES256(b *testing.B) { benchmarkRefresh(b, token.ES256, true) }

func benchmarkVerify(b *testing.B, alg string) {
	k := newKit(b)
	k.pool.SigningAlgorithm = alg
	raw := k.issue(b, k.grant()).Access
	for b.Loop() {
		if _, err := k.VerifyAccess(b.Context(), raw); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerifyAccessRS256(b *testing.B) { benchmarkVerify(b, token.RS256) }
func BenchmarkVerifyAccessES256(b *testing.B) { benchmarkVerify(b, token.ES256) }
