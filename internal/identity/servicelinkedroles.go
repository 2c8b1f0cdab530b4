package identity

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"gatehouse/internal/fault"
)

// ErrUnmodifiable is a change of what belongs to a service.
var ErrUnmodifiable = fault.New("UnmodifiableEntity", "Only the service that depends on the service-linked role can modify or delete it.")

const (
	linkedName = "AWSServiceRoleFor"
	serviceDNS = ".amazonaws.com"
)

// linkedNames are how AWS's services name their roles, where it is not the first word of the service in capitals.
var linkedNames = map[string]string{
	"access-analyzer": "AccessAnalyzer", "application-autoscaling": "ApplicationAutoScaling", "autoscaling": "AutoScaling", "cloudtrail": "CloudTrail",
	"cognito-idp": "AmazonCognitoIdp", "ecs": "ECS", "eks": "AmazonEKS", "elasticache": "ElastiCache", "elasticbeanstalk": "ElasticBeanstalk",
	"elasticloadbalancing": "ElasticLoadBalancing", "email.cognito-idp": "AmazonCognitoIdpEmailService", "es": "AmazonElasticsearchService",
	"guardduty": "AmazonGuardDuty", "lex": "LexBots", "opensearchservice": "AmazonOpenSearchService", "rds": "RDS", "securityhub": "SecurityHub",
	"spot": "EC2Spot", "sso": "SSO", "trustedadvisor": "TrustedAdvisor",
}

// protected refuses to modify what belongs to a service.
func protected(i *Identity) error {
	if i.ServiceLinked() {
		return ErrUnmodifiable.With("Cannot perform the operation on the protected role '%s' - this role is only modifiable by AWS", i.Name)
	}
	return nil
}

// modifiable finds a user, group or role that may be modified.
func (s *Service) modifiable(ctx context.Context, accountID string, k Kind, name string) (Identity, error) {
	i, err := s.ByName(ctx, accountID, k, name)
	if err != nil {
		return i, err
	}
	return i, protected(&i)
}

// LinkedRole is the path and name of a service's role; ErrInvalid for what is no service.
func LinkedRole(service, suffix string) (path, name string, err error) {
	short, ok := strings.CutSuffix(service, serviceDNS)
	if !ok || short == "" || strings.Trim(short, "abcdefghijklmnopqrstuvwxyz0123456789-.") != "" {
		return "", "", ErrInvalid.With("%s is not the name of a service: it is like elasticbeanstalk.amazonaws.com.", service)
	}
	name = linkedNames[short]
	if name == "" {
		for _, word := range strings.FieldsFunc(short, func(r rune) bool { return r == '-' || r == '.' }) {
			name += strings.ToUpper(word[:1]) + word[1:]
		}
	}
	if name = linkedName + name; suffix != "" {
		name += "_" + suffix
	}
	if len(name) > 64 {
		return "", "", ErrInvalid.With("The role's name %s is longer than 64 characters.", name)
	}
	return ServiceLinkedPath + service + "/", name, nil
}

// CreateServiceLinkedRole makes the role of a service, such as elasticbeanstalk.amazonaws.com, that the service alone
// may assume. A suffix makes a further one.
func (s *Service) CreateServiceLinkedRole(ctx context.Context, accountID, service, suffix, description string) (Identity, error) {
	path, name, err := LinkedRole(service, suffix)
	if err != nil {
		return Identity{}, err
	}
	i, err := s.create(ctx, accountID, New{
		Kind: Role, Path: path, Name: name, Description: description,
		TrustPolicy: fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":%q},"Action":"sts:AssumeRole"}]}`, service),
	})
	if errors.Is(err, ErrExists) {
		err = ErrInvalid.With("Service role name %s has been taken in this account, please try a different suffix.", name)
	}
	return i, err
}

// RoleDeletion is a request to delete a service-linked role.
type RoleDeletion struct {
	AccountID string
	ID        string // task/aws-service-role/<service>/<role>/<unique>
	DoneAt    time.Time
}

// RoleDeletionStore keeps requests to delete service-linked roles.
type RoleDeletionStore interface {
	// InsertRoleDeletion forgets the account's older ones that were done before a time.
	InsertRoleDeletion(ctx context.Context, d RoleDeletion, before time.Time) error
	// RoleDeletionByID answers ErrNotFound where there is none.
	RoleDeletionByID(ctx context.Context, accountID, id string) (RoleDeletion, error)
}

// keepDeletions is for how long one may ask how a deletion went.
const keepDeletions = 90 * 24 * time.Hour

// DeleteServiceLinkedRole deletes a service's role and answers the request's id. No service here depends on one, so that
// it is done at once.
func (s *Service) DeleteServiceLinkedRole(ctx context.Context, accountID, name string) (id string, err error) {
	unique, err := s.newID("")
	if err != nil {
		return "", err
	}
	err = s.change(ctx, accountID, func(ctx context.Context) error {
		i, err := s.ByName(ctx, accountID, Role, name)
		switch {
		case err != nil:
			return err
		case !i.ServiceLinked():
			return ErrNotFound.With("The role with name %s is not a service-linked role.", name)
		}
		id = "task" + i.Path + i.Name + "/" + unique
		if err := s.RoleDeletions.InsertRoleDeletion(ctx, RoleDeletion{AccountID: accountID, ID: id, DoneAt: s.now()}, s.now().Add(-keepDeletions)); err != nil {
			return err
		}
		return s.Identities.DeleteIdentity(ctx, accountID, i.ID)
	})
	return id, err
}

// RoleDeletion finds a request to delete a service-linked role.
func (s *Service) RoleDeletion(ctx context.Context, accountID, id string) (RoleDeletion, error) {
	d, err := s.RoleDeletions.RoleDeletionByID(ctx, accountID, id)
	if errors.Is(err, ErrNotFound) {
		err = ErrNotFound.With("Deletion Task Id: %s not found.", id)
	}
	return d, err
}
