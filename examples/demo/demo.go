// Package demo reads the file that `make run` leaves in the data folder (demo.json), so that the examples
// need no configuration beside a running demo.
package demo

import (
	"encoding/json"
	"fmt"
	"os"
)

// Values are the addresses and clients of the demo pool.
type Values struct {
	Endpoint string `json:"endpoint"` // the AWS endpoint: the public base URL
	Region   string `json:"region"`
	PoolID   string `json:"userPoolId"`
	Issuer   string `json:"issuer"`
	Web      struct {
		ClientID     string `json:"clientId"`
		ClientSecret string `json:"clientSecret"`
		RedirectURI  string `json:"redirectUri"`
		LogoutURI    string `json:"logoutUri"`
	} `json:"web"`
	SPA struct {
		ClientID string `json:"clientId"`
	} `json:"spa"`
}

// Load reads the file named by GATEHOUSE_DEMO_FILE, else ./data/demo.json.
func Load() (Values, error) {
	path := os.Getenv("GATEHOUSE_DEMO_FILE")
	if path == "" {
		path = "data/demo.json"
	}
	var v Values
	b, err := os.ReadFile(path)
	if err != nil {
		return v, fmt.Errorf("is `make run` running? %w", err)
	}
	if err := json.Unmarshal(b, &v); err != nil {
		return v, fmt.Errorf("read %s: %w", path, err)
	}
	return v, nil
}
