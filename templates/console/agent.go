package console

import (
	"strings"

	"gatehouse/templates/messages"
)

// A token of User-Agent headers and what it stands for. Browsers name those that they descend from too, so the first
// that is found counts.
type agentToken struct{ token, name string }

var (
	browsers = []agentToken{{"Edg", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser/", "Samsung Internet"}, {"Firefox/", "Firefox"}, {"FxiOS/", "Firefox"},
		{"CriOS/", "Chrome"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"}}
	systems = []agentToken{{"Windows", "Windows"}, {"Android", "Android"}, {"iPhone", "iOS"}, {"iPad", "iPadOS"}, {"CrOS", "ChromeOS"}, {"Mac OS X", "macOS"}, {"Linux", "Linux"}}
)

// agentName is a User-Agent header in words, as "Chrome on Linux"; one that is not known stays as it is.
func agentName(t messages.Printer, header string) string {
	browser, system := firstToken(header, browsers), firstToken(header, systems)
	if browser == "" || system == "" {
		return header
	}
	return t.T("console.agent", "Browser", browser, "System", system)
}

func firstToken(header string, tokens []agentToken) string {
	for _, x := range tokens {
		if strings.Contains(header, x.token) {
			return x.name
		}
	}
	return ""
}
