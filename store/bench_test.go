package store_test

import (
	"context"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"testing"

	"gatehouse/store"
	"gatehouse/store/storetest"
)

// perCPU reports operations per second of this process's CPU time, which holds on a busy machine.
func perCPU(b *testing.B, run func()) {
	cpu := func() float64 {
		var u syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
			b.Fatal(err)
		}
		return float64(u.Utime.Sec+u.Stime.Sec) + float64(u.Utime.Usec+u.Stime.Usec)/1e6
	}
	before := cpu()
	run()
	b.ReportMetric(float64(b.N)/(cpu()-before), "ops/cpu-s")
}

func BenchmarkPointRead(b *testing.B) {
	db := storetest.Open(b)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	for i := range 1000 {
		if _, err := db.Exec(ctx, "INSERT INTO installation (name, value) VALUES ($1, 'x')", fmt.Sprint(i)); err != nil {
			b.Fatal(err)
		}
	}
	perCPU(b, func() {
		for i := 0; b.Loop(); i++ {
			var v string
			if err := db.Row(ctx, "SELECT value FROM installation WHERE name = $1", fmt.Sprint(i%1000)).Scan(&v); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkInsert(b *testing.B) {
	for _, c := range []int{1, 8, 32} {
		b.Run(fmt.Sprint(c), func(b *testing.B) {
			db, err := store.Open(context.Background(), store.Options{DSN: "sqlite:" + filepath.Join(b.TempDir(), "b.db")})
			if err != nil {
				b.Fatal(err)
			}
			defer db.Close()
			if err := db.Migrate(context.Background()); err != nil {
				b.Fatal(err)
			}
			var n atomic.Int64
			b.SetParallelism(c)
			b.ResetTimer()
			perCPU(b, func() {
				b.RunParallel(func(pb *testing.PB) {
					for pb.Next() {
						if _, err := db.Exec(context.Background(), "INSERT INTO installation (name, value) VALUES ($1, 'x')", fmt.Sprint(n.Add(1))); err != nil {
							b.Error(err)
						}
					}
				})
			})
		})
	}
}
