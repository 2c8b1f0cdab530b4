package directory

import (
	"context"
	"time"
	"unicode/utf8"

	"gatehouse/internal/userpool"
)

// Record is a user as the store keeps it: the user, the password at rest, and what the user is found by.
type Record struct {
	User   *User
	Kept   Kept
	Logins []Login           // what names the user at sign-in, the username first
	Search map[string]string // values that ListUsers filters by, by column of searchColumns; absent: unset
	Words  []string          // what a search finds the user by (Words)
}

// Kept is a password at rest: an argon2id hash, or a salt and a sealed SRP verifier, or neither.
type Kept struct {
	Hash      string
	Salt      []byte
	Sealed    []byte // the verifier, sealed for VerifierPurpose
	Temporary bool
	Set       time.Time
}

// Empty tells whether there is no password.
func (k Kept) Empty() bool { return k.Hash == "" && len(k.Sealed) == 0 }

// Login is a name that one user of a pool signs in with.
type Login struct {
	Key       string // normalised as the pool compares
	Attribute string // username, email, phone_number, preferred_username
}

// SearchAttributes are the attributes that Search may hold and users are listed by.
var SearchAttributes = []string{"username", "email", "phone_number", "name", "given_name", "family_name", "preferred_username"}

// maxSearchKey bounds what the index holds of a value. Filters are shorter, so equality stays exact.
const maxSearchKey = 1100

// NewRecord is a user as the store keeps it, with a password at rest.
func NewRecord(pool *userpool.Pool, u *User, k Kept) *Record {
	r := &Record{User: u, Kept: k}
	r.index(pool)
	return r
}

// index computes what the record is found by.
func (r *Record) index(pool *userpool.Pool) {
	r.Logins = loginsOf(pool, r.User)
	r.Words = Words(r.User)
	r.Search = map[string]string{}
	for _, name := range SearchAttributes {
		if v := r.User.Attribute(name); v != "" || name == "username" {
			if name == "username" {
				v = r.User.Username
			}
			r.Search[name] = searchKey(pool, name, v)
		}
	}
}

func searchKey(pool *userpool.Pool, attribute, value string) string {
	switch attribute {
	case "username", "email", "preferred_username":
		value = fold(pool, value)
	}
	if len(value) <= maxSearchKey {
		return value
	}
	n := maxSearchKey
	for !utf8.RuneStart(value[n]) {
		n--
	}
	return value[:n]
}

// UserStore keeps users with their passwords. Users that it does not have are answered with ErrUserNotFound.
type UserStore interface {
	// InsertUser adds a user; *TakenError when a login names another user or the username is another's sub,
	// whatever its case.
	InsertUser(ctx context.Context, r *Record) error
	// SaveUser writes a record with its logins and bumps the version; *TakenError as InsertUser,
	// ErrConcurrent when the version is not the stored one.
	SaveUser(ctx context.Context, r *Record) error
	// DeleteUser deletes a user with logins, password history and group memberships.
	DeleteUser(ctx context.Context, poolID, sub string) error
	UserByLogin(ctx context.Context, poolID, login string) (*Record, error)
	UserBySub(ctx context.Context, poolID, sub string) (*Record, error)
	// LoginOwner is the sub of the user that a login names, "" for nobody.
	LoginOwner(ctx context.Context, poolID, login string) (string, error)
	// SetPassword replaces the password if it still is what it was: false when it is not.
	SetPassword(ctx context.Context, poolID, sub string, was, is Kept) (bool, error)
	// KeepsHashes and KeepsVerifiers tell whether some user's password is kept as an argon2id hash, as a verifier.
	KeepsHashes(ctx context.Context, poolID string) (bool, error)
	KeepsVerifiers(ctx context.Context, poolID string) (bool, error)
	SetMFA(ctx context.Context, poolID, sub string, mfa MFA, at time.Time) error
	SignOut(ctx context.Context, poolID, sub string, at time.Time) error
	// ListUsers answers up to limit users past the cursor, in the order of the filtered value and sub.
	ListUsers(ctx context.Context, poolID string, f Filter, after Cursor, limit int) ([]*User, error)
	// PasswordHistory lists the hashes of the last n passwords, newest first.
	PasswordHistory(ctx context.Context, poolID, sub string, n int) ([]string, error)
	// AddPasswordHistory adds a hash and forgets all but the newest keep.
	AddPasswordHistory(ctx context.Context, poolID, sub, hash string, at time.Time, keep int) error
}

// CodeStore keeps verification codes and attempts. A subject is a sub, or stands for a user that does not exist.
type CodeStore interface {
	// PutCode makes a code the only live one of its subject and purpose.
	PutCode(ctx context.Context, c Code) error
	// TryCode counts one try of the live code and answers it; ErrExpiredCode when there is none, or it has
	// been tried max times.
	TryCode(ctx context.Context, poolID, subject string, p Purpose, now time.Time, max int) (Code, error)
	// LiveCode reads the live code; ErrExpiredCode when there is none.
	LiveCode(ctx context.Context, poolID, subject string, p Purpose, now time.Time) (Code, error)
	// LastCode reads the last code, live or over; ErrExpiredCode when there is none.
	LastCode(ctx context.Context, poolID, subject string, p Purpose) (Code, error)
	// TakeCode deletes the code if it still is the one with this MAC; ErrExpiredCode otherwise.
	TakeCode(ctx context.Context, poolID, subject string, p Purpose, mac []byte) error
	// DropCode deletes the code if there is one.
	DropCode(ctx context.Context, poolID, subject string, p Purpose) error
	// CountAttempt counts an act of a subject; false when limit acts were counted since the hour began.
	CountAttempt(ctx context.Context, poolID, subject, act string, now time.Time, limit int) (bool, error)
	// Touch counts a write that is made for its cost alone.
	Touch(ctx context.Context, poolID, subject string) error
	// PurgeSubject deletes all codes and attempts of a subject.
	PurgeSubject(ctx context.Context, poolID, subject string) error
	// PurgeCodes deletes up to limit codes and attempts that are over.
	PurgeCodes(ctx context.Context, now time.Time, limit int) (int64, error)
}

// GroupStore keeps groups and who is in them. Groups that it does not have are answered with ErrGroupNotFound.
type GroupStore interface {
	// InsertGroup answers ErrGroupExists when the pool has the name and ErrLimit when it has max groups.
	InsertGroup(ctx context.Context, g Group, max int) error
	SaveGroup(ctx context.Context, g Group) error
	DeleteGroup(ctx context.Context, poolID, name string) error
	Group(ctx context.Context, poolID, name string) (Group, error)
	// ListGroups answers up to limit groups past a name, in the order of names.
	ListGroups(ctx context.Context, poolID, after string, limit int) ([]Group, error)
	// AddMember answers ErrGroupNotFound or ErrUserNotFound, and ErrLimit when the user is in max groups. A
	// member may be added again.
	AddMember(ctx context.Context, poolID, name, sub string, at time.Time, max int) error
	RemoveMember(ctx context.Context, poolID, name, sub string) error
	// GroupsOfUser lists up to limit groups of a user past a name, in the order of names.
	GroupsOfUser(ctx context.Context, poolID, sub, after string, limit int) ([]Group, error)
	// ListMembers answers up to limit users of a group past a sub, in the order of subs.
	ListMembers(ctx context.Context, poolID, name, after string, limit int) ([]*User, error)
}

// EventStore keeps auth events.
type EventStore interface {
	InsertEvent(ctx context.Context, e Event) error
	// ListEvents answers up to limit events of a user before an id ("": the newest), newest first.
	ListEvents(ctx context.Context, poolID, sub, before string, limit int) ([]Event, error)
}
