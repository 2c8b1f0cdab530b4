package rolesanywhere

import (
	"context"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"gatehouse/internal/api"
	"gatehouse/internal/arn"
	"gatehouse/internal/policy"
	"gatehouse/internal/rolesanywhere"
	"gatehouse/internal/sts"
)

// Roles gives out the sessions of roles where their trust policies let a principal have them: the operations of STS.
type Roles interface {
	SessionFor(ctx context.Context, p api.Principal, roleARN string, w sts.Want, more func(*policy.Context)) (*sts.Session, sts.Credentials, error)
}

// CreateSessionInput is what a workload asks for, in the query or in the body.
type CreateSessionInput struct {
	ProfileArn      *string `locationName:"profileArn"`
	RoleArn         *string `locationName:"roleArn"`
	TrustAnchorArn  *string `locationName:"trustAnchorArn"`
	DurationSeconds *int32  `locationName:"durationSeconds"`
	RoleSessionName *string `locationName:"roleSessionName"`
}

// FromQuery takes what the query has and the body has not: both forms are in use.
func (in *CreateSessionInput) FromQuery(q url.Values) {
	for name, v := range map[string]**string{"profileArn": &in.ProfileArn, "roleArn": &in.RoleArn, "trustAnchorArn": &in.TrustAnchorArn} {
		if *v == nil && q.Has(name) {
			*v = aws.String(q.Get(name))
		}
	}
}

// CreateSessionOutput is the credentials, one set.
type CreateSessionOutput struct {
	CredentialSet []CredentialResponse `locationName:"credentialSet"`
	SubjectArn    *string              `locationName:"subjectArn"`
}

// CredentialResponse is the credentials of a role.
type CredentialResponse struct {
	AssumedRoleUser  *AssumedRoleUser `locationName:"assumedRoleUser"`
	Credentials      *Credentials     `locationName:"credentials"`
	PackedPolicySize *int32           `locationName:"packedPolicySize"`
	RoleArn          *string          `locationName:"roleArn"`
	SourceIdentity   *string          `locationName:"sourceIdentity"`
}

// AssumedRoleUser is who the credentials are of.
type AssumedRoleUser struct {
	Arn           *string `locationName:"arn"`
	AssumedRoleId *string `locationName:"assumedRoleId"`
}

// Credentials are as STS gives them; Expiration is in RFC 3339.
type Credentials struct {
	AccessKeyId     *string `locationName:"accessKeyId"`
	Expiration      *string `locationName:"expiration"`
	SecretAccessKey *string `locationName:"secretAccessKey"`
	SessionToken    *string `locationName:"sessionToken"`
}

func (s *Service) registerSessions(r *api.Registry) {
	api.Add(r, rolesanywhere.Name, api.Op[CreateSessionInput, CreateSessionOutput]{Access: api.CertificateAsks(), Run: s.createSession})
}

var sessionName = regexp.MustCompile(`^[\w+=,.@-]{2,64}$`)

// createSession goes from the certificate outwards: what is not proved yet learns nothing of what there is.
func (s *Service) createSession(ctx context.Context, in *CreateSessionInput) (*CreateSessionOutput, error) {
	who := api.CertificateFrom(ctx)
	anchor, err := s.anchor(ctx, in)
	if err != nil {
		return nil, err
	}
	if err := anchor.Trusts(who.Certificate, who.Chain, nil, s.Clock()); err != nil { // before lists are read, which may be long
		return nil, err
	}
	lists, err := s.Anywhere.Revocations(ctx, anchor)
	if err != nil {
		return nil, err
	}
	if err := anchor.Trusts(who.Certificate, who.Chain, lists, s.Clock()); err != nil {
		return nil, err
	}
	profile, err := s.profile(ctx, anchor, in)
	if err != nil {
		return nil, err
	}
	w, err := want(profile, in)
	if err != nil {
		return nil, err
	}
	w.Tags, w.SourceIdentity = rolesanywhere.SessionTags(who.Certificate), rolesanywhere.SourceIdentity(who.Certificate)
	if w.Name == "" {
		w.Name = rolesanywhere.SessionName(who.Certificate)
	}
	p := api.Principal{AccountID: anchor.AccountID, Kind: api.AWSService, ARN: anchor.ARN(), Provider: rolesanywhere.Principal}
	v, made, err := s.Roles.SessionFor(ctx, p, *in.RoleArn, w, func(c *policy.Context) {
		c.Set("aws:SourceArn", anchor.ARN())
		c.Set("aws:SourceAccount", anchor.AccountID)
		for _, t := range w.Tags {
			c.Set("aws:PrincipalTag/"+t.Key, t.Value)
		}
	})
	if err != nil {
		return nil, err
	}
	return answer(v, made, *in.RoleArn)
}

// anchor finds the trust anchor in the region that the signature is for. That there is none is not told from one that does
// not trust.
func (s *Service) anchor(ctx context.Context, in *CreateSessionInput) (*rolesanywhere.TrustAnchor, error) {
	for name, v := range map[string]*string{"profileArn": in.ProfileArn, "roleArn": in.RoleArn, "trustAnchorArn": in.TrustAnchorArn} {
		if aws.ToString(v) == "" {
			return nil, rolesanywhere.ErrValidation.With("%s is missing.", name)
		}
	}
	region := api.CertificateFrom(ctx).Region
	a, err := arn.Parse(*in.TrustAnchorArn)
	id, ok := strings.CutPrefix(a.Resource, string(rolesanywhere.TrustAnchors)+"/")
	if err != nil || !ok || a.Service != rolesanywhere.Name {
		return nil, rolesanywhere.ErrValidation.With("trustAnchorArn is not that of a trust anchor.")
	}
	if a.Region != region {
		return nil, rolesanywhere.ErrDenied.With("The request is signed for %s, and the trust anchor is of another region.", region)
	}
	anchor, err := s.Anywhere.TrustAnchor(ctx, a.AccountID, a.Region, id)
	if isNotFound(err) {
		return nil, rolesanywhere.ErrDenied.With("Untrusted certificate: no chain of valid certificates leads to the trust anchor.")
	}
	return &anchor, err
}

// profile finds the profile, which is of the anchor's account and region, as is the role that it gives.
func (s *Service) profile(ctx context.Context, anchor *rolesanywhere.TrustAnchor, in *CreateSessionInput) (*rolesanywhere.Profile, error) {
	id, ok := strings.CutPrefix(*in.ProfileArn, rolesanywhere.ARN(anchor.AccountID, anchor.Region, rolesanywhere.Profiles, ""))
	if !ok {
		return nil, rolesanywhere.ErrDenied.With("The profile is not of the trust anchor's account and region.")
	}
	p, err := s.Anywhere.Profile(ctx, anchor.AccountID, anchor.Region, id)
	switch {
	case isNotFound(err):
		return nil, rolesanywhere.ErrNotFound.With("There is no profile %s.", *in.ProfileArn)
	case err != nil:
		return nil, err
	case !p.Enabled:
		return nil, rolesanywhere.ErrDenied.With("Profile is disabled.")
	case !p.Gives(*in.RoleArn):
		return nil, rolesanywhere.ErrDenied.With("The profile is not for the role %s.", *in.RoleArn)
	}
	return &p, nil
}

// want is what the profile allows of what is asked for.
func want(p *rolesanywhere.Profile, in *CreateSessionInput) (sts.Want, error) {
	w := sts.Want{Duration: p.Duration, Policy: p.SessionPolicy, PolicyARNs: p.ManagedPolicyARNs}
	if in.DurationSeconds != nil {
		w.Duration = seconds(in.DurationSeconds)
		if w.Duration < 15*time.Minute || w.Duration > p.Duration {
			return w, rolesanywhere.ErrValidation.With("durationSeconds must be from 900 to the profile's %d.", int(p.Duration.Seconds()))
		}
	}
	if in.RoleSessionName != nil {
		switch {
		case !p.AcceptName:
			return w, rolesanywhere.ErrDenied.With("The profile does not accept roleSessionName.")
		case !sessionName.MatchString(*in.RoleSessionName):
			return w, rolesanywhere.ErrValidation.With("roleSessionName must match [\\w+=,.@-]{2,64}.")
		}
		w.Name = *in.RoleSessionName
	}
	return w, nil
}

func answer(v *sts.Session, made sts.Credentials, roleARN string) (*CreateSessionOutput, error) {
	packed, err := v.Packed()
	if err != nil {
		return nil, err
	}
	return &CreateSessionOutput{CredentialSet: []CredentialResponse{{
		AssumedRoleUser: &AssumedRoleUser{Arn: aws.String(v.ARN()), AssumedRoleId: aws.String(v.UserID())},
		Credentials: &Credentials{
			AccessKeyId: &made.AccessKeyID, SecretAccessKey: aws.String(made.Secret.Reveal()), SessionToken: &made.Token,
			Expiration: aws.String(made.Expires.UTC().Format(time.RFC3339)),
		},
		PackedPolicySize: &packed, RoleArn: &roleARN, SourceIdentity: some(v.SourceIdentity),
	}}}, nil
}
