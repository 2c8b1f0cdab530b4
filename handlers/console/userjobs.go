package console

import (
	"net/http"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"gatehouse/internal/api/gatehouse"
	pages "gatehouse/templates/console"
	"gatehouse/templates/layout"
	"gatehouse/templates/ui"
	"gatehouse/web"
	"gatehouse/web/paths"
)

func (h *Handlers) showUserJobs(v *visit, pool *types.UserPoolType) error {
	out, err := call[gatehouse.ListUserJobsOutput](h, v, &gatehouse.ListUserJobsInput{UserPoolId: pool.Id, MaxResults: aws.Int32(25), NextToken: some(v.QueryParam("after"))})
	if err != nil {
		return err
	}
	p := pages.UserJobsPage{ConsoleFrame: h.frame(v, "users", v.t.T("console.jobs"), v.usersCrumbs()...), Users: paths.Link(paths.ConsoleUsers, v.pool.ID)}
	if out.NextToken != nil {
		p.Next = paths.Link(paths.ConsoleUserJobs, v.pool.ID, "after", *out.NextToken)
	}
	if v.QueryParam("after") != "" {
		p.First = paths.Link(paths.ConsoleUserJobs, v.pool.ID)
	}
	for _, j := range out.Jobs {
		p.Jobs = append(p.Jobs, jobShown(v, j))
	}
	return web.Render(v, http.StatusOK, p.Show())
}

func jobShown(v *visit, j gatehouse.UserJob) pages.UserJob {
	return pages.UserJob{
		ID: *j.JobId, Act: *j.Act, Group: aws.ToString(j.GroupName), Status: *j.Status, Total: int(*j.NumberOfUsers), Done: int(*j.Done), Failed: int(*j.Failed),
		Started: *j.CreationDate, Ended: aws.ToTime(j.EndDate), Who: afterLast(aws.ToString(j.PrincipalArn), ":"),
		Href: paths.Link(paths.ConsoleUserJob, v.pool.ID, *j.JobId), Records: paths.Link(paths.ConsoleAudit, "request", aws.ToString(j.RequestId)),
	}
}

func (h *Handlers) showUserJob(v *visit, pool *types.UserPoolType) error {
	return h.userJobPage(v, pool, nil)
}

// userJobPage shows a job and how it went. While it goes on the page comes again by itself, unless that was stopped.
func (h *Handlers) userJobPage(v *visit, pool *types.UserPoolType, problems ui.Problems) error {
	out, err := call[gatehouse.DescribeUserJobOutput](h, v, &gatehouse.DescribeUserJobInput{UserPoolId: pool.Id, JobId: aws.String(v.Param("job"))})
	if err != nil {
		return err
	}
	j := jobShown(v, *out.Job)
	p := pages.UserJobPage{
		ConsoleFrame: h.frame(v, "users", v.t.T("console.users.act."+j.Act), v.usersCrumbs(layout.Crumb{Label: v.t.T("console.jobs"), Href: paths.Link(paths.ConsoleUserJobs, v.pool.ID)})...),
		Form:         v.form(j.Href, problems), Job: j, Only: v.QueryParam("only"), Still: v.QueryParam("still") != "",
		Users: paths.Link(paths.ConsoleUsers, v.pool.ID),
	}
	if p.Only != "" && p.Only != "FAILED" && p.Only != "DONE" && p.Only != "WAITING" {
		p.Only = ""
	}
	results, err := call[gatehouse.ListUserJobResultsOutput](h, v, &gatehouse.ListUserJobResultsInput{UserPoolId: pool.Id, JobId: &j.ID, Status: some(p.Only), MaxResults: aws.Int32(50), NextToken: some(v.QueryParam("after"))})
	if err != nil {
		return err
	}
	for _, r := range results.Results {
		row := pages.JobResult{Name: aws.ToString(r.Username), Status: *r.Status, Reason: aws.ToString(r.Reason), Href: paths.Link(paths.ConsoleUser, v.pool.ID, *r.Sub)}
		if row.Name == "" {
			row.Name = *r.Sub
		}
		p.Results = append(p.Results, row)
	}
	if results.NextToken != nil {
		p.Next = paths.Link(paths.ConsoleUserJob, v.pool.ID, j.ID, "only", p.Only, "after", *results.NextToken, "still", "yes")
	}
	if v.QueryParam("after") != "" {
		p.First = paths.Link(paths.ConsoleUserJob, v.pool.ID, j.ID, "only", p.Only)
	}
	if p.Refreshes() && v.Request().Method == http.MethodGet {
		v.Response().Header().Set("Refresh", "3")
	}
	return web.Render(v, http.StatusOK, p.Show())
}

// changeUserJob confirms a job that has gathered its users, or stops one.
func (h *Handlers) changeUserJob(v *visit, pool *types.UserPoolType) error {
	job := v.Param("job")
	if v.posted("do") != "stop" {
		return h.confirmUserJob(v, pool, job)
	}
	_, err := call[gatehouse.StopUserJobOutput](h, v, &gatehouse.StopUserJobInput{UserPoolId: pool.Id, JobId: &job})
	return h.afterJob(v, pool, job, err)
}

// afterJob shows the job, with what of an act was refused.
func (h *Handlers) afterJob(v *visit, pool *types.UserPoolType, job string, err error) error {
	if problems, ok := v.refused(err, ""); ok {
		return h.userJobPage(v, pool, problems)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(v, paths.Link(paths.ConsoleUserJob, v.pool.ID, job))
}

// confirmUserJob begins a job with as many users as its page showed.
func (h *Handlers) confirmUserJob(v *visit, pool *types.UserPoolType, job string) error {
	out, err := call[gatehouse.DescribeUserJobOutput](h, v, &gatehouse.DescribeUserJobInput{UserPoolId: pool.Id, JobId: &job})
	if err != nil {
		return err
	}
	if dangerous(*out.Job.Act) {
		if err := h.proven(v); err != nil {
			return err
		}
	}
	n, err := strconv.ParseInt(v.posted("number"), 10, 64)
	if err != nil {
		return web.ErrNotFound
	}
	if *out.Job.Act == "Delete" {
		if problems := v.miscounted(int(n)); problems != nil {
			return h.userJobPage(v, pool, problems)
		}
	}
	_, err = call[gatehouse.ConfirmUserJobOutput](h, v, &gatehouse.ConfirmUserJobInput{UserPoolId: pool.Id, JobId: &job, NumberOfUsers: &n})
	return h.afterJob(v, pool, job, err)
}
