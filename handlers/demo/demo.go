// Package demo is the edge that only a demo installation has: /dev/outbox, which shows what was sent, and
// /dev/app, a relying party that signs people in by the code flow as any app would. Nothing of it is mounted
// outside demo.
package demo

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/notify"
	"gatehouse/templates/demo"
	"gatehouse/web"
	"gatehouse/web/paths"
)

// Outbox lists messages, newest first.
type Outbox interface {
	List(ctx context.Context, poolID string, f notify.Filter, before notify.Cursor, n int) (notify.Page, error)
}

// Handlers serves the demo's pages.
type Handlers struct {
	Outbox Outbox
	App    *App
	Region string // that the AWS APIs begin in
	Clock  func() time.Time
}

// Mount registers the pages.
func (h *Handlers) Mount(r web.Routes) {
	r.GET(paths.DemoIndex, h.index)
	r.GET(paths.Outbox, h.outbox)
	r.GET(paths.DemoApp, h.App.page)
	r.GET(paths.DemoSignIn, h.App.signIn)
	r.GET(paths.DemoCallback, h.App.callback)
	r.GET(paths.DemoMFA, h.App.showMFA)
	r.POST(paths.DemoMFA, h.App.setMFA)
	r.GET(paths.DemoSignedOut, h.App.signedOut)
}

// index shows who opens the bare address where everything is.
func (h *Handlers) index(c echo.Context) error {
	return web.Render(c, http.StatusOK, demo.IndexPage{
		Console: paths.Console, App: paths.DemoApp, Outbox: paths.Outbox, Endpoint: h.App.Origin, Region: h.Region,
	}.Show())
}

const perPage = 20

func (h *Handlers) outbox(c echo.Context) error {
	before, err := cursor(c.QueryParams())
	if err != nil {
		return web.ErrNotFound
	}
	list, err := h.Outbox.List(c.Request().Context(), "", notify.Filter{}, before, perPage)
	if err != nil {
		return err
	}
	p := demo.OutboxPage{Refresh: paths.Outbox, App: paths.DemoApp}
	for _, e := range list.Entries {
		p.Messages = append(p.Messages, demo.Message{
			To: e.To, Subject: e.Subject, Text: e.Text, Channel: string(e.Channel), State: string(e.State),
			Sent: e.Created.Format("15:04:05"), SentAt: e.Created.Format(time.RFC3339),
		})
	}
	if last := list.Next; last.ID != "" {
		p.More = paths.Outbox + "?" + url.Values{"before": {last.Created.Format(time.RFC3339Nano)}, "id": {last.ID}}.Encode()
	}
	return web.Render(c, http.StatusOK, p.Show())
}

func cursor(q url.Values) (notify.Cursor, error) {
	if q.Get("before") == "" {
		return notify.Cursor{}, nil
	}
	at, err := time.Parse(time.RFC3339Nano, q.Get("before"))
	return notify.Cursor{Created: at, ID: q.Get("id")}, err
}
