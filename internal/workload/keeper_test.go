package workload_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"gatehouse/internal/workload"
)

// issuer gives an hour's credentials, numbered, unless it is away.
type issuer struct {
	given int
	away  bool
}

func (i *issuer) fetch(context.Context) (workload.Credentials, error) {
	if i.away {
		return workload.Credentials{}, errors.New("connection refused")
	}
	i.given++
	return workload.Credentials{AccessKeyID: fmt.Sprint("ASIA", i.given), Expires: time.Now().Add(time.Hour)}, nil
}

func keeper(i *issuer) *workload.Keeper {
	return &workload.Keeper{Source: i.fetch, Clock: time.Now, Random: rand.Float64, Log: slog.New(slog.NewTextHandler(io.Discard, nil))}
}

func TestCredentialsAreRenewedBeforeTheyExpire(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := &issuer{}
		k := keeper(i)
		if _, err := k.Credentials(); !errors.Is(err, workload.ErrNotYet) {
			t.Error("before the first:", err)
		}
		go k.Run(t.Context())
		for range 4 * 60 { // four hours: what an SDK was told is good at every minute
			time.Sleep(time.Minute)
			c, err := k.Credentials()
			if err != nil || time.Until(c.Expires) < 40*time.Minute {
				t.Fatalf("%v %v", c.Expires, err)
			}
		}
		if i.given < 12 || i.given > 17 {
			t.Error("asked", i.given, "times in four hours")
		}
	})
}

func TestCredentialsOutliveAServiceThatIsAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := &issuer{}
		k := keeper(i)
		go k.Run(t.Context())
		synctest.Wait()
		i.away = true
		time.Sleep(59 * time.Minute)
		if c, err := k.Credentials(); err != nil || c.AccessKeyID != "ASIA1" {
			t.Fatal(c.AccessKeyID, err)
		}
		time.Sleep(2 * time.Minute)
		if _, err := k.Credentials(); !errors.Is(err, workload.ErrExpired) {
			t.Error("expired:", err)
		}
		i.away = false
		time.Sleep(time.Minute)
		if c, err := k.Credentials(); err != nil || c.AccessKeyID != "ASIA2" {
			t.Error("back again:", c.AccessKeyID, err)
		}
	})
}

func TestALifetimeMakesCallersAskAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := &issuer{}
		k := keeper(i)
		k.Lifetime = 10 * time.Second
		go k.Run(t.Context())
		synctest.Wait()
		if c, err := k.Credentials(); err != nil || time.Until(c.Expires) != 10*time.Second {
			t.Error(c, err)
		}
		time.Sleep(time.Minute)
		if i.given < 18 || i.given > 26 {
			t.Error("asked", i.given, "times in a minute")
		}
	})
}

func TestCredentialsOfAWrongClockAreNotKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := &issuer{}
		k := keeper(i)
		k.Clock = func() time.Time { return time.Now().Add(2 * time.Hour) }
		go k.Run(t.Context())
		synctest.Wait()
		if c, err := k.Credentials(); !errors.Is(err, workload.ErrNotYet) {
			t.Error(c, err)
		}
	})
}

func TestPrintIsWhatSDKsRead(t *testing.T) {
	var b strings.Builder
	now := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	c := workload.Credentials{AccessKeyID: "ASIA1", Secret: "secret", Token: "token", Expires: now.Add(time.Hour)}
	if err := workload.Print(&b, c, time.Minute, now); err != nil {
		t.Fatal(err)
	}
	const want = `{"Version":1,"AccessKeyId":"ASIA1","SecretAccessKey":"secret","SessionToken":"token","Expiration":"2026-11-30T12:01:00Z"}` + "\n"
	if b.String() != want {
		t.Error(b.String())
	}
	if shown := fmt.Sprintf("%v %+v", c, c); strings.Contains(shown, "secret") || strings.Contains(shown, "token") {
		t.Error("a log would show", shown)
	}
}
