package console

import (
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsorg "github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	pages "gatehouse/templates/console"
	"gatehouse/templates/ui"
	"gatehouse/web"
	"gatehouse/web/paths"
)

func (h *Handlers) mountOrganizationUnits(r web.Routes) {
	back := func(v *visit, u *types.OrganizationalUnit) error { return web.SeeOther(v, placeLink(*u.Id)) }
	r.GET(paths.ConsoleUnit, h.of(h.ofUnit(h.showUnit)))
	r.GET(paths.ConsoleUnitNew, h.of(func(v *visit) error { return web.SeeOther(v, placeLink(v.Param("parent"))) }))
	r.POST(paths.ConsoleUnitNew, h.of(h.createUnit))
	r.GET(paths.ConsoleUnitRename, h.of(h.ofUnit(back)))
	r.POST(paths.ConsoleUnitRename, h.of(h.ofUnit(h.renameUnit)))
	r.GET(paths.ConsoleUnitDelete, h.fresh(h.ofUnit(h.showUnitDelete)))
	r.POST(paths.ConsoleUnitDelete, h.fresh(h.ofUnit(h.deleteUnit)))
}

// ofUnit makes a handler of a page that belongs to the unit in its path, which it reads first.
func (h *Handlers) ofUnit(handle func(*visit, *types.OrganizationalUnit) error) handler {
	return func(v *visit) error {
		u, err := h.unit(v, v.Param("unit"))
		if err != nil {
			return err
		}
		return handle(v, u)
	}
}

func (h *Handlers) unit(v *visit, id string) (*types.OrganizationalUnit, error) {
	out, err := call[awsorg.DescribeOrganizationalUnitOutput](h, v, &awsorg.DescribeOrganizationalUnitInput{OrganizationalUnitId: &id})
	if err != nil {
		return nil, err
	}
	return out.OrganizationalUnit, nil
}

// typedUnit is what was typed into a form of a unit's page and not taken.
type typedUnit struct{ name, unit, tags string }

func (h *Handlers) showUnit(v *visit, u *types.OrganizationalUnit) error {
	return h.unitPage(v, u, typedUnit{}, nil)
}

func (h *Handlers) unitPage(v *visit, u *types.OrganizationalUnit, typed typedUnit, problems ui.Problems) error {
	above, err := h.above(v, aws.ToString(u.Path))
	if err != nil {
		return err
	}
	p := pages.UnitPage{
		ConsoleFrame: h.orgFrame(v, *u.Name, crumbsOf(above)...), Problems: problems, Name: *u.Name, ID: *u.Id, ARN: aws.ToString(u.Arn),
		RenameForm: v.form(paths.Link(paths.ConsoleUnitRename, *u.Id), nil), NewName: *u.Name, UnitForm: v.form(paths.Link(paths.ConsoleUnitNew, *u.Id), nil), UnitName: typed.unit,
		Delete: paths.Link(paths.ConsoleUnitDelete, *u.Id),
	}
	if typed.name != "" {
		p.NewName = typed.name
	}
	if p.Tree, err = h.tree(v, *u.Id, placeLink(*u.Id)); err != nil {
		return err
	}
	if p.TagForm, p.Tags, err = h.targetTags(v, *u.Id, typed.tags); err != nil {
		return err
	}
	if p.Limits, err = h.limits(v, *u.Id, above); err != nil {
		return err
	}
	return web.Render(v, http.StatusOK, p.Show())
}

// createUnit makes a unit in the root or in another unit.
func (h *Handlers) createUnit(v *visit) error {
	parent, name := v.Param("parent"), v.typed("unit")
	var err error
	problems := ui.Problems{{Field: "unit", Text: v.t.T("console.iam.name.missing")}}
	refused := name == ""
	if !refused {
		var out *awsorg.CreateOrganizationalUnitOutput
		if out, err = call[awsorg.CreateOrganizationalUnitOutput](h, v, &awsorg.CreateOrganizationalUnitInput{ParentId: &parent, Name: &name}); err == nil {
			return v.done(placeLink(*out.OrganizationalUnit.Id), "unit_created")
		}
		problems, refused = v.refused(err, "unit")
	}
	switch {
	case !refused:
		return err
	case isUnit(parent):
		u, err := h.unit(v, parent)
		if err != nil {
			return err
		}
		return h.unitPage(v, u, typedUnit{unit: name}, problems)
	}
	return h.organizationPage(v, name, problems)
}

func (h *Handlers) renameUnit(v *visit, u *types.OrganizationalUnit) error {
	name := v.typed("name")
	if name == "" {
		return h.unitPage(v, u, typedUnit{}, ui.Problems{{Field: "name", Text: v.t.T("console.iam.name.missing")}})
	}
	_, err := call[awsorg.UpdateOrganizationalUnitOutput](h, v, &awsorg.UpdateOrganizationalUnitInput{OrganizationalUnitId: u.Id, Name: &name})
	if problems, ok := v.refused(err, "name"); ok {
		return h.unitPage(v, u, typedUnit{name: name}, problems)
	}
	if err != nil {
		return err
	}
	return v.done(placeLink(*u.Id), "unit_renamed")
}

func (h *Handlers) showUnitDelete(v *visit, u *types.OrganizationalUnit) error {
	return h.askUnitDelete(v, u, nil)
}

func (h *Handlers) askUnitDelete(v *visit, u *types.OrganizationalUnit, problems ui.Problems) error {
	above, err := h.above(v, aws.ToString(u.Path))
	if err != nil {
		return err
	}
	crumbs := append(crumbsOf(above), crumbsOf([]orgPlace{{*u.Id, *u.Name}})...)
	return h.asking(v, paths.Link(paths.ConsoleUnitDelete, *u.Id), v.t.T("console.org.unit.delete"), v.t.T("console.org.unit.delete.text"), *u.Name, problems, crumbs...)
}

func (h *Handlers) deleteUnit(v *visit, u *types.OrganizationalUnit) error {
	return h.asked(v, *u.Name, func(problems ui.Problems) error { return h.askUnitDelete(v, u, problems) }, func() error {
		return only(call[awsorg.DeleteOrganizationalUnitOutput](h, v, &awsorg.DeleteOrganizationalUnitInput{OrganizationalUnitId: u.Id}))
	}, paths.ConsoleOrganization, "unit_deleted")
}
