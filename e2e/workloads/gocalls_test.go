package workloads_test

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"

	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// asProgram is the variable that makes these tests a program that calls, whose environment is its own; it says with how
// many access keys.
const asProgram = "CALLS_OF_A_PROGRAM"

func TestMain(m *testing.M) {
	want, err := strconv.Atoi(os.Getenv(asProgram))
	if err != nil {
		os.Exit(m.Run())
	}
	if err := calls(want); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// calls does with the SDK for Go what calls.py and calls.mjs do.
func calls(want int) error {
	ctx := context.Background()
	cfg, err := awsconfig.LoadDefaultConfig(ctx, awsconfig.WithRetryMaxAttempts(1))
	if err != nil {
		return err
	}
	client, used, calls, arn := sts.NewFromConfig(cfg), map[string]bool{}, 0, ""
	for end := time.Now().Add(time.Minute); len(used) < want && time.Now().Before(end); calls++ {
		out, err := client.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
		if err != nil {
			return err
		}
		c, err := cfg.Credentials.Retrieve(ctx)
		if err != nil {
			return err
		}
		used[c.AccessKeyID], arn = true, *out.Arn
		time.Sleep(100 * time.Millisecond)
	}
	fmt.Printf(`{"keys": %d, "calls": %d, "arn": %q}`+"\n", len(used), calls, arn)
	return nil
}
