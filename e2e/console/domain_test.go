package console_test

import (
	"context"
	"maps"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"gatehouse/web/paths"
)

func TestDomainAndAPIsInABrowser(t *testing.T) {
	everyView(t, func(t *testing.T, d *desk) {
		pool := d.newPool("Clinic")
		at := paths.Link(paths.ConsoleDomain, pool)
		d.to(at)
		d.on("Domain & APIs")
		d.Fill("prefix", "demo")
		d.Press(`button[value="prefix"]`)
		d.refuses("Domain already associated")
		d.Fill("prefix", "clinic")
		d.Press(`button[value="prefix"]`)
		d.says("The domain is set")
		d.Fill("custom", "login.clinic.example")
		d.Press(`button[value="custom"]`)
		d.says("The domain is set")
		d.write("tags", "team = nurses\ncost = 7")
		d.Press(`form[action$="/tags"] .btn-primary`)
		d.says("The tags are saved")
		d.write("tags", "team = doctors")
		d.Press(`form[action$="/tags"] .btn-primary`)
		d.on("Domain & APIs")
		p := d.pool(pool)
		if aws.ToString(p.Domain) != "clinic" || aws.ToString(p.CustomDomain) != "login.clinic.example" || !maps.Equal(p.UserPoolTags, map[string]string{"team": "doctors"}) {
			t.Errorf("%v %v %v", p.Domain, p.CustomDomain, p.UserPoolTags)
		}

		d.to(paths.Link(paths.ConsoleAPINew, pool))
		d.on("Create API")
		d.Fill("identifier", "https://api.clinic.example/v1")
		d.Fill("name", "Appointments")
		d.write("scopes", "read See them\nread Again")
		d.Submit()
		d.refuses("Invalid or repeated scope name")
		d.write("scopes", "read See them")
		d.Submit()
		d.says("The API is created")
		d.Press("tbody a")
		d.on("Appointments")
		_, err := d.idp().UpdateResourceServer(context.Background(), &cognito.UpdateResourceServerInput{UserPoolId: &pool, Identifier: aws.String("https://api.clinic.example/v1"), Name: aws.String("Visits")})
		if err != nil {
			t.Fatal(err)
		}
		d.Fill("name", "Calendar")
		d.Submit()
		if got := d.Text(".theirs"); !strings.Contains(got, "Visits") {
			t.Errorf("their change is not shown: %q", got)
		}
		d.Submit()
		d.says("Saved")
		d.Press(".page-head .btn-danger")
		d.on("Delete API")
		d.Fill("confirm", "Calendar")
		d.Press("form .btn-danger")
		d.says("The API is deleted")

		d.to(paths.Link(paths.ConsolePoolDelete, pool))
		d.on("Delete user pool")
		d.Press(`.steps a`)
		for _, name := range []string{"clinic", "login.clinic.example"} {
			d.to(paths.Link(paths.ConsoleDomainDelete, pool, "domain", name))
			d.on("Delete domain")
			d.Fill("confirm", name)
			d.Press("form .btn-danger")
			d.says("The domain is deleted")
		}
	})
}
