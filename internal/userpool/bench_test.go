package userpool_test

import (
	"context"
	"testing"

	"gatehouse/internal/userpool"
	"gatehouse/store/storetest"
)

func BenchmarkClient(b *testing.B) {
	db := storetest.Open(b)
	s := service(b, db)
	p, _ := s.CreatePool(context.Background(), account, region, "x", userpool.DefaultSettings())
	c, err := s.CreateClient(context.Background(), p.ID, userpool.NewClient{Name: "a", GenerateSecret: true, Settings: userpool.DefaultClientSettings()})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.Run("client", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, _, err := s.Client(context.Background(), c.ID); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("pool", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := s.Pool(context.Background(), p.ID); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("recent", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := s.RecentPool(context.Background(), p.ID); err != nil {
				b.Fatal(err)
			}
		}
	})
}
