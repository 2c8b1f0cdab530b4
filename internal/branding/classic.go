package branding

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"gatehouse/internal/theme"
)

// Limits of Cognito's SetUICustomization.
const (
	maxCustomImage   = 128 << 10
	maxCustomization = 135 << 10
)

// Customization is the classic UI customization of a client, or of all ("") that have none.
type Customization struct {
	PoolID, ClientID  string
	CSS, CSSVersion   string
	Picture           string // id, "" for none
	Created, Modified time.Time
}

// CustomizationStore keeps customizations. One that it does not have is ErrNotFound.
type CustomizationStore interface {
	Customization(ctx context.Context, poolID, clientID string) (*Customization, error)
	SaveCustomization(ctx context.Context, c *Customization, look json.RawMessage) error
	DeleteCustomization(ctx context.Context, poolID, clientID string) error
}

// Customization is that of a client, else of all; an empty one where there is neither.
func (s *Service) Customization(ctx context.Context, poolID, clientID string) (*Customization, error) {
	if err := s.own(ctx, poolID, clientID); err != nil {
		return nil, err
	}
	for _, owner := range []string{clientID, ""} {
		c, err := s.Customizations.Customization(ctx, poolID, owner)
		if !errors.Is(err, ErrNotFound) {
			return c, err
		}
	}
	return &Customization{}, nil
}

// Customize replaces the customization of a client or of all (""); with neither CSS nor image it goes. The pool must have
// a domain, which the operation has made sure of.
func (s *Service) Customize(ctx context.Context, poolID, clientID, css string, image []byte) (*Customization, error) {
	if err := s.own(ctx, poolID, clientID); err != nil {
		return nil, err
	}
	if len(css)+len(image) > maxCustomization {
		return nil, ErrInvalid.With("Request parameters too large.")
	}
	if err := checkCSS(css); err != nil {
		return nil, err
	}
	c := &Customization{PoolID: poolID, ClientID: clientID, CSS: css, Created: s.now(), Modified: s.now()}
	c.CSSVersion = c.Created.Format("20060102150405")
	var kind theme.Picture
	if len(image) > 0 {
		p, err := s.identify(image)
		if err != nil {
			return nil, err
		}
		if !slices.Contains([]string{"PNG", "JPEG"}, p.Extension()) || len(image) > maxCustomImage {
			return nil, ErrInvalid.With("The image must be a PNG or JPEG of at most %d bytes.", maxCustomImage)
		}
		kind, c.Picture = p, p.ID
	}
	look, err := json.Marshal(c.theme())
	if err != nil {
		return nil, fmt.Errorf("encode look: %w", err)
	}
	return c, s.Tx.InTx(ctx, func(ctx context.Context) error {
		if err := s.Pools.Touch(ctx, poolID); err != nil {
			return err
		}
		if css == "" && c.Picture == "" {
			return s.Customizations.DeleteCustomization(ctx, poolID, clientID)
		}
		if old, err := s.Customizations.Customization(ctx, poolID, clientID); err == nil {
			c.Created = old.Created
		} else if !errors.Is(err, ErrNotFound) {
			return err
		}
		if c.Picture != "" {
			if err := s.keep(ctx, poolID, Picture{kind, image}); err != nil {
				return err
			}
		}
		return s.Customizations.SaveCustomization(ctx, c, look)
	})
}

var (
	comment   = regexp.MustCompile(`(?s)/\*.*?\*/`)
	cssRule   = regexp.MustCompile(`^\s*([^{}]+?)\s*\{([^{}]*)\}`)
	cssClass  = regexp.MustCompile(`^\.(background|banner|errorMessage|idpButton|idpDescription|inputField|label|legalText|logo|redirect|socialButton|submitButton|textDescription|passwordCheck-valid|passwordCheck-notValid)-customizable(:hover|:focus|:active)?$`)
	cssColour = regexp.MustCompile(`(?:^|;)\s*background(?:-color)?\s*:\s*(#[0-9a-fA-F]{6}|#[0-9a-fA-F]{3})\s*(?:;|$)`)
)

// cssRules takes a classic stylesheet apart: rules for Cognito's customizable classes and nothing else.
func cssRules(css string) (map[string]string, error) {
	rest := strings.TrimSpace(comment.ReplaceAllString(css, ""))
	if strings.ContainsAny(rest, "@<\\") {
		return nil, ErrInvalid.With("The CSS has an at-rule, markup or an escape, which is not allowed.")
	}
	rules := map[string]string{}
	for rest != "" {
		m := cssRule.FindStringSubmatch(rest)
		if m == nil {
			return nil, ErrInvalid.With("The CSS cannot be read near %q.", rest[:min(40, len(rest))])
		}
		for selector := range strings.SplitSeq(m[1], ",") {
			if selector = strings.TrimSpace(selector); !cssClass.MatchString(selector) {
				return nil, ErrInvalid.With("The CSS selector %q is not one that can be customized.", selector)
			}
			rules[selector] += ";" + m[2]
		}
		rest = strings.TrimSpace(rest[len(m[0]):])
	}
	return rules, nil
}

func checkCSS(css string) error {
	_, err := cssRules(css)
	return err
}

// theme is what the pages show of a customization: its image as the logo, the colour of its submit button. No CSS that
// somebody wrote reaches a page.
func (c *Customization) theme() theme.Theme {
	t := theme.Theme{Logo: c.Picture}
	rules, _ := cssRules(c.CSS) // Customize has read it
	if m := cssColour.FindStringSubmatch(strings.TrimPrefix(rules[".submitButton-customizable"], ";")); m != nil {
		t.Primary = strings.ToLower(m[1])
		if len(t.Primary) == 4 {
			p := t.Primary
			t.Primary = "#" + p[1:2] + p[1:2] + p[2:3] + p[2:3] + p[3:] + p[3:]
		}
	}
	return t
}
