// Package constraints checks inputs against the limits of the AWS service models (required members,
// lengths, ranges, patterns, value sets) and answers in AWS's own words, and it tells the audit log which
// members may be written down. It knows the SDK's types by reflection, and no operation's rules.
package constraints

import (
	_ "embed"
	"encoding/json"
	"fmt"
)

// model is the constraints of the public service models as data: for each service its operations' input
// shapes, and the shapes that inputs reach. A scalar without constraints is not listed.
//
//go:embed model.json
var model []byte

type serviceModel struct {
	Operations map[string]string     `json:"operations"`
	Shapes     map[string]shapeModel `json:"shapes"`
}

type shapeModel struct {
	Members   map[string]string `json:"members"`
	Required  []string          `json:"req"`
	List      string            `json:"list"`
	Map       []string          `json:"map"`
	Min       *float64          `json:"min"`
	Max       *float64          `json:"max"`
	Pattern   string            `json:"pattern"`
	Enum      []string          `json:"enum"`
	Sensitive bool              `json:"sensitive"`
}

// Model is the constraints of every service.
type Model struct {
	services map[string]serviceModel
	patterns map[string]*pattern
}

// Load reads the embedded model.
func Load() (*Model, error) {
	m := &Model{patterns: map[string]*pattern{}}
	if err := json.Unmarshal(model, &m.services); err != nil {
		return nil, fmt.Errorf("read service models: %w", err)
	}
	m.amend()
	return m, nil
}

// amend puts right what the models say and the services do not do. A domain is a prefix by the model, but
// custom domains, which the same member carries, are host names.
func (m *Model) amend() {
	longest := 253.0
	domain := m.services["cognito-idp"].Shapes["DomainType"]
	domain.Pattern, domain.Max = `^[a-z0-9](?:[a-z0-9\-\.]{0,251}[a-z0-9])?$`, &longest
	m.services["cognito-idp"].Shapes["DomainType"] = domain
}
