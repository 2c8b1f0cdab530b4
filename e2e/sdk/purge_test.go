package sdk_test

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	_ "modernc.org/sqlite"
)

// rowsOf counts what each table holds of a pool.
func rowsOf(t *testing.T, db *sql.DB, poolID string) map[string]int {
	t.Helper()
	tables, err := db.Query(`SELECT m.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND c.name = 'pool_id'`)
	if err != nil {
		t.Fatal(err)
	}
	defer tables.Close()
	counts := map[string]int{}
	for tables.Next() {
		var name string
		if err := tables.Scan(&name); err != nil {
			t.Fatal(err)
		}
		var n int
		if err := db.QueryRow(`SELECT COUNT(*) FROM `+name+` WHERE pool_id = $1`, poolID).Scan(&n); err != nil {
			t.Fatal(err)
		}
		counts[name] = n
	}
	return counts
}

// A deleted pool leaves nothing of its people behind, in whatever table.
func TestDeletedPoolLeavesNothingOfItsPeople(t *testing.T) {
	k := start(t)
	db, err := sql.Open("sqlite", "file:"+filepath.Join(k.Data, "gatehouse.db")+"?_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	p := k.pool(t, func(in *idp.CreateUserPoolInput) { in.AutoVerifiedAttributes = []types.VerifiedAttributeType{"email"} })
	must(k.root.SetUserPoolMfaConfig(ctx, &idp.SetUserPoolMfaConfigInput{
		UserPoolId: p.Id, MfaConfiguration: "OPTIONAL", SoftwareTokenMfaConfiguration: &types.SoftwareTokenMfaConfigType{Enabled: true},
	}))(t)
	c := k.client(t, p.Id, func(in *idp.CreateUserPoolClientInput) {
		in.ExplicitAuthFlows = []types.ExplicitAuthFlowsType{"ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}
	})
	name, password := aws.String("ann"), "Right-password-1"
	must(k.root.AdminCreateUser(ctx, &idp.AdminCreateUserInput{
		UserPoolId: p.Id, Username: name, MessageAction: "SUPPRESS",
		UserAttributes: []types.AttributeType{{Name: aws.String("email"), Value: aws.String("ann@example.com")}, {Name: aws.String("email_verified"), Value: aws.String("true")}},
	}))(t)
	must(k.root.AdminSetUserPassword(ctx, &idp.AdminSetUserPasswordInput{UserPoolId: p.Id, Username: name, Password: &password, Permanent: true}))(t)
	must(k.root.CreateGroup(ctx, &idp.CreateGroupInput{UserPoolId: p.Id, GroupName: aws.String("staff")}))(t)
	must(k.root.AdminAddUserToGroup(ctx, &idp.AdminAddUserToGroupInput{UserPoolId: p.Id, Username: name, GroupName: aws.String("staff")}))(t)
	signIn := func(password string) (*idp.InitiateAuthOutput, error) {
		return k.unsigned.InitiateAuth(ctx, &idp.InitiateAuthInput{
			ClientId: c.ClientId, AuthFlow: "USER_PASSWORD_AUTH", AuthParameters: map[string]string{"USERNAME": *name, "PASSWORD": password},
		})
	}
	signed := must(signIn(password))(t)
	must(k.unsigned.AssociateSoftwareToken(ctx, &idp.AssociateSoftwareTokenInput{AccessToken: signed.AuthenticationResult.AccessToken}))(t)
	must(k.unsigned.ForgotPassword(ctx, &idp.ForgotPasswordInput{ClientId: c.ClientId, Username: name}))(t)
	if _, err := signIn("wrong"); err == nil {
		t.Fatal("a wrong password passed")
	}
	before := rowsOf(t, db, *p.Id)
	for _, table := range []string{"users", "user_groups", "user_pool_clients", "signing_keys", "token_families", "lockout", "software_token", "user_codes"} {
		if before[table] == 0 {
			t.Errorf("%s holds nothing of the pool: the test proves nothing of it (%v)", table, before)
		}
	}
	must(k.root.DeleteUserPool(ctx, &idp.DeleteUserPoolInput{UserPoolId: p.Id}))(t)
	var left []string
	for table, n := range rowsOf(t, db, *p.Id) {
		if n > 0 {
			left = append(left, table)
		}
	}
	if len(left) > 0 {
		t.Error("rows are left in", strings.Join(left, ", "))
	}
	_, err = k.unsigned.GetUser(ctx, &idp.GetUserInput{AccessToken: signed.AuthenticationResult.AccessToken})
	refused(t, err, "NotAuthorizedException", "")
}
