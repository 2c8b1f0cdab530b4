package store_test

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"image"
	"image/png"
	"testing"
	"time"

	"gatehouse/internal/branding"
	"gatehouse/internal/theme"
	"gatehouse/internal/userpool"
	"gatehouse/store"
	"gatehouse/store/storetest"
)

func TestPagesShowTheNearestBranding(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, pools, _ := brandings(t, db)
		s.Rand = rand.Reader
		shows := func(client, want string) {
			t.Helper()
			p, err := pools.Pool(t.Context(), brandedPool)
			if err != nil {
				t.Fatal(err)
			}
			if look, err := s.Look(t.Context(), p, client); err != nil || look.Primary != want {
				t.Errorf("pages of %q show %q, want %q: %v", client, look.Primary, want, err)
			}
		}
		publish := func(client, c string) {
			t.Helper()
			if _, err := s.SaveDraft(t.Context(), brandedPool, client, theme.Theme{Primary: c}, nil); err != nil {
				t.Fatal(err)
			}
			if _, err := s.Publish(t.Context(), brandedPool, client, "", nil); err != nil {
				t.Fatal(err)
			}
		}
		customize := func(client, c string) {
			t.Helper()
			if _, err := s.Customize(t.Context(), brandedPool, client, ".submitButton-customizable{background:"+c+"}", nil); err != nil {
				t.Fatal(err)
			}
		}
		customize("", "#555")
		shows("client1", "#555555")
		publish("", "#444444")
		shows("client1", "#444444")
		customize("client1", "#333333")
		shows("client1", "#333333")
		style, err := s.CreateStyle(t.Context(), brandedPool, "client1", branding.StyleInput{Provided: true})
		if err != nil {
			t.Fatal(err)
		}
		shows("client1", "#333333") // a style with nothing of its own is none
		settings := json.RawMessage(`{"components":{"primaryButton":{"lightMode":{"defaults":{"backgroundColor":"222222ff"}}}}}`)
		if _, err := s.UpdateStyle(t.Context(), brandedPool, style.ID, branding.StyleInput{Settings: settings}); err != nil {
			t.Fatal(err)
		}
		shows("client1", "#222222")
		publish("client1", "#111111")
		shows("client1", "#111111")
		shows("client2", "#444444")
		if _, err := s.CreateStyle(t.Context(), brandedPool, "client1", branding.StyleInput{Provided: true}); !errors.Is(err, branding.ErrStyleExists) {
			t.Error("a second style:", err)
		}
		if err := pools.DeleteClient(t.Context(), brandedPool, "client1"); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Style(t.Context(), brandedPool, style.ID); !errors.Is(err, branding.ErrNotFound) {
			t.Error("the style of a deleted client is there:", err)
		}
		if _, err := s.StyleOfClient(t.Context(), brandedPool, "client1"); !errors.Is(err, userpool.ErrNotFound) {
			t.Error("the style of a deleted client is found:", err)
		}
	})
}

func TestPicturesOfStylesAndCustomizationsStay(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, _, now := brandings(t, db)
		s.Rand = rand.Reader
		svg := func(r string) []byte {
			return []byte(`<svg xmlns="http://www.w3.org/2000/svg"><circle r="` + r + `"/></svg>`)
		}
		style, err := s.CreateStyle(t.Context(), brandedPool, "client1", branding.StyleInput{Assets: []branding.AssetInput{
			{Asset: branding.Asset{Category: "FORM_LOGO", ColorMode: "LIGHT", Extension: "SVG", Bytes: svg("1")}},
		}})
		if err != nil {
			t.Fatal(err)
		}
		var picture bytes.Buffer
		if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 1, 1))); err != nil {
			t.Fatal(err)
		}
		c, err := s.Customize(t.Context(), brandedPool, "", "", picture.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		*now = now.Add(2 * time.Hour)
		if _, err := s.AddPicture(t.Context(), brandedPool, svg("2")); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Style(t.Context(), brandedPool, style.ID); err != nil || len(got.Assets) != 1 || string(got.Assets[0].Bytes) != string(svg("1")) {
			t.Errorf("%+v %v", got, err)
		}
		if _, err := s.Picture(t.Context(), brandedPool, c.Picture); err != nil {
			t.Error(err)
		}
	})
}
