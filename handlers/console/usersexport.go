package console

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"gatehouse/internal/api/gatehouse"
	"gatehouse/internal/directory"
	"gatehouse/web"
)

// exportUsers streams whom the list's filter selects, page by page, so that nothing large is kept.
func (h *Handlers) exportUsers(v *visit, pool *types.UserPoolType) error {
	filter, problems := userListOf(v, pool).operationFilter(v)
	if problems != nil {
		return web.ErrNotFound
	}
	in := &gatehouse.SearchUsersInput{UserPoolId: pool.Id, Filter: filter, MaxResults: aws.Int32(directory.MaxSearchPage)}
	out, err := call[gatehouse.SearchUsersOutput](h, v, in)
	if err != nil {
		return err
	}
	download(v, "text/csv; charset=utf-8", "users-"+h.Clock().UTC().Format("20060102-150405")+".csv")
	write := usersCSV(v.Response(), pool)
	for {
		if err := write(out.Users); err != nil {
			return fmt.Errorf("export users: %w", err)
		}
		if in.NextToken = out.NextToken; in.NextToken == nil {
			return nil
		}
		extend(v)
		if out, err = call[gatehouse.SearchUsersOutput](h, v, in); err != nil {
			return cutOff(v, fmt.Errorf("export users: %w", err))
		}
	}
}

// usersCSV writes users as lines, with a column for each attribute of the pool.
func usersCSV(to io.Writer, pool *types.UserPoolType) func([]gatehouse.FoundUser) error {
	w := csv.NewWriter(to)
	header := []string{"username", "sub", "enabled", "status", "created", "modified", "second_factor"}
	attributes := attributeNames(pool)[2:]
	w.Write(safeCells(append(header, attributes...)...))
	return func(users []gatehouse.FoundUser) error {
		for _, u := range users {
			factor := ""
			if len(u.UserMFASettingList) > 0 {
				factor = u.UserMFASettingList[0]
			}
			cells := []string{*u.Username, *u.Sub, strconv.FormatBool(*u.Enabled), *u.UserStatus, instant(*u.UserCreateDate), instant(*u.UserLastModifiedDate), factor}
			for _, a := range attributes {
				cells = append(cells, attribute(u, a))
			}
			w.Write(safeCells(cells...))
		}
		w.Flush()
		return w.Error()
	}
}

func instant(at time.Time) string { return at.UTC().Format("2006-01-02T15:04:05.000Z") }
