package main

import (
	"gatehouse/internal/config"
	"gatehouse/internal/iam"
	"gatehouse/web/paths"
)

// rootSettings is what the settings say of the root user. Only demo gives root an access key unasked.
func rootSettings(cfg *config.Config) iam.RootSettings {
	return iam.RootSettings{
		AccountID: cfg.AccountID, Email: cfg.RootEmail, Password: cfg.RootPassword,
		AccessKeyID: cfg.RootAccessKeyID, SecretAccessKey: cfg.RootSecretAccessKey,
		MakeAccessKey: cfg.Demo != config.DemoOff,
	}
}

// announce says where things are, once the service answers, and shows what the first start made.
func (a *app) announce(t *terminal) error {
	n := &notice{about: a.aboutRoot()}
	n.line("Gatehouse", version)
	n.line("Console", a.Config.URL.String()+paths.Console)
	n.line("AWS endpoint", a.Config.URL.String())
	n.line("Account", a.Root.AccountID)
	a.sayRoot(n)
	a.sayDemo(n)
	return n.print(t, a.Config.Data)
}

// aboutRoot says whose the secrets in a notice are.
func (a *app) aboutRoot() string {
	return "root user " + a.Root.Email + " of account " + a.Root.AccountID
}

// sayRoot tells how to get in. An access key that was made is printed whole, as a shell takes it.
func (a *app) sayRoot(n *notice) {
	if !a.Root.Created {
		n.line("Root user", a.Root.Email+" (password lost? `gatehouse root reset`)")
		return
	}
	n.line("Root user", a.Root.Email+": signs in to the console with the root password")
	n.secret("Root password", a.Root.MadePassword)
	switch {
	case a.Root.MadeSecret != "":
		n.secrets = append(n.secrets, "export AWS_ACCESS_KEY_ID="+a.Root.AccessKeyID, "export AWS_SECRET_ACCESS_KEY="+a.Root.MadeSecret.Reveal())
	case a.Root.AccessKeyID != "":
		n.line("Root access key", a.Root.AccessKeyID)
	default:
		n.line("Root access key", "none: `gatehouse root reset --access-key` makes one and a new password")
	}
}
