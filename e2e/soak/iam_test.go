package soak_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
)

// person is one IAM user from creation to deletion: with a key they call what their policy allows, are refused the rest, and take on a
// role of their own, whose session may do something else.
func (l *load) person(ctx context.Context, name string) error {
	root := iam.New(iam.Options{Region: "us-east-1", BaseEndpoint: &l.url, Credentials: l.root})
	user, err := root.CreateUser(ctx, &iam.CreateUserInput{UserName: &name})
	if err != nil {
		return fmt.Errorf("create user: %w", err)
	}
	key, err := root.CreateAccessKey(ctx, &iam.CreateAccessKeyInput{UserName: &name})
	if err != nil {
		return fmt.Errorf("create key: %w", err)
	}
	role, err := root.CreateRole(ctx, &iam.CreateRoleInput{RoleName: &name, AssumeRolePolicyDocument: aws.String(allow("sts:AssumeRole", `"Principal":{"AWS":"`+*user.User.Arn+`"}`))})
	if err != nil {
		return fmt.Errorf("create role: %w", err)
	}
	if _, err = root.PutRolePolicy(ctx, &iam.PutRolePolicyInput{RoleName: &name, PolicyName: aws.String("own"), PolicyDocument: aws.String(allow("iam:ListRoles", `"Resource":"*"`))}); err != nil {
		return fmt.Errorf("put policy: %w", err)
	}
	own := credentials.NewStaticCredentialsProvider(*key.AccessKey.AccessKeyId, *key.AccessKey.SecretAccessKey, "")
	asUser := iam.New(iam.Options{Region: "us-east-1", BaseEndpoint: &l.url, Credentials: own})
	if err := denied(asUser.ListUsers(ctx, &iam.ListUsersInput{MaxItems: aws.Int32(1)})); err != nil {
		return fmt.Errorf("without a policy: %w", err)
	}
	if _, err = root.PutUserPolicy(ctx, &iam.PutUserPolicyInput{UserName: &name, PolicyName: aws.String("own"), PolicyDocument: aws.String(allow("iam:ListUsers", `"Resource":"*"`))}); err != nil {
		return fmt.Errorf("put policy: %w", err)
	}
	for range 5 {
		if _, err := asUser.ListUsers(ctx, &iam.ListUsersInput{MaxItems: aws.Int32(1)}); err != nil {
			return fmt.Errorf("with a policy: %w", err)
		}
	}
	tokens := sts.New(sts.Options{Region: "us-east-1", BaseEndpoint: &l.url, Credentials: own})
	s, err := tokens.AssumeRole(ctx, &sts.AssumeRoleInput{RoleArn: role.Role.Arn, RoleSessionName: aws.String("soak")})
	if err != nil {
		return fmt.Errorf("assume role: %w", err)
	}
	asRole := iam.New(iam.Options{Region: "us-east-1", BaseEndpoint: &l.url,
		Credentials: credentials.NewStaticCredentialsProvider(*s.Credentials.AccessKeyId, *s.Credentials.SecretAccessKey, *s.Credentials.SessionToken)})
	if _, err := asRole.ListRoles(ctx, &iam.ListRolesInput{MaxItems: aws.Int32(1)}); err != nil {
		return fmt.Errorf("as the role: %w", err)
	}
	if err := denied(asRole.ListUsers(ctx, &iam.ListUsersInput{MaxItems: aws.Int32(1)})); err != nil {
		return fmt.Errorf("as the role: %w", err)
	}
	return l.removePerson(ctx, root, name, *key.AccessKey.AccessKeyId, asRole)
}

// removePerson deletes a user and their role, whose session is over with that.
func (l *load) removePerson(ctx context.Context, root *iam.Client, name, key string, asRole *iam.Client) error {
	_, keyErr := root.DeleteAccessKey(ctx, &iam.DeleteAccessKeyInput{UserName: &name, AccessKeyId: &key})
	_, userPolicyErr := root.DeleteUserPolicy(ctx, &iam.DeleteUserPolicyInput{UserName: &name, PolicyName: aws.String("own")})
	_, userErr := root.DeleteUser(ctx, &iam.DeleteUserInput{UserName: &name})
	_, rolePolicyErr := root.DeleteRolePolicy(ctx, &iam.DeleteRolePolicyInput{RoleName: &name, PolicyName: aws.String("own")})
	_, roleErr := root.DeleteRole(ctx, &iam.DeleteRoleInput{RoleName: &name})
	if err := errors.Join(keyErr, userPolicyErr, userErr, rolePolicyErr, roleErr); err != nil {
		return fmt.Errorf("delete %s: %w", name, err)
	}
	if _, err := asRole.ListRoles(ctx, &iam.ListRolesInput{MaxItems: aws.Int32(1)}); err == nil {
		return fmt.Errorf("the session of the deleted role %s lives", name)
	}
	return nil
}

// allow is a policy of one statement about an action; rest is its Resource or Principal.
func allow(action, rest string) string {
	return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"` + action + `",` + rest + `}]}`
}

// denied is nil when a call was refused by policies, and tells what it was otherwise.
func denied[Out any](_ Out, err error) error {
	var refused smithy.APIError
	if !errors.As(err, &refused) || refused.ErrorCode() != "AccessDenied" {
		return fmt.Errorf("not refused: %w", err)
	}
	return nil
}
