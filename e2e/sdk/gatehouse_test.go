package sdk_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// gatehouse calls an operation of our own service as root, signed by the SDK's signer, as docs/API.md shows it. It
// answers the status, and the output or error in out (nil: unread).
func (k *kit) gatehouse(t *testing.T, operation, region string, in, out any) int {
	t.Helper()
	return k.gatehouseAs(t, aws.Credentials{AccessKeyID: k.RootAccessKeyID, SecretAccessKey: k.RootSecretAccessKey}, operation, region, in, out)
}

func (k *kit) gatehouseAs(t *testing.T, as aws.Credentials, operation, region string, in, out any) int {
	t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequest(http.MethodPost, k.URL+"/", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-amz-json-1.1")
	req.Header.Set("X-Amz-Target", "Gatehouse."+operation)
	sum := sha256.Sum256(body)
	if err := v4.NewSigner().SignHTTP(ctx, as, req, hex.EncodeToString(sum[:]), "gatehouse", region, time.Now()); err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if out != nil {
		if err := json.Unmarshal(answer, out); err != nil {
			t.Fatalf("%s: %v\n%s", operation, err, answer)
		}
	}
	return resp.StatusCode
}

type job struct {
	JobId, Status               string
	NumberOfUsers, Done, Failed int
}

func TestUsersAreSearchedAndActedOnBySignedCalls(t *testing.T) {
	k := start(t)
	made, err := k.root.CreateUserPool(ctx, &idp.CreateUserPoolInput{PoolName: aws.String("people")})
	if err != nil {
		t.Fatal(err)
	}
	pool := *made.UserPool.Id
	for _, name := range []string{"ann", "annika", "bob"} {
		if _, err := k.root.AdminCreateUser(ctx, &idp.AdminCreateUserInput{UserPoolId: &pool, Username: &name, MessageAction: types.MessageActionTypeSuppress}); err != nil {
			t.Fatal(err)
		}
	}
	type in = map[string]any
	secret := k.RootSecretAccessKey
	var page struct {
		Users []struct {
			Username, UserStatus string
			UserCreateDate       float64
		}
		NextToken string
	}
	if code := k.gatehouse(t, "SearchUsers", region, in{"UserPoolId": pool, "Filter": in{"Text": "ANN", "CreatedAfter": time.Now().Add(-time.Hour).Unix(), "Attributes": []in{{"Name": "username", "Match": "BeginsWith", "Value": "a"}}}, "MaxResults": 1}, &page); code != http.StatusOK ||
		len(page.Users) != 1 || page.Users[0].Username != "ann" || page.Users[0].UserCreateDate < 1e9 || page.NextToken == "" {
		t.Fatalf("%d %+v", code, page)
	}
	if code := k.gatehouseAs(t, aws.Credentials{AccessKeyID: k.RootAccessKeyID, SecretAccessKey: secret + "x"}, "SearchUsers", region, in{"UserPoolId": pool}, nil); code != http.StatusForbidden && code != http.StatusBadRequest {
		t.Error("a wrong secret reads users:", code)
	}
	var started, now struct{ Job job }
	if code := k.gatehouse(t, "StartUserJob", region, in{"UserPoolId": pool, "Act": "Disable", "Filter": in{"Text": "ann"}}, &started); code != http.StatusOK || started.Job.Status != "GATHERING" {
		t.Fatalf("%d %+v", code, started)
	}
	await := func(status string) {
		t.Helper()
		for range 200 {
			k.gatehouse(t, "DescribeUserJob", region, in{"UserPoolId": pool, "JobId": started.Job.JobId}, &now)
			if now.Job.Status == status {
				return
			}
			time.Sleep(100 * time.Millisecond)
		}
		t.Fatalf("%+v is not %s", now, status)
	}
	await("WAITING")
	if code := k.gatehouse(t, "ConfirmUserJob", region, in{"UserPoolId": pool, "JobId": started.Job.JobId, "NumberOfUsers": 2}, nil); code != http.StatusOK {
		t.Fatal(code)
	}
	await("COMPLETED")
	var results struct {
		Results []struct{ Username, Status string }
	}
	if code := k.gatehouse(t, "ListUserJobResults", region, in{"UserPoolId": pool, "JobId": started.Job.JobId, "Status": "DONE"}, &results); code != http.StatusOK || len(results.Results) != 2 || results.Results[1].Username != "annika" {
		t.Errorf("%d %+v", code, results)
	}
	var jobs struct{ Jobs []job }
	if code := k.gatehouse(t, "ListUserJobs", region, in{"UserPoolId": pool}, &jobs); code != http.StatusOK || len(jobs.Jobs) != 1 || jobs.Jobs[0].Done != 2 {
		t.Errorf("%d %+v", code, jobs)
	}
	if code := k.gatehouse(t, "StopUserJob", region, in{"UserPoolId": pool, "JobId": started.Job.JobId}, nil); code != http.StatusBadRequest {
		t.Error("stopped what is over:", code)
	}
	var views struct {
		Views []struct{ Name, Query string }
	}
	if code := k.gatehouse(t, "SaveUserView", region, in{"UserPoolId": pool, "Name": "Mine", "Query": "enabled=no"}, nil); code != http.StatusOK {
		t.Error(code)
	}
	if code := k.gatehouse(t, "ListUserViews", region, in{"UserPoolId": pool}, &views); code != http.StatusOK || len(views.Views) != 1 || views.Views[0].Query != "enabled=no" {
		t.Errorf("%d %+v", code, views)
	}
	if code := k.gatehouse(t, "DeleteUserView", region, in{"UserPoolId": pool, "Name": "Mine"}, nil); code != http.StatusOK {
		t.Error(code)
	}
}
