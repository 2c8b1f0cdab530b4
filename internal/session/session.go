// Package session is the browser sessions of a realm (each pool's hosted pages, later the console):
// opaque cookies whose rows hold who signed in, when and how. API sign-ins have no session here.
package session

import (
	"crypto/sha256"
	"encoding/hex"
	"time"
)

// Lifetime of a hosted session: one hour, fixed as Cognito has it.
const Lifetime = time.Hour

// Session is one signed-in browser.
type Session struct {
	ID        string // hash of the cookie's handle; never shown
	Realm     string // pool:{id}; refused elsewhere
	Base      string // the base that the session was started at (host or path base); refused elsewhere
	PoolID    string
	Sub       string
	AuthTime  time.Time
	Methods   []string
	Created   time.Time
	Expires   time.Time
	IP        string
	UserAgent string
}

// PublicID names a session to an administrator. It is a hash of the id, which nobody is told.
func (s Session) PublicID() string {
	sum := sha256.Sum256([]byte("public session id\x00" + s.ID))
	return hex.EncodeToString(sum[:16])
}

// PoolRealm is the realm of a pool's hosted pages.
func PoolRealm(poolID string) string { return "pool:" + poolID }

// Purposes of the cookies that hold handles of this package (web.Cookies).
const (
	CookieSession = "session" // Start's
	CookieBrowser = "browser" // what Begin binds an attempt to, made before anybody signed in
)
