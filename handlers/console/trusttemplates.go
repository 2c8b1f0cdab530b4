package console

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"gatehouse/internal/policy"
	pages "gatehouse/templates/console"
	"gatehouse/templates/ui"
	"gatehouse/web/paths"
)

// trustTemplate writes the trust policy that one of the templates makes of what was typed, or says what it lacks.
func (h *Handlers) trustTemplate(v *visit, name string) (document string, problems ui.Problems) {
	s := pages.StatementForm{Effect: policy.Allow.String(), Actions: "sts:AssumeRole"}
	condition := func(operator, key, values string) {
		if values != "" {
			s.Conditions = append(s.Conditions, pages.ConditionForm{Operator: operator, Key: key, Values: values})
		}
	}
	lacks := func(field, text string) (string, ui.Problems) {
		return "", ui.Problems{{Field: field, Text: text}}
	}
	switch name {
	case "account":
		account := strings.ReplaceAll(v.typed("t_account"), "-", "")
		if !isAccount(account) {
			return lacks("t_account", v.t.T("console.trust.account.wrong"))
		}
		s.Principals = "AWS arn:aws:iam::" + account + ":root"
		condition("StringEquals", "sts:ExternalId", v.typed("t_external"))
		if v.posted("t_mfa") != "" {
			condition("Bool", "aws:MultiFactorAuthPresent", "true")
		}
	case "pool":
		pool, client := v.typed("t_pool"), v.typed("t_client")
		if !strings.Contains(pool, "_") {
			return lacks("t_pool", v.t.T("console.trust.pool.wrong"))
		}
		if client == "" {
			return lacks("t_client", v.t.T("console.trust.client.missing"))
		}
		s.Principals, s.Actions = "Federated "+h.poolProvider(v, pool), "sts:AssumeRoleWithWebIdentity"
		condition("StringEquals", h.poolHost(pool)+":aud", client)
	case "oidc":
		_, host, ok := strings.Cut(v.typed("t_oidc"), ":oidc-provider/")
		if !ok {
			return lacks("t_oidc", v.t.T("console.trust.oidc.wrong"))
		}
		if v.typed("t_audience") == "" {
			return lacks("t_audience", v.t.T("console.trust.client.missing"))
		}
		s.Principals, s.Actions = "Federated "+v.typed("t_oidc"), "sts:AssumeRoleWithWebIdentity"
		condition("StringEquals", host+":aud", v.typed("t_audience"))
		condition("StringEquals", host+":sub", v.typed("t_subject"))
	case "saml":
		if !strings.Contains(v.typed("t_saml"), ":saml-provider/") {
			return lacks("t_saml", v.t.T("console.trust.saml.wrong"))
		}
		s.Principals, s.Actions = "Federated "+v.typed("t_saml"), "sts:AssumeRoleWithSAML"
		condition("StringEquals", "saml:aud", h.URL+"/saml\nhttps://signin.aws.amazon.com/saml")
	case "service":
		if v.typed("t_service") == "" {
			return lacks("t_service", v.t.T("console.trust.service.missing"))
		}
		s.Principals = "Service " + v.typed("t_service")
	}
	return documentText(policy.Version2012, "", []pages.StatementForm{s}), nil
}

// poolHost is a pool's issuer as condition keys and ARNs have it: without the scheme.
func (h *Handlers) poolHost(pool string) string {
	_, host, _ := strings.Cut(paths.Issuer(h.URL, pool), "://")
	return host
}

func (h *Handlers) poolProvider(v *visit, pool string) string {
	return "arn:aws:iam::" + v.account() + ":oidc-provider/" + h.poolHost(pool)
}

// trustTemplates are what the templates offer, with what was typed. Whoever may not list something types it.
func (h *Handlers) trustTemplates(v *visit) (*pages.TrustTemplates, error) {
	t := &pages.TrustTemplates{
		Account: v.typed("t_account"), External: v.typed("t_external"), MFA: v.posted("t_mfa") != "", Pool: v.typed("t_pool"), Client: v.typed("t_client"),
		OIDC: v.typed("t_oidc"), Audience: v.typed("t_audience"), Subject: v.typed("t_subject"), SAML: v.typed("t_saml"), Service: v.typed("t_service"), Open: templateOf(v),
	}
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
	return t, nil
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
func (h *Handlers) useTemplate(v *visit, e policyEdit, d draft, name string) error {
	document, problems := h.trustTemplate(v, name)
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
