package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	awssts "github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"
	"github.com/aws/smithy-go"

	"gatehouse/internal/seal"
	"gatehouse/internal/workload"
)

// roleCall gets the credentials of a role from Gatehouse; its methods are workload.Sources.
type roleCall struct {
	roleFlags
	endpoint, region string
}

func (c *roleCall) client(by aws.CredentialsProvider) *awssts.Client {
	return awssts.New(awssts.Options{Region: c.region, BaseEndpoint: &c.endpoint, Credentials: by})
}

func (c *roleCall) seconds() *int32 { return aws.Int32(int32(c.Duration.Seconds())) }

func (c *roleCall) byAccessKey(ctx context.Context) (workload.Credentials, error) {
	key, err := c.accessKey(ctx)
	if err != nil {
		return workload.Credentials{}, err
	}
	in := &awssts.AssumeRoleInput{RoleArn: &c.RoleARN, RoleSessionName: &c.RoleSessionName, DurationSeconds: c.seconds()}
	if c.ExternalID != "" {
		in.ExternalId = &c.ExternalID
	}
	out, err := c.client(credentials.StaticCredentialsProvider{Value: key}).AssumeRole(ctx, in)
	if err != nil {
		return workload.Credentials{}, refusal("AssumeRole", err)
	}
	return c.made(out.Credentials, out.AssumedRoleUser), nil
}

// accessKey is that of the profile, else of the environment. Only keys that are written there count: what a profile gets
// by a process may be this very command.
func (c *roleCall) accessKey(ctx context.Context) (aws.Credentials, error) {
	env, err := awsconfig.NewEnvConfig()
	if err != nil {
		return aws.Credentials{}, fmt.Errorf("read the environment: %w", err)
	}
	if c.Profile == "" && env.Credentials.HasKeys() {
		return env.Credentials, nil
	}
	profile := c.Profile
	if profile == "" {
		profile = env.SharedConfigProfile
	}
	if profile == "" {
		profile = awsconfig.DefaultSharedConfigProfile
	}
	shared, err := awsconfig.LoadSharedConfigProfile(ctx, profile, files(env))
	var none awsconfig.SharedConfigProfileNotExistError
	switch {
	case errors.As(err, &none) && c.Profile != "":
		return aws.Credentials{}, fmt.Errorf("there is no profile %s, which --profile names", profile)
	case errors.As(err, &none):
		return aws.Credentials{}, fmt.Errorf("there is no profile %s, and no AWS_ACCESS_KEY_ID: give --profile or --web-identity-token-file", profile)
	case err != nil:
		return aws.Credentials{}, fmt.Errorf("read profile %s: %w", profile, err)
	case !shared.Credentials.HasKeys():
		return aws.Credentials{}, fmt.Errorf("profile %s has no aws_access_key_id of its own", profile)
	}
	return shared.Credentials, nil
}

// files are those that the environment names, as for SDKs.
func files(env awsconfig.EnvConfig) func(*awsconfig.LoadSharedConfigOptions) {
	return func(o *awsconfig.LoadSharedConfigOptions) {
		if env.SharedConfigFile != "" {
			o.ConfigFiles = []string{env.SharedConfigFile}
		}
		if env.SharedCredentialsFile != "" {
			o.CredentialsFiles = []string{env.SharedCredentialsFile}
		}
	}
}

func (c *roleCall) byWebIdentity(ctx context.Context) (workload.Credentials, error) {
	token, err := os.ReadFile(c.WebIdentityTokenFile)
	if err != nil {
		return workload.Credentials{}, fmt.Errorf("read the web identity token: %w", err)
	}
	out, err := c.client(nil).AssumeRoleWithWebIdentity(ctx, &awssts.AssumeRoleWithWebIdentityInput{
		RoleArn: &c.RoleARN, RoleSessionName: &c.RoleSessionName, DurationSeconds: c.seconds(), WebIdentityToken: aws.String(strings.TrimSpace(string(token))),
	})
	if err != nil {
		return workload.Credentials{}, refusal("AssumeRoleWithWebIdentity", err)
	}
	return c.made(out.Credentials, out.AssumedRoleUser), nil
}

func (c *roleCall) made(v *types.Credentials, who *types.AssumedRoleUser) workload.Credentials {
	id, _, _ := strings.Cut(aws.ToString(who.AssumedRoleId), ":")
	return workload.Credentials{
		AccessKeyID: aws.ToString(v.AccessKeyId), Secret: seal.Secret(aws.ToString(v.SecretAccessKey)), Token: seal.Secret(aws.ToString(v.SessionToken)),
		Expires: aws.ToTime(v.Expiration), RoleARN: c.RoleARN, RoleID: id,
	}
}

// refusal is what Gatehouse said, without what the SDK says around it.
func refusal(operation string, err error) error {
	var said smithy.APIError
	if errors.As(err, &said) {
		return fmt.Errorf("%s: %s: %s", operation, said.ErrorCode(), said.ErrorMessage())
	}
	return err
}
