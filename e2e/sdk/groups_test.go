package sdk_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

func TestGroups(t *testing.T) {
	p := start(t).people(t, nil, nil)
	staff, none := aws.String("staff"), aws.String("none")
	must(p.root.AdminCreateUser(ctx, &idp.AdminCreateUserInput{UserPoolId: p.pool, Username: aws.String("ann"), MessageAction: types.MessageActionTypeSuppress}))(t)

	t.Run("CreateGroup", func(t *testing.T) {
		in := &idp.CreateGroupInput{UserPoolId: p.pool, GroupName: staff, Precedence: aws.Int32(0), Description: aws.String("who works here")}
		p.outsiders(t, func(c *idp.Client) error { _, err := c.CreateGroup(ctx, in); return err })
		g := must(p.root.CreateGroup(ctx, in))(t).Group
		if *g.GroupName != "staff" || g.Precedence == nil || *g.Precedence != 0 || g.CreationDate == nil || *g.UserPoolId != *p.pool {
			t.Errorf("%+v", g)
		}
		_, err := p.root.CreateGroup(ctx, in)
		refused(t, err, "GroupExistsException", "A group with the name already exists.")
		_, err = p.root.CreateGroup(ctx, &idp.CreateGroupInput{UserPoolId: p.pool, GroupName: aws.String("two words")})
		refused(t, err, "InvalidParameterException", "groupName")
	})
	t.Run("GetGroup and UpdateGroup", func(t *testing.T) {
		in := &idp.UpdateGroupInput{UserPoolId: p.pool, GroupName: staff, Precedence: aws.Int32(7)}
		p.outsiders(t, func(c *idp.Client) error { _, err := c.UpdateGroup(ctx, in); return err })
		must(p.root.UpdateGroup(ctx, in))(t)
		get := &idp.GetGroupInput{UserPoolId: p.pool, GroupName: staff}
		p.outsiders(t, func(c *idp.Client) error { _, err := c.GetGroup(ctx, get); return err })
		if g := must(p.root.GetGroup(ctx, get))(t).Group; *g.Precedence != 7 || *g.Description != "who works here" {
			t.Errorf("%+v", g)
		}
		_, err := p.root.GetGroup(ctx, &idp.GetGroupInput{UserPoolId: p.pool, GroupName: none})
		refused(t, err, "ResourceNotFoundException", "Group not found.")
		_, err = p.root.UpdateGroup(ctx, &idp.UpdateGroupInput{UserPoolId: p.pool, GroupName: none})
		refused(t, err, "ResourceNotFoundException", "Group not found.")
	})
	t.Run("members", func(t *testing.T) {
		add := &idp.AdminAddUserToGroupInput{UserPoolId: p.pool, GroupName: staff, Username: aws.String("ann")}
		p.outsiders(t, func(c *idp.Client) error { _, err := c.AdminAddUserToGroup(ctx, add); return err })
		must(p.root.AdminAddUserToGroup(ctx, add))(t)
		_, err := p.root.AdminAddUserToGroup(ctx, &idp.AdminAddUserToGroupInput{UserPoolId: p.pool, GroupName: staff, Username: aws.String("nobody")})
		refused(t, err, "UserNotFoundException", "User does not exist.")

		users := &idp.ListUsersInGroupInput{UserPoolId: p.pool, GroupName: staff}
		p.outsiders(t, func(c *idp.Client) error { _, err := c.ListUsersInGroup(ctx, users); return err })
		if out := must(p.root.ListUsersInGroup(ctx, users))(t).Users; len(out) != 1 || *out[0].Username != "ann" {
			t.Errorf("%+v", out)
		}
		_, err = p.root.ListUsersInGroup(ctx, &idp.ListUsersInGroupInput{UserPoolId: p.pool, GroupName: none})
		refused(t, err, "ResourceNotFoundException", "Group not found.")

		of := &idp.AdminListGroupsForUserInput{UserPoolId: p.pool, Username: aws.String("ann")}
		p.outsiders(t, func(c *idp.Client) error { _, err := c.AdminListGroupsForUser(ctx, of); return err })
		if out := must(p.root.AdminListGroupsForUser(ctx, of))(t).Groups; len(out) != 1 || *out[0].GroupName != "staff" {
			t.Errorf("%+v", out)
		}
		_, err = p.root.AdminListGroupsForUser(ctx, &idp.AdminListGroupsForUserInput{UserPoolId: p.pool, Username: aws.String("nobody")})
		refused(t, err, "UserNotFoundException", "User does not exist.")

		remove := &idp.AdminRemoveUserFromGroupInput{UserPoolId: p.pool, GroupName: staff, Username: aws.String("ann")}
		p.outsiders(t, func(c *idp.Client) error { _, err := c.AdminRemoveUserFromGroup(ctx, remove); return err })
		must(p.root.AdminRemoveUserFromGroup(ctx, remove))(t)
		if out := must(p.root.ListUsersInGroup(ctx, users))(t).Users; len(out) != 0 {
			t.Errorf("%+v", out)
		}
		remove.GroupName = none
		_, err = p.root.AdminRemoveUserFromGroup(ctx, remove)
		refused(t, err, "ResourceNotFoundException", "Group not found.")
	})
	t.Run("ListGroups and DeleteGroup", func(t *testing.T) {
		must(p.root.CreateGroup(ctx, &idp.CreateGroupInput{UserPoolId: p.pool, GroupName: aws.String("admins")}))(t)
		list := &idp.ListGroupsInput{UserPoolId: p.pool, Limit: aws.Int32(1)}
		p.outsiders(t, func(c *idp.Client) error { _, err := c.ListGroups(ctx, list); return err })
		var names []string
		for pages := idp.NewListGroupsPaginator(p.root, list); pages.HasMorePages(); {
			for _, g := range must(pages.NextPage(ctx))(t).Groups {
				names = append(names, *g.GroupName)
			}
		}
		if len(names) != 2 || names[0] != "admins" || names[1] != "staff" {
			t.Error(names)
		}
		list.NextToken = aws.String("made-up")
		_, err := p.root.ListGroups(ctx, list)
		refused(t, err, "InvalidParameterException", "Invalid pagination token.")
		del := &idp.DeleteGroupInput{UserPoolId: p.pool, GroupName: staff}
		p.outsiders(t, func(c *idp.Client) error { _, err := c.DeleteGroup(ctx, del); return err })
		must(p.root.DeleteGroup(ctx, del))(t)
		_, err = p.root.DeleteGroup(ctx, del)
		refused(t, err, "ResourceNotFoundException", "Group not found.")
	})
}
