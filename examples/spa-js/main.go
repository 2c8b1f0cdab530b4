// Command spa-js bundles one page of plain JavaScript with amazon-cognito-identity-js and serves it. The
// page talks to the user-pool API straight from the browser. Run `npm ci` in this folder first.
package main

import (
	"bytes"
	"embed"
	"encoding/json"
	"flag"
	"log"
	"net/http"
	"time"

	"github.com/evanw/esbuild/pkg/api"

	"gatehouse/examples/demo"
)

//go:embed index.html app.css
var files embed.FS

func main() {
	listen := flag.String("listen", "localhost:3001", "address to listen on")
	folder := flag.String("folder", "examples/spa-js", "where app.js and node_modules are")
	flag.Parse()
	values, err := demo.Load()
	if err != nil {
		log.Fatal(err)
	}
	built := api.Build(api.BuildOptions{
		EntryPoints: []string{*folder + "/app.js"}, Bundle: true, MinifyWhitespace: true, Format: api.FormatESModule, Target: api.ES2022,
		Outfile: "app.js", Define: map[string]string{"global": "globalThis"},
	})
	for _, e := range built.Errors {
		log.Printf("%s (did you run `npm ci` in %s?)", e.Text, *folder)
	}
	if len(built.OutputFiles) == 0 {
		log.Fatal("the page could not be built")
	}
	config, err := json.Marshal(map[string]string{"userPoolId": values.PoolID, "clientId": values.SPA.ClientID, "endpoint": values.Endpoint})
	if err != nil {
		log.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /", http.FileServerFS(files))
	mux.HandleFunc("GET /demo.json", serve("demo.json", config))
	mux.HandleFunc("GET /app.js", serve("app.js", built.OutputFiles[0].Contents))
	log.Printf("open http://%s", *listen)
	server := &http.Server{Addr: *listen, Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	log.Fatal(server.ListenAndServe())
}

func serve(name string, content []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(content))
	}
}
