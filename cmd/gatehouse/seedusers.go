package main

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"gatehouse/internal/directory"
	"gatehouse/internal/seal"
	"gatehouse/internal/token"
	"gatehouse/internal/userpool"
	"gatehouse/store"
)

// seedBatch is how many users one transaction makes.
const seedBatch = 10_000

var seedGroups = []string{"admins", "editors", "partners", "support", "testers"}

var (
	givenNames = strings.Fields(`Amara Ben Chen Dana Elif Farid Grace Hanna Ivan Jonas Kaori Lena Miguel Noor Olga Priya Quentin Rosa
		Sven Tomás Uma Vera Wei Ximena Yusuf Zoë Änne Björn Cécile Łukasz`)
	familyNames = strings.Fields(`Okafor Meyer Nguyen Silva Yılmaz Rahman Kim Novák Rossi García Tanaka Schulz Haddad Kowalski Andersson
		Ivanova Patel Dubois Müller Costa Osei Lee O'Brien Fischer Santos Marín Åkesson Weiß Popescu Virtanen`)
	seedTeams = []string{"north", "south", "east", "west"}
)

// crowd makes a pool with so many users, batch by batch.
func (s *seed) crowd(ctx context.Context, c seedCommand) error {
	began := time.Now()
	pool, err := s.pool(ctx, c.Name, s.cfg.Region)
	if err != nil {
		return err
	}
	for _, g := range seedGroups {
		if _, err := s.people.CreateGroup(ctx, pool, directory.Group{Name: g}); err != nil {
			return err
		}
	}
	var kept directory.Kept
	if c.Password != "" {
		if kept.Hash, err = s.hasher.Hash(ctx, seal.Secret(c.Password)); err != nil {
			return err
		}
		kept.Set = began.UTC()
	}
	random := rand.New(rand.NewPCG(1, uint64(c.Users)))
	for done := 0; done < c.Users; {
		n := min(seedBatch, c.Users-done)
		records := make([]*directory.Record, n)
		for i := range records {
			records[i] = directory.NewRecord(pool, seedUser(random, pool.ID, done+i, began), kept)
		}
		if err := s.keep(ctx, pool, records); err != nil {
			return err
		}
		if done += n; done%(10*seedBatch) == 0 {
			fmt.Fprintf(s.out, "%d users after %s\n", done, time.Since(began).Round(time.Second))
		}
	}
	_, err = fmt.Fprintf(s.out, "Made user pool %s with %d users in %s.\n", pool.ID, c.Users, time.Since(began).Round(time.Second/10))
	return err
}

// keep writes users and makes one in ten a member of a group.
func (s *seed) keep(ctx context.Context, pool *userpool.Pool, records []*directory.Record) error {
	return s.db.InTx(ctx, func(ctx context.Context) error {
		if err := store.NewUsers(s.db).InsertUsers(ctx, records); err != nil {
			return err
		}
		members := map[string][]string{}
		for i, r := range records {
			if i%10 == 0 {
				g := seedGroups[i/10%len(seedGroups)]
				members[g] = append(members[g], r.User.Sub)
			}
		}
		for g, subs := range members {
			if err := store.NewGroups(s.db).InsertMembers(ctx, pool.ID, g, subs, records[0].User.Created); err != nil {
				return err
			}
		}
		return nil
	})
}

// seedUser is the user of a number.
func seedUser(r *rand.Rand, poolID string, i int, now time.Time) *directory.User {
	var id uuid.UUID
	for b := range id {
		id[b] = byte(r.Uint32())
	}
	binary.BigEndian.PutUint32(id[:4], uint32(i)<<9) // in order, so that tables grow at their end, which is faster
	id[6], id[8] = id[6]&0x0f|0x40, id[8]&0x3f|0x80  // a random one, RFC 9562
	given, family := givenNames[r.IntN(len(givenNames))], familyNames[r.IntN(len(familyNames))]
	local := strings.ToLower(given+"."+strings.ReplaceAll(family, "'", "")) + fmt.Sprint(".", i)
	created := now.Add(-time.Duration(r.Int64N(int64(3 * 365 * 24 * time.Hour)))).UTC().Truncate(time.Millisecond)
	u := &directory.User{
		PoolID: poolID, Sub: id.String(), Username: fmt.Sprintf("user%07d", i), Enabled: i%37 != 0, Status: directory.Confirmed,
		Created: created, Modified: created, Version: 1,
		Attributes: map[string]string{
			"email": local + "@example.com", "email_verified": "true", "name": given + " " + family, "given_name": given, "family_name": family,
			"custom:team": seedTeams[i%len(seedTeams)],
		},
	}
	switch {
	case i%23 == 0:
		u.Status, u.Attributes["email_verified"] = directory.Unconfirmed, "false"
	case i%41 == 0:
		u.Status = directory.ForceChangePassword
	case i%101 == 0:
		u.Status = directory.ResetRequired
	case i%13 == 0:
		u.MFA = directory.MFA{TOTP: true, Preferred: "SOFTWARE_TOKEN_MFA"}
	}
	return u
}

// seedPoolsARegion leaves room below the quota for pools that are there already.
const seedPoolsARegion = userpool.MaxPools - 100

// seedRegions are where pools go after the installation's own.
var seedRegions = strings.Fields(`us-east-1 us-east-2 us-west-1 us-west-2 ca-central-1 sa-east-1 eu-central-1 eu-north-1 eu-south-1 eu-west-1 eu-west-2 eu-west-3
	ap-east-1 ap-south-1 ap-northeast-1 ap-northeast-2 ap-southeast-1 ap-southeast-2 af-south-1 me-south-1`)

// emptyPools makes so many pools without users, in as many regions as they need.
func (s *seed) emptyPools(ctx context.Context, c seedCommand) error {
	began, made := time.Now(), 0
	regions := append([]string{s.cfg.Region}, slices.DeleteFunc(slices.Clone(seedRegions), func(r string) bool { return r == s.cfg.Region })...)
	for _, region := range regions {
		for n := 0; n < seedPoolsARegion && made < c.Pools; n++ {
			if _, err := s.pool(ctx, fmt.Sprintf("%s %05d", c.Name, made+1), region); err != nil {
				return err
			}
			if made++; made%1000 == 0 {
				fmt.Fprintf(s.out, "%d pools after %s\n", made, time.Since(began).Round(time.Second))
			}
		}
	}
	if made > 0 {
		fmt.Fprintf(s.out, "Made %d user pools in %s.\n", made, time.Since(began).Round(time.Second/10))
	}
	return nil
}

// pool makes a pool as an administrator would; keys of ES256, which are quick to make.
func (s *seed) pool(ctx context.Context, name, region string) (*userpool.Pool, error) {
	settings := userpool.DefaultSettings()
	settings.CaseSensitive, settings.SigningAlgorithm, settings.AutoVerified = false, token.ES256, []string{"email"}
	settings.MFA, settings.SoftwareTokenMFA = userpool.MFAOptional, true
	settings.Schema = append(settings.Schema, userpool.Attribute{Name: "custom:team", Type: "String", Mutable: true})
	return s.pools.CreatePool(ctx, s.account, region, name, settings)
}
