package clients_test

import (
	"strings"
	"testing"

	"gatehouse/e2e/server"
)

// TestAWSCLISimulatesPolicies runs the example of the CLI's own reference.
func TestAWSCLISimulatesPolicies(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a server and the AWS CLI")
	}
	s := server.Start(t, server.Options{})
	cli, env := tool(t, "aws"), cliEnvironment(s)
	const policy = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"dynamodb:*","Resource":"*","Condition":{"DateGreaterThan":{"aws:CurrentTime":"2018-08-16T12:00:00Z"}}}}`
	simulate := func(when, query string) string {
		return strings.Join(strings.Fields(run(t, ".", env, cli, "iam", "simulate-custom-policy", "--policy-input-list", policy, "--action-names", "dynamodb:CreateBackup",
			"--context-entries", "ContextKeyName='aws:CurrentTime',ContextKeyValues='"+when+"',ContextKeyType=date", "--output", "text", "--query", "EvaluationResults[]."+query)), " ")
	}
	const all = "[EvalActionName,EvalResourceName,EvalDecision,MatchedStatements[0].[SourcePolicyId,StartPosition.Line,StartPosition.Column,EndPosition.Line,EndPosition.Column][]]"
	if got := simulate("2019-04-25T11:00:00Z", all+"[]"); got != "dynamodb:CreateBackup * allowed PolicyInputList.1 1 38 1 167" {
		t.Error(got)
	}
	if got := simulate("2014-04-25T11:00:00Z", "[EvalDecision,length(MatchedStatements),length(MissingContextValues)][]"); got != "implicitDeny 0 0" {
		t.Error(got)
	}
	if got := strings.TrimSpace(run(t, ".", env, cli, "iam", "get-context-keys-for-custom-policy", "--policy-input-list", policy, "--output", "text", "--query", "ContextKeyNames")); got != "aws:CurrentTime" {
		t.Error(got)
	}
}
