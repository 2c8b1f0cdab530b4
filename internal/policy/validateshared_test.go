package policy

import (
	"strings"
	"testing"
)

func TestTrustInEverybodysProviderIsWarnedOf(t *testing.T) {
	const github = "token.actions.githubusercontent.com"
	trust := func(provider, action, condition string) string {
		return document(`"Principal":{"Federated":"` + provider + `"},"Action":"` + action + `","Condition":{` + condition + `}`)
	}
	arn := "arn:aws:iam::123456789012:oidc-provider/"
	web := "sts:AssumeRoleWithWebIdentity"
	aud := `"StringEquals":{"` + github + `:aud":"sts.amazonaws.com"}`
	for src, warns := range map[string]bool{
		trust(arn+github, web, aud):                                                                     true,
		trust(arn+github, "sts:*", aud):                                                                 true,
		trust(arn+"GitLab.com", web, ""):                                                                true,
		trust(arn+"app.terraform.io", web, ""):                                                          true,
		trust(arn+github, web, `"StringLike":{"`+github+`:sub":"*"}`):                                   true,
		trust(arn+github, web, `"StringLike":{"`+github+`:sub":["repo:a/b:*","**"]}`):                   true,
		trust(arn+github, web, `"StringLike":{"`+github+`:sub":"repo:*"}`):                              true,
		trust(arn+github, web, `"StringLike":{"`+github+`:sub":"repo:*/*:*"}`):                          true,
		trust(arn+github, web, `"StringLike":{"`+github+`:sub":"?*"}`):                                  true,
		trust("gitlab.com", web, `"StringLike":{"gitlab.com:sub":"project_path:*"}`):                    true,
		trust("gitlab.com", web, `"StringLike":{"gitlab.com:sub":"project_path:acme/*"}`):               false,
		trust(arn+github, web, `"StringNotEquals":{"`+github+`:sub":"repo:a/b"}`):                       true,
		trust(arn+github, web, `"StringEqualsIfExists":{"`+github+`:sub":"repo:a/b"}`):                  true,
		trust(arn+github, web, `"ForAllValues:StringEquals":{"`+github+`:sub":"repo:a"}`):               true,
		trust(arn+github, web, `"StringEquals":{"gitlab.com:sub":"repo:a/b"}`):                          true,
		trust(arn+"accounts.google.com", web, ""):                                                       true,
		trust("accounts.google.com", web, ""):                                                           true,
		trust(arn+"accounts.google.com", web, `"StringEquals":{"accounts.google.com:aud":"1"}`):         false,
		trust("accounts.google.com", web, `"StringEquals":{"accounts.google.com:sub":"1"}`):             false,
		trust(arn+github, web, `"StringLike":{"`+github+`:sub":"repo:acme/*"}`):                         false,
		trust(arn+github, web, `"StringEquals":{"Token.Actions.GithubUserContent.com:SUB":"repo:a/b"}`): false,
		trust(arn+"login.example.com", web, ""):                                                         false,
		trust(arn+github, "sts:TagSession", ""):                                                         false,
		strings.Replace(trust(arn+github, web, aud), "Allow", "Deny", 1):                                false,
	} {
		problems := validate(t, src, Trust)
		if got := len(problems) == 1 && problems[0].Warning && strings.Contains(problems[0].Message, "anyone with a token"); got != warns || problems.Err() != nil || !warns && len(problems) > 0 {
			t.Errorf("%s: %v", src, problems)
		}
	}
}

func TestAsterisksThatMatchNothingAreWarnedOf(t *testing.T) {
	for condition, want := range map[string]string{
		`"StringEquals":{"aws:username":"ann*"}`:                     "needs StringLike",
		`"StringEqualsIgnoreCase":{"aws:username":["ann","*"]}`:      "needs StringLike",
		`"StringNotEqualsIfExists":{"aws:username":"ann*"}`:          "needs StringNotLike",
		`"ForAnyValue:StringEquals":{"aws:TagKeys":"*"}`:             "needs StringLike",
		`"StringEquals":{"aws:username":"ann${*}"}`:                  "",
		`"StringEquals":{"aws:username":"ann?"}`:                     "",
		`"StringLike":{"aws:username":"ann*"}`:                       "",
		`"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::*:user/ann"}`: "",
	} {
		problems := validate(t, document(anything+`,"Condition":{`+condition+`}`), Identity)
		if want == "" && len(problems) > 0 || want != "" && (len(problems) != 1 || !problems[0].Warning || !strings.Contains(problems[0].Message, want)) {
			t.Errorf("%s: %v", condition, problems)
		}
	}
}
