package metadata

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
)

// ContainerPath is where the container credentials are, as with EKS Pod Identity.
const ContainerPath = "/v1/credentials"

// Container serves credentials as ECS and EKS do, to whoever sends the token in Authorization. It is read anew for each
// request, so that it can be changed; an empty one opens nothing.
func Container(o Options, token func() (string, error)) http.Handler {
	m := http.NewServeMux()
	m.HandleFunc("GET "+ContainerPath, func(w http.ResponseWriter, r *http.Request) {
		want, err := token()
		given := r.Header.Values("Authorization")
		switch {
		case err != nil:
			o.Log.Error("read the authorization token", "error", err)
			problem(w, http.StatusInternalServerError, "InternalError", "The authorization token cannot be read.")
			return
		case want == "" || len(given) != 1 || !same(given[0], want):
			problem(w, http.StatusUnauthorized, "Unauthorized", "The Authorization header is not the token of this endpoint.")
			return
		}
		c, err := o.Keeper.Credentials()
		if err != nil {
			problem(w, http.StatusServiceUnavailable, "ServiceUnavailable", err.Error())
			return
		}
		answer(w, http.StatusOK, struct {
			AccessKeyId, SecretAccessKey, Token, AccountId, RoleArn, Expiration string
		}{c.AccessKeyID, c.Secret.Reveal(), c.Token.Reveal(), o.accountID(), o.RoleARN, stamp(c.Expires)})
	})
	return guard(m)
}

// same compares hashes, so that neither content nor length can be felt for.
func same(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}

func problem(w http.ResponseWriter, status int, code, message string) {
	answer(w, status, struct {
		Code    string `json:"code"`
		Message string `json:"message"`
	}{code, message})
}
