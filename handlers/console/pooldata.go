package console

import (
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"gatehouse/internal/api/gatehouse"
	pages "gatehouse/templates/console"
	"gatehouse/templates/layout"
	"gatehouse/templates/ui"
	"gatehouse/web"
	"gatehouse/web/paths"
)

func (h *Handlers) mountPoolData(r web.Routes) {
	r.GET(paths.ConsolePoolData, h.of(h.ofPool(h.showPoolData)))
	r.GET(paths.ConsolePoolKeys, h.fresh(h.ofPool(h.showRotateSigning)))
	r.POST(paths.ConsolePoolKeys, h.fresh(h.ofPool(h.rotateSigning)))
	r.POST(paths.ConsolePoolDataPart, h.of(h.ofPool(h.saveRetention)))
}

func (v *visit) dataSection(id string) string {
	return paths.Link(paths.ConsolePoolDataPart, v.pool.ID, id)
}

func (h *Handlers) showPoolData(v *visit, _ *types.UserPoolType) error {
	r, err := h.retention(v)
	if err != nil {
		return err
	}
	return h.poolDataPage(v, sections(v, h.retentionParts(v), r, aws.ToTime(r.LastModifiedDate), v.dataSection))
}

func (h *Handlers) retention(v *visit) (*gatehouse.UserPoolRetention, error) {
	v.at = paths.Link(paths.ConsolePoolData, v.pool.ID)
	out, err := call[gatehouse.GetUserPoolRetentionOutput](h, v, &gatehouse.GetUserPoolRetentionInput{UserPoolId: &v.pool.ID})
	if err != nil {
		return nil, err
	}
	return out.Retention, nil
}

func (h *Handlers) poolDataPage(v *visit, kept []pages.Section) error {
	out, err := call[gatehouse.ListSigningKeysOutput](h, v, &gatehouse.ListSigningKeysInput{UserPoolId: &v.pool.ID})
	if err != nil {
		return err
	}
	p := pages.PoolDataPage{
		ConsoleFrame: h.frame(v, "data", v.t.T("console.nav.data"), v.poolCrumbs()...), Kept: kept, Problems: problemsOf(kept),
		Keys: signingRows(out.Keys, h.Clock()), RotateURL: paths.Link(paths.ConsolePoolKeys, v.pool.ID),
		Erasures: paths.Link(paths.ConsoleErasures, v.pool.ID),
	}
	return web.Render(v, http.StatusOK, p.Show())
}

// signingRows tell of each key whether it signs: the last of its use whose turn has come does.
func signingRows(keys []gatehouse.SigningKey, now time.Time) []pages.SigningKeyRow {
	signs := map[string]int{}
	var rows []pages.SigningKeyRow
	for i, k := range keys {
		r := pages.SigningKeyRow{ID: aws.ToString(k.KeyId), Algorithm: aws.ToString(k.Algorithm), Use: aws.ToString(k.Use), Created: aws.ToTime(k.CreationDate), From: aws.ToTime(k.SignsFrom), State: "former"}
		if r.From.After(now) {
			r.State = "next"
		} else if last, ok := signs[r.Use]; !ok || rows[last].From.Before(r.From) {
			signs[r.Use] = i
		}
		rows = append(rows, r)
	}
	for _, i := range signs {
		rows[i].State = "signs"
	}
	return rows
}

func (h *Handlers) saveRetention(v *visit, _ *types.UserPoolType) error {
	r, err := h.retention(v)
	if err != nil {
		return err
	}
	all, err := saveSection(v, h.retentionParts(v), r, aws.ToTime(r.LastModifiedDate), v.dataSection)
	if err != nil {
		return err
	}
	if all != nil {
		return h.poolDataPage(v, all)
	}
	return v.done(v.sectionsAt("retention"), "settings_saved")
}

func (h *Handlers) showRotateSigning(v *visit, _ *types.UserPoolType) error {
	return h.rotateSigningPage(v, nil)
}

func (h *Handlers) rotateSigningPage(v *visit, problems ui.Problems) error {
	title, back := v.t.T("console.keys.rotate"), paths.Link(paths.ConsolePoolData, v.pool.ID)
	return web.Render(v, http.StatusOK, pages.RotateSigningPage{
		ConsoleFrame: h.frame(v, "data", title, v.poolCrumbs(layout.Crumb{Label: v.t.T("console.nav.data"), Href: back})...),
		Form:         v.form(paths.Link(paths.ConsolePoolKeys, v.pool.ID), problems), Back: back,
	}.Show())
}

func (h *Handlers) rotateSigning(v *visit, _ *types.UserPoolType) error {
	_, err := call[gatehouse.RotateSigningKeysOutput](h, v, &gatehouse.RotateSigningKeysInput{UserPoolId: &v.pool.ID, Algorithm: some(v.posted("algorithm"))})
	if problems, ok := v.refused(err, "algorithm"); ok {
		return h.rotateSigningPage(v, problems)
	}
	if err != nil {
		return err
	}
	return v.done(paths.Link(paths.ConsolePoolData, v.pool.ID), "keys_rotated")
}
