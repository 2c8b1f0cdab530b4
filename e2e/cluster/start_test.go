package cluster_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"gatehouse/e2e/server"
)

// Nodes that start at once on an empty database share one account, one root and one schema, and only one of
// them has made root's secrets and shows them.
func TestNodesThatStartAtOnceOnAnEmptyDatabaseAgree(t *testing.T) {
	for range 3 {
		i := newInstallation(t)
		o := i.settings(sealingKey(t))
		for _, made := range []string{"ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "EMAIL", "PASSWORD"} {
			o.Env["GATEHOUSE_ROOT_"+made] = ""
		}
		var all []*server.Server
		for range 4 {
			all = append(all, server.Launch(t, o))
		}
		accounts, told := map[string]bool{}, 0
		for _, s := range all {
			s.Await(t)
			accounts[s.AccountID] = true
			if _, err := os.Stat(filepath.Join(s.Data, "first-start-secrets.txt")); err == nil {
				told++
			}
		}
		if len(accounts) != 1 || told != 1 {
			t.Errorf("%d accounts %v, %d nodes tell root's secrets", len(accounts), accounts, told)
		}
		for _, s := range all {
			if code := s.Stop(); code != 0 {
				t.Errorf("exit %d: %s", code, s.Output())
			}
		}
	}
}

// Nodes with different sealing keys race for an empty database: those of one key run, the others say why not.
func TestNodesWithDifferentSealingKeysNeverShareADatabase(t *testing.T) {
	for range 3 {
		i := newInstallation(t)
		keys := []string{sealingKey(t), sealingKey(t)}
		var all []*server.Server
		for n := range 4 {
			all = append(all, server.Launch(t, i.settings(keys[n%2])))
		}
		won := map[int]int{}
		for n, s := range all {
			if s.Ready() {
				won[n%2]++
				continue
			}
			if code := s.Stop(); code != 1 || !strings.Contains(s.Output(), "GATEHOUSE_SECRET_KEYS") {
				t.Errorf("exit %d: %s", code, s.Output())
			}
		}
		if len(won) != 1 || won[0]+won[1] != 2 {
			t.Errorf("ready nodes by key: %v", won)
		}
		for _, s := range all {
			s.Stop()
		}
	}
}

// A node with another root in its settings does not start beside the first.
func TestNodeWithAnotherRootDoesNotStart(t *testing.T) {
	i, key := newInstallation(t), sealingKey(t)
	first := server.Start(t, i.settings(key))
	o := i.settings(key)
	o.Env["GATEHOUSE_ROOT_PASSWORD"] = "another-password-of-root"
	if s := server.Launch(t, o); s.Ready() {
		t.Error("the second node started")
	} else if code := s.Stop(); code != 1 || !strings.Contains(s.Output(), "root reset") {
		t.Errorf("exit %d: %s", code, s.Output())
	}
	n := &nodes{installation: i, all: []*server.Server{first}}
	who := sts.New(sts.Options{Region: region, BaseEndpoint: aws.String(publicURL), HTTPClient: n,
		Credentials: credentials.NewStaticCredentialsProvider(server.RootAccessKeyID, server.RootSecretAccessKey, "")})
	must(who.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{}))(t)
}
