package console

import (
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"gatehouse/internal/arn"
	"gatehouse/internal/policy"
	pages "gatehouse/templates/console"
	"gatehouse/templates/ui"
	"gatehouse/web/paths"
)

// typedTrust is what was typed into the templates.
func typedTrust(v *visit) pages.TrustTemplates {
	return pages.TrustTemplates{
		Account: v.typed("t_account"), External: v.typed("t_external"), MFA: v.posted("t_mfa") != "", Pool: v.typed("t_pool"), Client: v.typed("t_client"),
		OIDC: v.typed("t_oidc"), Audience: v.typed("t_audience"), Subject: v.typed("t_subject"), SAML: v.typed("t_saml"), Service: v.typed("t_service"), Open: templateOf(v),
	}
}

// trustTemplate writes the trust policy that the open one of the templates makes of what it says, or tells what it lacks.
func (h *Handlers) trustTemplate(v *visit, t pages.TrustTemplates) (document string, problems ui.Problems) {
	s := pages.StatementForm{Effect: policy.Allow.String(), Actions: "sts:AssumeRole"}
	condition := func(operator, key, values string) {
		if values != "" {
			s.Conditions = append(s.Conditions, pages.ConditionForm{Operator: operator, Key: key, Values: values})
		}
	}
	lacks := func(field, text string) (string, ui.Problems) {
		return "", ui.Problems{{Field: field, Text: text}}
	}
	for field, value := range map[string]string{"t_account": t.Account, "t_external": t.External, "t_pool": t.Pool, "t_client": t.Client, "t_oidc": t.OIDC, "t_audience": t.Audience, "t_subject": t.Subject, "t_saml": t.SAML, "t_service": t.Service} {
		if strings.ContainsAny(value, "\r\n") { // which would be one more principal or value
			return lacks(field, v.t.T("console.trust.line"))
		}
	}
	switch t.Open {
	case "account":
		account := strings.ReplaceAll(t.Account, "-", "")
		if !isAccount(account) {
			return lacks("t_account", v.t.T("console.trust.account.wrong"))
		}
		s.Principals = "AWS arn:aws:iam::" + account + ":root"
		condition("StringEquals", "sts:ExternalId", t.External)
		if t.MFA {
			condition("Bool", "aws:MultiFactorAuthPresent", "true")
		}
	case "pool":
		if !strings.Contains(t.Pool, "_") {
			return lacks("t_pool", v.t.T("console.trust.pool.wrong"))
		}
		if t.Client == "" {
			return lacks("t_client", v.t.T("console.trust.client.missing"))
		}
		s.Principals, s.Actions = "Federated "+h.poolProvider(v, t.Pool), "sts:AssumeRoleWithWebIdentity"
		condition("StringEquals", h.poolHost(t.Pool)+":aud", t.Client)
	case ofOIDC:
		_, host, ok := strings.Cut(t.OIDC, ":oidc-provider/")
		if !ok {
			return lacks("t_oidc", v.t.T("console.trust.oidc.wrong"))
		}
		if t.Audience == "" {
			return lacks("t_audience", v.t.T("console.trust.client.missing"))
		}
		s.Principals, s.Actions = "Federated "+t.OIDC, "sts:AssumeRoleWithWebIdentity"
		condition("StringEquals", host+":aud", t.Audience)
		condition(equalsOrLike(t.Subject), host+":sub", t.Subject)
	case ofSAML:
		if !strings.Contains(t.SAML, ":saml-provider/") {
			return lacks("t_saml", v.t.T("console.trust.saml.wrong"))
		}
		s.Principals, s.Actions = "Federated "+t.SAML, "sts:AssumeRoleWithSAML"
		condition("StringLike", "saml:aud", h.URL+paths.SAML+"\n"+h.URL+paths.SAML+"/acs/*"+"\nhttps://signin.aws.amazon.com/saml")
	case "service":
		if t.Service == "" {
			return lacks("t_service", v.t.T("console.trust.service.missing"))
		}
		s.Principals = "Service " + t.Service
	}
	return documentText(policy.Version2012, "", []pages.StatementForm{s}), nil
}

// equalsOrLike is the operator that takes a value as it is meant: with wildcards as a pattern.
func equalsOrLike(value string) string {
	if strings.ContainsAny(value, "*?") {
		return "StringLike"
	}
	return "StringEquals"
}

// providerResource is how ARNs name providers of an account.
var providerResource = regexp.MustCompile(`^(oidc-provider/[!-~]+|saml-provider/[\w.-]+)$`)

// trustOfProvider is the template for people of a provider of the account, whose ARN the address of a new role names, with the
// trust policy that it makes. An address names nothing else, for it may be somebody else's link: no provider that is not there,
// or that the person may not read.
func (h *Handlers) trustOfProvider(v *visit, named string) (t pages.TrustTemplates, document string, err error) {
	a, err := arn.Parse(named)
	if err != nil || a != (arn.ARN{Partition: "aws", Service: "iam", AccountID: v.account(), Resource: a.Resource}) || !providerResource.MatchString(a.Resource) {
		return t, "", nil
	}
	var known pages.TrustTemplates
	switch known.Open, _ = providerOf(named); known.Open {
	case ofOIDC:
		var out *iam.GetOpenIDConnectProviderOutput
		if out, err = callIfAllowed[iam.GetOpenIDConnectProviderOutput](h, v, &iam.GetOpenIDConnectProviderInput{OpenIDConnectProviderArn: &named}); err == nil && len(out.ClientIDList) > 0 {
			known.Audience = out.ClientIDList[0]
		}
		known.OIDC = named
	case ofSAML:
		err = only(callIfAllowed[iam.GetSAMLProviderOutput](h, v, &iam.GetSAMLProviderInput{SAMLProviderArn: &named}))
		known.SAML = named
	}
	if err != nil {
		if _, _, refused := reason(err); refused {
			err = nil
		}
		return t, "", err
	}
	document, _ = h.trustTemplate(v, known)
	return known, document, nil
}

// poolHost is a pool's issuer as condition keys and ARNs have it: without the scheme.
func (h *Handlers) poolHost(pool string) string {
	_, host, _ := strings.Cut(paths.Issuer(h.URL, pool), "://")
	return host
}

func (h *Handlers) poolProvider(v *visit, pool string) string {
	return "arn:aws:iam::" + v.account() + ":oidc-provider/" + h.poolHost(pool)
}

// trustTemplates are what the templates offer, with what they say. Whoever may not list something types it.
func (h *Handlers) trustTemplates(v *visit, t pages.TrustTemplates) (*pages.TrustTemplates, error) {
	pools, err := allowed(call[idp.ListUserPoolsOutput](h, v, &idp.ListUserPoolsInput{MaxResults: aws.Int32(60)}))
	if err != nil {
		return nil, err
	}
	for _, p := range pools.UserPools {
		t.Pools = append(t.Pools, ui.Option{Value: aws.ToString(p.Id), Label: aws.ToString(p.Name)})
	}
	oidc, err := allowed(call[iam.ListOpenIDConnectProvidersOutput](h, v, &iam.ListOpenIDConnectProvidersInput{}))
	if err != nil {
		return nil, err
	}
	for _, p := range oidc.OpenIDConnectProviderList {
		t.OIDCs = append(t.OIDCs, aws.ToString(p.Arn))
	}
	saml, err := allowed(call[iam.ListSAMLProvidersOutput](h, v, &iam.ListSAMLProvidersInput{}))
	if err != nil {
		return nil, err
	}
	for _, p := range saml.SAMLProviderList {
		t.SAMLs = append(t.SAMLs, aws.ToString(p.Arn))
	}
	t.Unregistered = t.Open == "pool" && t.Pool != "" && t.Client != "" && !slices.Contains(t.OIDCs, h.poolProvider(v, t.Pool))
	return &t, nil
}

// templateOf is the template that the pressed button is of; "" for none.
func templateOf(v *visit) string {
	name, ok := strings.CutPrefix(v.posted("act"), "template-")
	if !ok {
		return v.posted("t_open")
	}
	return name
}

// useTemplate puts a template in the place of what was typed.
func (h *Handlers) useTemplate(v *visit, e policyEdit, d draft) error {
	document, problems := h.trustTemplate(v, typedTrust(v))
	if problems != nil {
		return h.editorPage(v, e, d, nil, problems)
	}
	d.document, d.formView = document, false
	return h.checkedPage(v, e, d)
}

// registerPool makes a pool's issuer a provider of the account, without which nobody of the pool comes in.
func (h *Handlers) registerPool(v *visit, e policyEdit, d draft) error {
	if err := h.proven(v); err != nil {
		return err
	}
	pool, client := v.typed("t_pool"), v.typed("t_client")
	_, err := call[iam.CreateOpenIDConnectProviderOutput](h, v, &iam.CreateOpenIDConnectProviderInput{Url: aws.String(paths.Issuer(h.URL, pool)), ClientIDList: []string{client}})
	if problems, ok := v.refused(err, "t_pool"); ok {
		return h.editorPage(v, e, d, nil, problems)
	}
	if err != nil {
		return err
	}
	return h.checkedPage(v, e, d)
}
