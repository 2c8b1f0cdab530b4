package console

import (
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	pages "gatehouse/templates/console"
	"gatehouse/templates/ui"
	"gatehouse/web"
	"gatehouse/web/paths"
)

func (h *Handlers) showAttributes(v *visit, pool *types.UserPoolType) error {
	return h.attributesPage(v, pool, pages.NewAttribute{Type: "String", Mutable: true}, nil)
}

func (h *Handlers) attributesPage(v *visit, pool *types.UserPoolType, n pages.NewAttribute, problems ui.Problems) error {
	title := v.t.T("console.nav.attributes")
	p := pages.AttributesPage{
		ConsoleFrame: h.frame(v, "attributes", title, v.poolCrumbs()...),
		Form:         v.form(paths.Link(paths.ConsoleAttributes, v.pool.ID), problems), New: n,
	}
	for _, a := range pool.SchemaAttributes {
		row := pages.AttributeRow{
			Name: aws.ToString(a.Name), Type: string(a.AttributeDataType), Required: aws.ToBool(a.Required), Mutable: aws.ToBool(a.Mutable),
			DeveloperOnly: aws.ToBool(a.DeveloperOnlyAttribute),
		}
		if c := a.StringAttributeConstraints; c != nil {
			row.Min, row.Max = aws.ToString(c.MinLength), aws.ToString(c.MaxLength)
		}
		if c := a.NumberAttributeConstraints; c != nil {
			row.Min, row.Max = aws.ToString(c.MinValue), aws.ToString(c.MaxValue)
		}
		if strings.Contains(row.Name, ":") {
			p.Custom = append(p.Custom, row)
		} else {
			p.Standard = append(p.Standard, row)
		}
	}
	return web.Render(v, http.StatusOK, p.Show())
}

func (h *Handlers) addAttribute(v *visit, pool *types.UserPoolType) error {
	n := pages.NewAttribute{Name: strings.TrimPrefix(v.typed("name"), "custom:"), Type: v.posted("type"), Mutable: v.posted("mutable") != "", Min: v.typed("min"), Max: v.typed("max")}
	a := types.SchemaAttributeType{Name: &n.Name, AttributeDataType: types.AttributeDataType(n.Type), Mutable: &n.Mutable}
	switch n.Type {
	case "String":
		a.StringAttributeConstraints = &types.StringAttributeConstraintsType{MinLength: some(n.Min), MaxLength: some(n.Max)}
	case "Number":
		a.NumberAttributeConstraints = &types.NumberAttributeConstraintsType{MinValue: some(n.Min), MaxValue: some(n.Max)}
	}
	_, err := call[idp.AddCustomAttributesOutput](h, v, &idp.AddCustomAttributesInput{UserPoolId: pool.Id, CustomAttributes: []types.SchemaAttributeType{a}})
	if problems, ok := v.refused(err, "name"); ok {
		return h.attributesPage(v, pool, n, problems)
	}
	if err != nil {
		return err
	}
	return v.done(paths.Link(paths.ConsoleAttributes, v.pool.ID), "attribute_added")
}
