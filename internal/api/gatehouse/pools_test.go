package gatehouse_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"gatehouse/internal/api"
	"gatehouse/internal/api/gatehouse"
)

func TestSearchUserPoolsPagesThroughTheAccountsOwn(t *testing.T) {
	a, p, ctx := setUpKeys(t)
	search := func(account string, in gatehouse.SearchUserPoolsInput) (*gatehouse.SearchUserPoolsOutput, error) {
		return api.Call[gatehouse.SearchUserPoolsOutput](ctx, a, root(account), &in)
	}
	out, err := search(account, gatehouse.SearchUserPoolsInput{Text: aws.String("PEOP"), MaxResults: aws.Int32(1)})
	if err != nil || len(out.UserPools) != 1 || *out.UserPools[0].Id != p.ID || out.NextToken != nil {
		t.Fatal(out, err)
	}
	if out, err := search("999922223333", gatehouse.SearchUserPoolsInput{}); err != nil || len(out.UserPools) != 0 {
		t.Error("another account sees", out, err)
	}
	if _, err := search(account, gatehouse.SearchUserPoolsInput{MaxResults: aws.Int32(61)}); err == nil {
		t.Error("61 results")
	}
	if _, err := search(account, gatehouse.SearchUserPoolsInput{Text: aws.String(strings.Repeat("x", 129))}); err == nil {
		t.Error("129 characters")
	}
	if _, err := search(account, gatehouse.SearchUserPoolsInput{NextToken: aws.String("x")}); err == nil {
		t.Error("a token of nobody")
	}
	nobody := api.Principal{AccountID: account, Kind: api.IAMUser, ARN: "arn:aws:iam::" + account + ":user/bob"}
	if _, err := api.Call[gatehouse.SearchUserPoolsOutput](ctx, a, nobody, &gatehouse.SearchUserPoolsInput{}); !errors.Is(err, api.ErrAccessDenied) {
		t.Error(err)
	}
}

func TestListUserPoolRegionsCounts(t *testing.T) {
	a, _, ctx := setUpKeys(t)
	out, err := api.Call[gatehouse.ListUserPoolRegionsOutput](ctx, a, root(account), &gatehouse.ListUserPoolRegionsInput{})
	if err != nil || len(out.Regions) != 1 || *out.Regions[0].Region != region || *out.Regions[0].NumberOfUserPools != 1 {
		t.Error(out, err)
	}
}

func TestCheckUserPoolFindsWhatIsOpen(t *testing.T) {
	a, p, ctx := setUpKeys(t)
	out, err := api.Call[gatehouse.CheckUserPoolOutput](ctx, a, root(account), &gatehouse.CheckUserPoolInput{UserPoolId: &p.ID})
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, c := range out.Checks {
		if *c.Found {
			found = append(found, *c.Name)
		}
	}
	if got := strings.Join(found, " "); got != "MFA_OFF NO_DELETION_PROTECTION" || len(out.Checks) != 8 || *out.NumberOfClients != 0 {
		t.Errorf("found %s of %d", got, len(out.Checks))
	}
	if _, err := api.Call[gatehouse.CheckUserPoolOutput](ctx, a, root("999922223333"), &gatehouse.CheckUserPoolInput{UserPoolId: &p.ID}); err == nil {
		t.Error("another account's pool is checked")
	}
}
