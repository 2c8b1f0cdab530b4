// Command gallery shows every page of templates in every state with sample values, for eyes and for the
// tests in this package. Development only; nothing of it is in the product.
package main

import (
	"flag"
	"fmt"
	"net/http"
	"os"
)

func main() {
	listen := flag.String("listen", "localhost:8090", "address to listen on")
	flag.Parse()
	h, err := handler()
	if err == nil {
		fmt.Printf("http://%s/\n", *listen)
		err = http.ListenAndServe(*listen, h)
	}
	fmt.Fprintln(os.Stderr, "gallery:", err)
	os.Exit(1)
}
