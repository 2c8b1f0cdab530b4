package clients_test

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"gatehouse/e2e/server"
)

// TestAWSCLIMakesALeastPrivilegeUser is the way that docs/OPERATIONS.md shows: a user who may look at pools, in a
// group, with a key of its own; and what the CLI says when that user wants more.
func TestAWSCLIMakesALeastPrivilegeUser(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a server and the AWS CLI")
	}
	s := server.Start(t, server.Options{})
	cli, env := tool(t, "aws"), cliEnvironment(s)
	root := func(args ...string) string {
		t.Helper()
		return strings.TrimSpace(run(t, ".", env, cli, append(args, "--output", "text")...))
	}
	root("iam", "create-group", "--group-name", "readers")
	root("iam", "attach-group-policy", "--group-name", "readers", "--policy-arn", "arn:aws:iam::aws:policy/AmazonCognitoReadOnly")
	arn := root("iam", "create-user", "--user-name", "ann", "--query", "User.Arn")
	root("iam", "add-user-to-group", "--group-name", "readers", "--user-name", "ann")
	key := strings.Fields(root("iam", "create-access-key", "--user-name", "ann", "--query", "AccessKey.[AccessKeyId,SecretAccessKey]"))

	ann := append(env, "AWS_ACCESS_KEY_ID="+key[0], "AWS_SECRET_ACCESS_KEY="+key[1])
	if got := strings.TrimSpace(run(t, ".", ann, cli, "sts", "get-caller-identity", "--output", "text", "--query", "Arn")); got != arn {
		t.Error(got)
	}
	run(t, ".", ann, cli, "cognito-idp", "list-user-pools", "--max-results", "1")
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	more := exec.CommandContext(ctx, cli, "cognito-idp", "create-user-pool", "--pool-name", "mine")
	more.Env = append(os.Environ(), ann...)
	out, err := more.CombinedOutput()
	want := "An error occurred (AccessDeniedException) when calling the CreateUserPool operation: User: " + arn +
		" is not authorized to perform: cognito-idp:CreateUserPool because no identity-based policy allows the cognito-idp:CreateUserPool action"
	if err == nil || !strings.Contains(string(out), want) {
		t.Errorf("%v %s", err, out)
	}
}
