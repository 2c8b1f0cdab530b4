package gatehouse

import (
	"context"
	"slices"
	"strings"
	"time"

	"gatehouse/internal/api"
	"gatehouse/internal/directory"
	"gatehouse/internal/userpool"
)

// People is the part of *directory.Service that these operations call.
type People interface {
	UserLister
	// Lookup finds a user by any login of the pool, or by sub.
	Lookup(ctx context.Context, pool *userpool.Pool, login string) (*directory.User, error)
	Search(ctx context.Context, pool *userpool.Pool, in directory.Search, at directory.PageOf) (directory.UserPage, error)
	LastPassed(ctx context.Context, pool *userpool.Pool, users []*directory.User) (map[string]time.Time, error)
	User(ctx context.Context, poolID, sub string) (*directory.User, error)
	Group(ctx context.Context, poolID, name string) (directory.Group, error)
}

// UserFilter selects users of a pool. Every member may be left out; all that are given must hold.
type UserFilter struct {
	// Text: each of its words begins a word of the username, the sub or an attribute; with TextMatch Contains it
	// stands anywhere in one of them. At most 128 characters.
	Text          *string
	TextMatch     *string // BeginsWith when left out, or Contains
	Status        *string // UserStatusType
	Enabled       *bool
	GroupName     *string
	Mfa           *string // NONE or TOTP
	CreatedAfter  *time.Time
	CreatedBefore *time.Time
	Attributes    []UserAttributeFilter // at most 10
}

// UserAttributeFilter selects by one attribute, standard or custom:, or by username or sub.
type UserAttributeFilter struct {
	Name  *string
	Match *string // Equals when left out, or BeginsWith
	Value *string // 1 to 255 characters
}

// SearchUsersInput asks for a page of the users of a pool that a filter selects.
type SearchUsersInput struct {
	UserPoolId *string
	Filter     *UserFilter
	SortBy     *string // Username when left out, Email (those without come last), Created or Modified
	Descending *bool
	MaxResults *int32  // 1 to 1000; 60 when left out
	NextToken  *string // NextToken or PreviousToken of another page
	LastPage   *bool   // the last users, not the first
	// IncludeActivity reads LastActivityDate too.
	IncludeActivity *bool
}

// SearchUsersOutput is the page.
type SearchUsersOutput struct {
	Users                    []FoundUser
	NextToken, PreviousToken *string
	// Stopped: the page is short because as many users as one call may have been looked at; its token goes on from there.
	Stopped *bool
	// Indexing: users of before an upgrade are still being indexed, and Text and Attributes do not find all yet.
	Indexing *bool
}

// FoundUser is one user.
type FoundUser struct {
	Username, Sub                        *string
	Enabled                              *bool
	UserStatus                           *string
	UserCreateDate, UserLastModifiedDate *time.Time
	LastActivityDate                     *time.Time // when they last passed a sign-in or changed something themselves
	UserMFASettingList                   []string
	Attributes                           []UserAttribute // by name, without sub
}

// UserAttribute is a name and a value.
type UserAttribute struct{ Name, Value *string }

func (s *Service) registerUsers(r *api.Registry) {
	api.Add(r, name, api.Op[SearchUsersInput, SearchUsersOutput]{
		Access: api.Signed(), Effect: api.SensitiveRead,
		Resource: poolARN(s, func(in *SearchUsersInput) *string { return in.UserPoolId }), Run: s.searchUsers,
	})
}

func (s *Service) searchUsers(ctx context.Context, in *SearchUsersInput) (*SearchUsersOutput, error) {
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	search, err := searchOf(in.Filter)
	if err != nil {
		return nil, err
	}
	search.Sort, search.Descending = text(in.SortBy), yes(in.Descending)
	at := directory.PageOf{Token: text(in.NextToken), Last: yes(in.LastPage), Limit: 60}
	if in.MaxResults != nil {
		if at.Limit = int(*in.MaxResults); at.Limit < 1 || at.Limit > directory.MaxSearchPage {
			return nil, errValidation.With("MaxResults must be from 1 to %d.", directory.MaxSearchPage)
		}
	}
	page, err := s.People.Search(ctx, p, search, at)
	if err != nil {
		return nil, err
	}
	seen := map[string]time.Time{}
	if yes(in.IncludeActivity) {
		if seen, err = s.People.LastPassed(ctx, p, page.Users); err != nil {
			return nil, err
		}
	}
	out := &SearchUsersOutput{Users: []FoundUser{}, NextToken: some(page.Next), PreviousToken: some(page.Previous), Stopped: &page.Stopped, Indexing: &page.Indexing}
	for _, u := range page.Users {
		out.Users = append(out.Users, foundUser(u, seen[u.Sub]))
	}
	return out, nil
}

// searchOf is a filter in the domain's words.
func searchOf(f *UserFilter) (directory.Search, error) {
	if f == nil {
		return directory.Search{}, nil
	}
	s := directory.Search{Text: text(f.Text), Status: directory.Status(text(f.Status)), Enabled: f.Enabled, Group: text(f.GroupName), MFA: text(f.Mfa)}
	switch text(f.TextMatch) {
	case "", "BeginsWith":
	case "Contains":
		s.Anywhere = true
	default:
		return s, errValidation.With("TextMatch must be BeginsWith or Contains.")
	}
	if f.CreatedAfter != nil {
		s.CreatedAfter = *f.CreatedAfter
	}
	if f.CreatedBefore != nil {
		s.CreatedBefore = *f.CreatedBefore
	}
	for _, a := range f.Attributes {
		match := text(a.Match)
		if match != "" && match != "Equals" && match != "BeginsWith" {
			return s, errValidation.With("Match must be Equals or BeginsWith.")
		}
		s.Attributes = append(s.Attributes, directory.AttributeFilter{Name: text(a.Name), Prefix: match == "BeginsWith", Value: text(a.Value)})
	}
	return s, nil
}

func foundUser(u *directory.User, seen time.Time) FoundUser {
	status := string(u.Status)
	out := FoundUser{Username: &u.Username, Sub: &u.Sub, Enabled: &u.Enabled, UserStatus: &status, UserCreateDate: &u.Created, UserLastModifiedDate: &u.Modified, Attributes: []UserAttribute{}}
	if !seen.IsZero() {
		out.LastActivityDate = &seen
	}
	if u.MFA.TOTP {
		out.UserMFASettingList = []string{"SOFTWARE_TOKEN_MFA"}
	}
	for n, v := range u.Attributes {
		out.Attributes = append(out.Attributes, UserAttribute{&n, &v})
	}
	slices.SortFunc(out.Attributes, func(a, b UserAttribute) int { return strings.Compare(*a.Name, *b.Name) })
	return out
}

func yes(b *bool) bool { return b != nil && *b }
