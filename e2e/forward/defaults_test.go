package forward_test

import (
	"strings"
	"testing"
)

// TestServicesAreOfAPIGatewayUnlessTheySayOtherwise: without a mapping a request is execute-api:Invoke, which an SDK signs for execute-api.
func TestServicesAreOfAPIGatewayUnlessTheySayOtherwise(t *testing.T) {
	k := start(t)
	var made struct {
		Service struct{ Id, Arn, Mapping, ApiId, Stage string }
		Secret  string
	}
	k.own("CreateProtectedService", map[string]any{"Name": "shop", "Proxy": "nginx", "Hosts": []string{"shop.example.com"}}, &made)
	if made.Service.Mapping != "execute-api" || made.Service.ApiId != made.Service.Id || made.Service.Stage != "$default" {
		t.Errorf("%+v", made)
	}
	p := protected{Secret: made.Secret}
	p.Service.Id = made.Service.Id
	ann, _ := k.session("ann", statement(`{"Effect":"Allow","Action":"execute-api:Invoke","Resource":"arn:aws:execute-api:`+region+`:*:`+p.Service.Id+`/$default/GET/orders/*"}`))
	ask := func(method, url string) (int, string) {
		status, header := k.ask(p, "GET", "", told(signedFor(t, "execute-api", ann, method, url, "", ""))...)
		return status, header.Get("X-Gatehouse-Reason")
	}
	if status, reason := ask("GET", "http://shop.example.com/orders/7?x=1"); status != 200 {
		t.Error(status, reason)
	}
	want := "execute-api:Invoke on resource: arn:aws:execute-api:" + region + ":" + k.AccountID + ":" + p.Service.Id + "/$default/DELETE/orders/7"
	if status, reason := ask("DELETE", "http://shop.example.com/orders/7"); status != 403 || !strings.Contains(reason, want) {
		t.Error(status, reason)
	}
}
