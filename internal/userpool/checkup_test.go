package userpool_test

import (
	"context"
	"slices"
	"testing"

	"gatehouse/internal/userpool"
	"gatehouse/store/storetest"
)

func TestCheckUpNamesTheClientsThatItFinds(t *testing.T) {
	ctx, s := context.Background(), service(t, storetest.Open(t))
	p := pool(t, s, func(x *userpool.Settings) {
		x.Password = userpool.PasswordPolicy{MinimumLength: 8, RequireNumbers: true}
	})
	safe := userpool.DefaultClientSettings()
	safe.AuthFlows, safe.PreventUserExistenceErrors = []string{"ALLOW_REFRESH_TOKEN_AUTH"}, true
	open := safe
	open.OAuthEnabled, open.OAuthFlows, open.OAuthScopes = true, []string{"implicit"}, []string{"openid"}
	open.CallbackURLs, open.TokenRevocation, open.PreventUserExistenceErrors = []string{"http://localhost/cb"}, false, false
	open.AuthFlows = []string{"ALLOW_USER_SRP_AUTH"}
	client(t, s, p.ID, userpool.NewClient{Name: "safe", Settings: safe})
	client(t, s, p.ID, userpool.NewClient{Name: "open", Settings: open})
	checks, err := s.CheckUp(ctx, p)
	if err != nil {
		t.Fatal(err)
	}
	ofClients := []string{"IMPLICIT_GRANT", "USER_EXISTENCE_SHOWN", "NO_TOKEN_REVOCATION", "SRP_VERIFIERS_KEPT", "HTTP_CALLBACK"}
	for _, c := range checks {
		if !c.Found {
			t.Errorf("%s is not found", c.Name)
		}
		if slices.Contains(ofClients, c.Name) && (len(c.Clients) != 1 || c.Clients[0].Name != "open") {
			t.Errorf("%s is found at %v", c.Name, c.Clients)
		}
	}
	if checks[0].Severity != userpool.SeverityHigh || checks[len(checks)-1].Severity != userpool.SeverityLow {
		t.Error("the gravest are not first")
	}
}
