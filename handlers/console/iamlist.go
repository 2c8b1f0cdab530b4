package console

import (
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	pages "gatehouse/templates/console"
	"gatehouse/web"
	"gatehouse/web/paths"
)

// How many entries a page lists, how many are read at once in a search, and how many of its finds are shown.
const (
	iamAPage = 50
	iamRead  = 1000
	iamFound = 100
)

// listing is one page of a list of IAM; marker is that of the next, "" at the end.
type listing struct {
	rows   []pages.IAMRow
	marker string
}

func (h *Handlers) listIAM(v *visit, kind string, marker string, most int32) (l listing, err error) {
	switch kind {
	case iamUsers:
		out, err := call[iam.ListUsersOutput](h, v, &iam.ListUsersInput{Marker: some(marker), MaxItems: &most})
		if err != nil {
			return l, err
		}
		l.marker = aws.ToString(out.Marker)
		for _, u := range out.Users {
			l.rows = append(l.rows, pages.IAMRow{Name: *u.UserName, Path: *u.Path, Created: aws.ToTime(u.CreateDate)})
		}
	case iamGroups:
		out, err := call[iam.ListGroupsOutput](h, v, &iam.ListGroupsInput{Marker: some(marker), MaxItems: &most})
		if err != nil {
			return l, err
		}
		l.marker = aws.ToString(out.Marker)
		for _, g := range out.Groups {
			l.rows = append(l.rows, pages.IAMRow{Name: *g.GroupName, Path: *g.Path, Created: aws.ToTime(g.CreateDate)})
		}
	case iamRoles:
		out, err := call[iam.ListRolesOutput](h, v, &iam.ListRolesInput{Marker: some(marker), MaxItems: &most})
		if err != nil {
			return l, err
		}
		l.marker = aws.ToString(out.Marker)
		for _, r := range out.Roles {
			l.rows = append(l.rows, pages.IAMRow{Name: *r.RoleName, Path: *r.Path, About: aws.ToString(r.Description), Created: aws.ToTime(r.CreateDate)})
		}
	default:
		return l, web.ErrNotFound
	}
	for i := range l.rows {
		l.rows[i].Href = paths.Link(paths.ConsoleIAMOne, kind, l.rows[i].Name)
	}
	return l, nil
}

// searched reads a list until enough entries have the text in their name, path or description. IAM has no search, and
// an account's quotas keep its lists short; more tells that there were further finds.
func searched(text string, list func(marker string) (listing, error)) (found []pages.IAMRow, more bool, err error) {
	text = strings.ToLower(text)
	for marker := ""; ; {
		l, err := list(marker)
		if err != nil {
			return nil, false, err
		}
		for _, r := range l.rows {
			if !strings.Contains(strings.ToLower(r.Name+" "+r.Path+" "+r.About), text) {
				continue
			}
			if len(found) == iamFound {
				return found, true, nil
			}
			found = append(found, r)
		}
		if marker = l.marker; marker == "" {
			return found, false, nil
		}
	}
}

func (h *Handlers) showIAMList(v *visit) error {
	kind, text := v.Param("kind"), v.search("text")
	if kind != iamUsers && kind != iamGroups && kind != iamRoles {
		return web.ErrNotFound
	}
	p := pages.IAMListPage{
		ConsoleFrame: h.frame(v, iamSection(kind), v.t.T("console.nav.iam_"+kind), v.iamCrumbs(kind)[:1]...), Kind: kind, Text: text,
		Here: iamList(kind), New: paths.Link(paths.ConsoleIAMNew, kind),
	}
	if text != "" {
		var err error
		p.Rows, p.More, err = searched(text, func(marker string) (listing, error) { return h.listIAM(v, kind, marker, iamRead) })
		if err != nil {
			return err
		}
		return web.Render(v, http.StatusOK, p.Show())
	}
	l, err := h.listIAM(v, kind, v.QueryParam("after"), iamAPage)
	if err != nil {
		return err
	}
	p.Rows = l.rows
	if l.marker != "" {
		p.Next = paths.Link(paths.ConsoleIAMList, kind, "after", l.marker)
	}
	if v.QueryParam("after") != "" {
		p.First = iamList(kind)
	}
	return web.Render(v, http.StatusOK, p.Show())
}
