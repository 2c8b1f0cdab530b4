package aws

import (
	"net/http"
	"strconv"
)

// reply writes the output of an operation.
func (x *exchange) reply(out any) {
	b := make([]byte, 0, 512)
	switch x.svc.protocol {
	case json11:
		x.send(http.StatusOK, jsonType, x.h.codec.AppendJSON(b, out))
	case restJSON:
		x.h.codec.SetHeaders(x.w.Header(), out)
		x.send(http.StatusOK, "application/json", x.h.codec.AppendJSON(b, out))
	case query:
		b = append(b, '<')
		b = append(append(b, x.op.Name...), `Response xmlns="`...)
		b = append(append(b, x.svc.namespace...), `"><`...)
		b = append(append(b, x.op.Name...), `Result>`...)
		b = x.h.codec.AppendXML(b, out)
		b = append(append(append(b, `</`...), x.op.Name...), `Result><ResponseMetadata><RequestId>`...)
		b = append(append(b, x.id...), `</RequestId></ResponseMetadata></`...)
		b = append(append(b, x.op.Name...), `Response>`...)
		x.send(http.StatusOK, xmlType, b)
	}
}

const (
	jsonType = "application/x-amz-json-1.1"
	xmlType  = "text/xml"
)

// send writes an answer. Nothing that this edge says may be kept by a cache.
func (x *exchange) send(status int, contentType string, body []byte) {
	x.allowBrowser()
	h := x.w.Header()
	h.Set("x-amzn-RequestId", x.id)
	h.Set("Content-Type", contentType)
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	x.w.WriteHeader(status)
	_, _ = x.w.Write(body) // a caller that went away needs no answer
}
