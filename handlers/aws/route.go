package aws

import (
	"net/http"
	"slices"
	"strings"

	"gatehouse/handlers/aws/wire"
)

// route is the method and URI of a restJson1 operation.
type route struct {
	svc     *service
	name    string
	method  string
	path    wire.Pattern
	literal string // a query that the URI itself has, as in /token?aws_iam=t
}

// routesOf are the URIs of the service models.
func routesOf(s *service) []route {
	uris := map[string]string{
		"rolesanywhere": `CreateProfile POST /profiles
			CreateSession POST /sessions
			CreateTrustAnchor POST /trustanchors
			DeleteAttributeMapping DELETE /profiles/{profileId}/mappings
			DeleteCrl DELETE /crl/{crlId}
			DeleteProfile DELETE /profile/{profileId}
			DeleteTrustAnchor DELETE /trustanchor/{trustAnchorId}
			DisableCrl POST /crl/{crlId}/disable
			DisableProfile POST /profile/{profileId}/disable
			DisableTrustAnchor POST /trustanchor/{trustAnchorId}/disable
			EnableCrl POST /crl/{crlId}/enable
			EnableProfile POST /profile/{profileId}/enable
			EnableTrustAnchor POST /trustanchor/{trustAnchorId}/enable
			GetCrl GET /crl/{crlId}
			GetProfile GET /profile/{profileId}
			GetSubject GET /subject/{subjectId}
			GetTrustAnchor GET /trustanchor/{trustAnchorId}
			ImportCrl POST /crls
			ListCrls GET /crls
			ListProfiles GET /profiles
			ListSubjects GET /subjects
			ListTagsForResource GET /ListTagsForResource
			ListTrustAnchors GET /trustanchors
			PutAttributeMapping PUT /profiles/{profileId}/mappings
			PutNotificationSettings PATCH /put-notifications-settings
			ResetNotificationSettings PATCH /reset-notifications-settings
			TagResource POST /TagResource
			UntagResource POST /UntagResource
			UpdateCrl PATCH /crl/{crlId}
			UpdateProfile PATCH /profile/{profileId}
			UpdateTrustAnchor PATCH /trustanchor/{trustAnchorId}`,
		"sso": `GetRoleCredentials GET /federation/credentials
			ListAccountRoles GET /assignment/roles
			ListAccounts GET /assignment/accounts
			Logout POST /logout`,
		"sso-oidc": `CreateToken POST /token
			CreateTokenWithIAM POST /token?aws_iam=t
			RegisterClient POST /client/register
			StartDeviceAuthorization POST /device_authorization`,
	}
	var rs []route
	for line := range strings.Lines(uris[s.name]) {
		f := strings.Fields(line)
		path, literal, _ := strings.Cut(f[2], "?")
		rs = append(rs, route{svc: s, name: f[0], method: f[1], path: wire.ParsePattern(path), literal: literal})
	}
	return rs
}

// route finds the restJson1 operation of a request; a URI with a literal query wins over one without.
func (h *Handler) route(r *http.Request) (svc *service, name string, labels map[string]string) {
	segs := wire.Segments(r.URL.EscapedPath())
	literals := strings.Split(r.URL.RawQuery, "&")
	method := r.Method
	if isPreflight(r) {
		method = r.Header.Get("Access-Control-Request-Method")
	}
	for _, c := range h.routes {
		if c.method != method || c.literal != "" && !slices.Contains(literals, c.literal) || c.literal == "" && svc != nil {
			continue
		}
		if ls, ok := c.path.Match(segs); ok {
			svc, name, labels = c.svc, c.name, ls
		}
	}
	return svc, name, labels
}

var _ http.Handler = (*Handler)(nil)
