package identity_test

import (
	"strings"
	"testing"
	"time"

	"gatehouse/internal/identity"
)

func TestServiceLinkedRolesBelongToTheirService(t *testing.T) {
	each(t, func(k *kit) {
		r, err := k.CreateServiceLinkedRole(ctx, account, "elasticbeanstalk.amazonaws.com", "", "of a service")
		k.ok(err)
		if r.ARN() != "arn:aws:iam::111122223333:role/aws-service-role/elasticbeanstalk.amazonaws.com/AWSServiceRoleForElasticBeanstalk" || r.Description != "of a service" || !strings.Contains(r.TrustPolicy, `"Service":"elasticbeanstalk.amazonaws.com"`) {
			k.Errorf("%+v", r)
		}
		_, err = k.CreateServiceLinkedRole(ctx, account, "elasticbeanstalk.amazonaws.com", "", "")
		k.wants(err, identity.ErrInvalid, "has been taken in this account")
		more, err := k.CreateServiceLinkedRole(ctx, account, "my-new.service.amazonaws.com", "two", "")
		k.ok(err)
		if more.Name != "AWSServiceRoleForMyNewService_two" {
			k.Error(more.Name)
		}
		for _, service := range []string{"example.com", ".amazonaws.com", "a/b.amazonaws.com", "../x.amazonaws.com", "A.amazonaws.com", strings.Repeat("a", 60) + ".amazonaws.com"} {
			_, err = k.CreateServiceLinkedRole(ctx, account, service, "", "")
			k.wants(err, identity.ErrInvalid, "")
		}
		_, err = k.Create(ctx, account, identity.New{Kind: identity.Role, Name: "x", Path: "/aws-service-role/x/", TrustPolicy: trust(account)})
		k.wants(err, identity.ErrInvalid, "service-linked roles")

		const admin = "arn:aws:iam::aws:policy/AdministratorAccess"
		k.make(identity.New{Kind: identity.InstanceProfile, Name: "i"})
		day := 2 * time.Hour
		words := "of a service, for us"
		for name, change := range map[string]error{
			"attach": k.Attach(ctx, account, identity.Role, r.Name, admin), "detach": k.Detach(ctx, account, identity.Role, r.Name, admin),
			"put": k.PutInlinePolicy(ctx, account, identity.Role, r.Name, "p", allowAll), "take": k.DeleteInlinePolicy(ctx, account, identity.Role, r.Name, "p"),
			"bound": k.SetBoundary(ctx, account, identity.Role, r.Name, admin), "unbound": k.SetBoundary(ctx, account, identity.Role, r.Name, ""),
			"trust": k.SetTrust(ctx, account, r.Name, trust(account)), "delete": k.Delete(ctx, account, identity.Role, r.Name), "profile": k.AddRole(ctx, account, "i", r.Name),
		} {
			k.Log(name)
			k.wants(change, identity.ErrUnmodifiable, "Cannot perform the operation on the protected role 'AWSServiceRoleForElasticBeanstalk'")
		}
		_, err = k.UpdateRole(ctx, account, r.Name, nil, &day)
		k.wants(err, identity.ErrUnmodifiable, "")
		if r, err = k.UpdateRole(ctx, account, r.Name, &words, nil); err != nil || r.Description != words {
			k.Error(r, err)
		}
		k.make(identity.New{Kind: identity.Role, Name: "own"})
		_, err = k.DeleteServiceLinkedRole(ctx, account, "own")
		k.wants(err, identity.ErrNotFound, "not a service-linked role")
		_, err = k.DeleteServiceLinkedRole(ctx, stranger, r.Name)
		k.wants(err, identity.ErrNotFound, "")
		id, err := k.DeleteServiceLinkedRole(ctx, account, r.Name)
		k.ok(err)
		if !strings.HasPrefix(id, "task/aws-service-role/elasticbeanstalk.amazonaws.com/AWSServiceRoleForElasticBeanstalk/") {
			k.Error(id)
		}
		_, err = k.ByName(ctx, account, identity.Role, r.Name)
		k.wants(err, identity.ErrNotFound, "")
		_, err = k.RoleDeletion(ctx, account, id)
		k.ok(err)
		_, err = k.RoleDeletion(ctx, stranger, id)
		k.wants(err, identity.ErrNotFound, id)
		k.now = k.now.Add(91 * 24 * time.Hour)
		_, err = k.DeleteServiceLinkedRole(ctx, account, more.Name)
		k.ok(err)
		_, err = k.RoleDeletion(ctx, account, id)
		k.wants(err, identity.ErrNotFound, id)
	})
}
