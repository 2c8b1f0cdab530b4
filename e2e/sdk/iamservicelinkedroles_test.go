package sdk_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
)

func TestIAMServiceLinkedRoles(t *testing.T) {
	k := start(t)
	root := k.rootIAM()
	service := aws.String("autoscaling.amazonaws.com")
	eve := k.worker(t, "eve", allow(`{"Effect":"Allow","Action":"iam:*ServiceLinkedRole*","Resource":"arn:aws:iam::*:role/aws-service-role/*","Condition":{"StringLikeIfExists":{"iam:AWSServiceName":"autoscaling.amazonaws.com"}}}`))
	role := must(eve.iam.CreateServiceLinkedRole(ctx, &iam.CreateServiceLinkedRoleInput{AWSServiceName: service, CustomSuffix: aws.String("x"), Description: aws.String("d")}))(t).Role
	if !strings.HasSuffix(*role.Arn, ":role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling_x") || *role.Description != "d" {
		t.Errorf("%+v", role)
	}
	_, err := eve.iam.CreateServiceLinkedRole(ctx, &iam.CreateServiceLinkedRoleInput{AWSServiceName: aws.String("ecs.amazonaws.com")})
	refused(t, err, "AccessDenied", "AWSServiceRoleForECS")
	_, err = root.CreateServiceLinkedRole(ctx, &iam.CreateServiceLinkedRoleInput{AWSServiceName: service, CustomSuffix: aws.String("x")})
	refused(t, err, "InvalidInput", "has been taken in this account")
	_, err = root.DeleteRole(ctx, &iam.DeleteRoleInput{RoleName: role.RoleName})
	refused(t, err, "UnmodifiableEntity", "protected role")
	id := must(eve.iam.DeleteServiceLinkedRole(ctx, &iam.DeleteServiceLinkedRoleInput{RoleName: role.RoleName}))(t).DeletionTaskId
	if got := must(eve.iam.GetServiceLinkedRoleDeletionStatus(ctx, &iam.GetServiceLinkedRoleDeletionStatusInput{DeletionTaskId: id}))(t); got.Status != iamtypes.DeletionTaskStatusTypeSucceeded {
		t.Errorf("%+v", got)
	}
	_, err = root.GetRole(ctx, &iam.GetRoleInput{RoleName: role.RoleName})
	refused(t, err, "NoSuchEntity", "cannot be found")
	_, err = root.GetServiceLinkedRoleDeletionStatus(ctx, &iam.GetServiceLinkedRoleDeletionStatusInput{DeletionTaskId: aws.String("task/x")})
	refused(t, err, "NoSuchEntity", "task/x")
}
