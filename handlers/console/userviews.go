package console

import (
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"gatehouse/internal/api/gatehouse"
	pages "gatehouse/templates/console"
	"gatehouse/web/paths"
)

// userViews are the views that the person keeps; whoever may not list them has none.
func (h *Handlers) userViews(v *visit) (out []pages.SavedView) {
	views, err := call[gatehouse.ListUserViewsOutput](h, v, &gatehouse.ListUserViewsInput{UserPoolId: &v.pool.ID})
	if err != nil {
		return nil
	}
	for _, view := range views.Views {
		out = append(out, pages.SavedView{Name: *view.Name, Href: paths.Link(paths.ConsoleUsers, v.pool.ID) + "?" + *view.Query})
	}
	return out
}

// changeUserViews keeps what the list shows under a name, or deletes a view.
func (h *Handlers) changeUserViews(v *visit, pool *types.UserPoolType) error {
	list := paths.Link(paths.ConsoleUsers, v.pool.ID) + "?" + v.posted("query")
	var err error
	message := "view_saved"
	if v.posted("do") == "delete" {
		message = "view_deleted"
		_, err = call[gatehouse.DeleteUserViewOutput](h, v, &gatehouse.DeleteUserViewInput{UserPoolId: pool.Id, Name: some(v.posted("view"))})
	} else {
		name, query := v.posted("name"), v.posted("query")
		_, err = call[gatehouse.SaveUserViewOutput](h, v, &gatehouse.SaveUserViewInput{UserPoolId: pool.Id, Name: &name, Query: &query})
	}
	if problems, ok := v.refused(err, "name"); ok {
		v.Request().URL.RawQuery = v.posted("query") // the list that was looked at
		return h.usersPage(v, pool, problems)
	}
	if err != nil {
		return err
	}
	return v.done(list, message)
}
