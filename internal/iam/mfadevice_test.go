package iam_test

import (
	"crypto/rand"
	"fmt"
	"sync"
	"testing"
	"time"

	"gatehouse/internal/authn/totp"
	"gatehouse/internal/iam"
	"gatehouse/internal/identity"
	"gatehouse/store"
	"gatehouse/store/storetest"
)

// app is an authenticator app that holds a device's secret, and whose clock may be wrong.
type app struct {
	serial string
	secret []byte
	clock  *clock
	ahead  time.Duration
}

// code is the one that it shows, or showed or will show so many steps from now.
func (a *app) code(steps int64) string {
	return totp.Code(a.secret, totp.Step(a.clock.now.Add(a.ahead))+steps)
}

// devices makes virtual devices.
func devices(t *testing.T, db *store.DB, s *iam.Service, c *clock) func(name string) *app {
	st := store.NewIAM(db)
	admin := &identity.Service{MFADevices: st, Tx: db, Keys: s.Keys, Clock: s.Clock, Rand: rand.Reader}
	return func(name string) *app {
		t.Helper()
		d, secret, err := admin.CreateMFADevice(ctx, "111122223333", "", name, nil)
		ok(t, err)
		return &app{serial: d.Serial, secret: []byte(secret.Reveal()), clock: c}
	}
}

func TestMFADeviceIsEnabledByTwoCodesInARow(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, c := service(t, db)
		ann := person(t, db, s, "ann")
		d := devices(t, db, s, c)("phone")
		refused(t, s.EnableMFADevice(ctx, ann, "", d.serial+"x", d.code(0), d.code(1)), iam.ErrNotFound, "VirtualMFADevice with serial number "+d.serial+"x does not exist.")
		for _, pair := range [][2]string{{d.code(0), d.code(0)}, {d.code(1), d.code(0)}, {d.code(0), d.code(2)}, {"", ""}} {
			refused(t, s.EnableMFADevice(ctx, ann, "", d.serial, pair[0], pair[1]), iam.ErrTwoCodes, "Authentication code for device is not valid.")
		}
		ok(t, s.EnableMFADevice(ctx, ann, "", d.serial, d.code(-1), d.code(0)))
		refused(t, s.EnableMFADevice(ctx, ann, "", d.serial, d.code(-1), d.code(0)), iam.ErrExists, "MFA Device is already in use.")
		refused(t, s.VerifyMFA(ctx, ann.AccountID, ann.ID, d.serial, d.code(0)), iam.ErrCode, "") // enabling spent it
		ok(t, s.VerifyMFA(ctx, ann.AccountID, ann.ID, d.serial, d.code(1)))
		ok(t, s.DeactivateMFADevice(ctx, ann, d.serial))
		refused(t, s.DeactivateMFADevice(ctx, ann, d.serial), iam.ErrNotFound, "does not exist for this user")
		c.now = c.now.Add(5 * totp.Period)
		refused(t, s.VerifyMFA(ctx, ann.AccountID, ann.ID, d.serial, d.code(0)), iam.ErrCode, "")
		for n := range 8 {
			d := devices(t, db, s, c)(fmt.Sprint("d", n))
			ok(t, s.EnableMFADevice(ctx, ann, "", d.serial, d.code(-1), d.code(0)))
		}
		refused(t, s.EnableMFADevice(ctx, ann, "", d.serial, d.code(-1), d.code(0)), iam.ErrMFALimit, "Cannot exceed quota for MFADevicesPerUser: 8")
	})
}

func TestResyncSetsTheClockOfADevice(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, c := service(t, db)
		ann := person(t, db, s, "ann")
		d := devices(t, db, s, c)("phone")
		ok(t, s.EnableMFADevice(ctx, ann, "", d.serial, d.code(-1), d.code(0)))
		d.ahead = 20 * time.Minute
		c.now = c.now.Add(time.Hour)
		refused(t, s.VerifyMFA(ctx, ann.AccountID, ann.ID, d.serial, d.code(0)), iam.ErrCode, "")
		refused(t, s.ResyncMFADevice(ctx, iam.User{AccountID: ann.AccountID, ID: "AIDAEVE"}, d.serial, d.code(-1), d.code(0)), iam.ErrNotFound, "")
		ok(t, s.ResyncMFADevice(ctx, ann, d.serial, d.code(-1), d.code(0)))
		refused(t, s.ResyncMFADevice(ctx, ann, d.serial, d.code(-1), d.code(0)), iam.ErrTwoCodes, "")
		c.now = c.now.Add(time.Hour)
		ok(t, s.VerifyMFA(ctx, ann.AccountID, ann.ID, d.serial, d.code(0)))
		d.ahead += 2 * time.Hour
		refused(t, s.ResyncMFADevice(ctx, ann, d.serial, d.code(-1), d.code(0)), iam.ErrTwoCodes, "")
	})
}

// Attack: use a code that was seen, at many nodes at once.
func TestAttackReplayAnMFACode(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, c := service(t, db)
		ann := person(t, db, s, "ann")
		d := devices(t, db, s, c)("phone")
		ok(t, s.EnableMFADevice(ctx, ann, "", d.serial, d.code(-1), d.code(0)))
		c.now = c.now.Add(totp.Period)
		code, passed := d.code(0), make(chan bool, 4)
		var wg sync.WaitGroup
		for range cap(passed) {
			wg.Go(func() { passed <- s.VerifyMFA(ctx, ann.AccountID, ann.ID, d.serial, code) == nil })
		}
		wg.Wait()
		close(passed)
		n := 0
		for p := range passed {
			if p {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%d of 4 passed with one code", n)
		}
	})
}

// Attack: guess codes; answer with a device of one's own; answer for root.
func TestAttackMFACodesOfOthers(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, c := service(t, db)
		ann := person(t, db, s, "ann")
		ok(t, store.NewIAM(db).InsertIdentity(ctx, identity.Identity{AccountID: ann.AccountID, ID: "AIDAEVE", Kind: identity.User, Name: "eve", Path: "/", CreatedAt: c.now}))
		eve := iam.User{AccountID: ann.AccountID, ID: "AIDAEVE", Name: "eve"}
		mine, hers := devices(t, db, s, c)("eve"), devices(t, db, s, c)("ann")
		ok(t, s.EnableMFADevice(ctx, eve, "", mine.serial, mine.code(-1), mine.code(0)))
		ok(t, s.EnableMFADevice(ctx, ann, "", hers.serial, hers.code(-1), hers.code(0)))
		c.now = c.now.Add(totp.Period)
		refused(t, s.VerifyMFA(ctx, ann.AccountID, ann.ID, mine.serial, mine.code(0)), iam.ErrCode, "")
		refused(t, s.VerifyMFA(ctx, ann.AccountID, ann.AccountID, mine.serial, mine.code(0)), iam.ErrCode, "")
		refused(t, s.VerifyMFA(ctx, ann.AccountID, ann.AccountID, iam.RootMFASerial(ann.AccountID), mine.code(0)), iam.ErrCode, "")
		for range 4 {
			refused(t, s.VerifyMFA(ctx, ann.AccountID, ann.ID, hers.serial, "000000"), iam.ErrCode, "")
		}
		refused(t, s.VerifyMFA(ctx, ann.AccountID, ann.ID, hers.serial, hers.code(0)), iam.ErrTooManyAttempts, "")
		ok(t, s.VerifyMFA(ctx, eve.AccountID, eve.ID, mine.serial, mine.code(0)))
	})
}
