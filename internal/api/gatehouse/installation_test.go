package gatehouse_test

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"testing"
	"time"

	"gatehouse/internal/api"
	"gatehouse/internal/api/apitest"
	"gatehouse/internal/api/gatehouse"
	"gatehouse/internal/audit"
	"gatehouse/internal/installation"
	"gatehouse/internal/seal"
	"gatehouse/store"
	"gatehouse/store/storetest"
)

func setUpInstallation(t *testing.T) *api.API {
	db := storetest.Open(t)
	k, err := seal.NewKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	rotation := &seal.Rotation{Store: store.NewKeys(db), Clock: time.Now, Rand: rand.Reader, Log: slog.New(slog.DiscardHandler), Keys: []seal.Key{k}, Name: "n"}
	if _, err := rotation.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := rotation.Beat(t.Context()); err != nil {
		t.Fatal(err)
	}
	records := store.NewAudit(db)
	n := 0
	a := &api.API{Registry: api.NewRegistry(), Authorizer: apitest.RootOnly{}, Log: slog.New(slog.DiscardHandler),
		Audit: &audit.Recorder{Store: records, Clock: time.Now, NewID: func() string { n++; return time.Now().Format(time.RFC3339Nano) + string(rune(n)) }}}
	(&gatehouse.Service{Audit: records, Facts: installation.Facts{Operator: account, Version: "v1", Mail: "smtp://mail.example"}, Database: db,
		Sealing: &seal.Background{Rotation: rotation, Go: func(_ string, task func(context.Context) error) { go task(context.Background()) }},
	}).Register(a.Registry)
	return a
}

func TestDescribeInstallation(t *testing.T) {
	a := setUpInstallation(t)
	out, err := api.Call[gatehouse.DescribeInstallationOutput](t.Context(), a, root(account), &gatehouse.DescribeInstallationInput{})
	if err != nil || *out.Version != "v1" || *out.MailTransport != "smtp://mail.example" || out.SmsTransport != nil || *out.DatabaseEngine != "sqlite" ||
		out.DatabaseProblem != nil || *out.Migrations < 10 || len(out.PendingMigrations) != 0 || len(out.Nodes) != 1 {
		t.Errorf("%+v %v", out, err)
	}
}

// What is of the installation is not every account's to see or do.
func TestAttackInstallationOfAnotherAccount(t *testing.T) {
	a, other := setUpInstallation(t), root("999900001111")
	for name, call := range map[string]func() error{
		"describe": func() error {
			_, err := api.Call[gatehouse.DescribeInstallationOutput](t.Context(), a, other, &gatehouse.DescribeInstallationInput{})
			return err
		},
		"list keys": func() error {
			_, err := api.Call[gatehouse.ListSealingKeysOutput](t.Context(), a, other, &gatehouse.ListSealingKeysInput{})
			return err
		},
		"rotate keys": func() error {
			_, err := api.Call[gatehouse.RotateSealingKeysOutput](t.Context(), a, other, &gatehouse.RotateSealingKeysInput{})
			return err
		},
		"start backup": func() error {
			_, err := api.Call[gatehouse.StartBackupOutput](t.Context(), a, other, &gatehouse.StartBackupInput{})
			return err
		},
		"list backups": func() error {
			_, err := api.Call[gatehouse.ListBackupsOutput](t.Context(), a, other, &gatehouse.ListBackupsInput{})
			return err
		},
	} {
		if err := call(); !errors.Is(err, api.ErrAccessDenied) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRotateSealingKeysTellsHowItWent(t *testing.T) {
	a := setUpInstallation(t)
	if _, err := api.Call[gatehouse.RotateSealingKeysOutput](t.Context(), a, root(account), &gatehouse.RotateSealingKeysInput{}); err != nil {
		t.Fatal(err)
	}
	var out *gatehouse.ListSealingKeysOutput
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		var err error
		if out, err = api.Call[gatehouse.ListSealingKeysOutput](t.Context(), a, root(account), &gatehouse.ListSealingKeysInput{}); err != nil {
			t.Fatal(err)
		}
		if !*out.Rotation.Running {
			break
		}
	}
	if len(out.Keys) != 1 || !*out.Keys[0].Active || !*out.Keys[0].Wanted || *out.Keys[0].Values != 1 || *out.Rotation.Running || len(out.Rotation.Steps) != 1 {
		t.Errorf("%+v", out)
	}
}
