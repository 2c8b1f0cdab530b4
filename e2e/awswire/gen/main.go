// Command gen reads the SDK modules' source and writes facts.json (operations, errors per operation, error
// types, unions, unsigned operations) and errors_gen_test.go, for the round trip over every operation. Run it
// in e2e/awswire with `go run ./gen` when an SDK module moves.
package main

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
)

type Svc struct {
	Module, Version string
	Ops             []string
	OpErrors        map[string][]string
	Errors          []string // Go type names
	ErrorCodes      map[string]string
	Unions          map[string][]string
	Docs            bool
	NoAuth          []string
	Schema          bool
}

func main() {
	out := map[string]*Svc{}
	for _, s := range []string{"cognitoidentityprovider", "cognitoidentity", "sts", "iam", "sso", "ssooidc", "ssoadmin", "identitystore", "organizations", "rolesanywhere"} {
		mod := "github.com/aws/aws-sdk-go-v2/service/" + s
		b, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}} {{.Version}}", mod).Output()
		if err != nil {
			panic(err)
		}
		f := strings.Fields(string(b))
		out[s] = read(mod, f[0], f[1])
	}
	j, _ := json.MarshalIndent(out, "", " ")
	if err := os.WriteFile("facts.json", append(j, '\n'), 0o644); err != nil {
		panic(err)
	}
	emit(out)
}

func read(mod, dir, ver string) *Svc {
	s := &Svc{Module: mod, Version: ver, OpErrors: map[string][]string{}, Unions: map[string][]string{}, ErrorCodes: map[string]string{}}
	fs := token.NewFileSet()
	files, _ := filepath.Glob(dir + "/*.go")
	for _, fn := range files {
		if strings.HasSuffix(fn, "_test.go") {
			continue
		}
		a, err := parser.ParseFile(fs, fn, nil, 0)
		if err != nil {
			panic(err)
		}
		for _, d := range a.Decls {
			fd, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			// func (c *Client) Op(ctx, params *OpInput, ...) (*OpOutput, error)
			if fd.Recv != nil && len(fd.Recv.List) == 1 && recv(fd) == "Client" && fd.Name.IsExported() && fd.Type.Params.NumFields() == 3 && fd.Type.Results.NumFields() == 2 {
				if st, ok := fd.Type.Params.List[1].Type.(*ast.StarExpr); ok {
					if id, ok := st.X.(*ast.Ident); ok && id.Name == fd.Name.Name+"Input" {
						s.Ops = append(s.Ops, fd.Name.Name)
					}
				}
			}
			// awsAwsjson11_deserializeOpErrorX: case strings.EqualFold("Code", errorCode)
			if i := strings.Index(fd.Name.Name, "_deserializeOpError"); i > 0 && fd.Body != nil {
				op := fd.Name.Name[i+len("_deserializeOpError"):]
				ast.Inspect(fd.Body, func(n ast.Node) bool {
					if c, ok := n.(*ast.CallExpr); ok && len(c.Args) == 2 {
						if se, ok := c.Fun.(*ast.SelectorExpr); ok && se.Sel.Name == "EqualFold" {
							if bl, ok := c.Args[0].(*ast.BasicLit); ok {
								s.OpErrors[op] = append(s.OpErrors[op], strings.Trim(bl.Value, `"`))
							}
						}
					}
					return true
				})
				sort.Strings(s.OpErrors[op])
			}
			// auth.go operationAuthOptions map is a composite literal; handled below
		}
		if filepath.Base(fn) == "auth.go" {
			s.NoAuth = noAuth(a)
		}
	}
	sort.Strings(s.Ops)
	files, _ = filepath.Glob(dir + "/types/*.go")
	for _, fn := range files {
		if strings.HasSuffix(fn, "_test.go") {
			continue
		}
		a, err := parser.ParseFile(fs, fn, nil, 0)
		if err != nil {
			panic(err)
		}
		for _, d := range a.Decls {
			switch d := d.(type) {
			case *ast.GenDecl:
				for _, sp := range d.Specs {
					ts, ok := sp.(*ast.TypeSpec)
					if !ok {
						continue
					}
					if filepath.Base(fn) == "errors.go" && ts.Name.IsExported() {
						s.Errors = append(s.Errors, ts.Name.Name)
					}
					if it, ok := ts.Type.(*ast.InterfaceType); ok && ts.Name.IsExported() && it.Methods.NumFields() == 1 {
						s.Unions[ts.Name.Name] = nil
					}
				}
			case *ast.FuncDecl:
				if d.Name.Name == "ErrorCode" && d.Recv != nil {
					ast.Inspect(d.Body, func(n ast.Node) bool {
						if r, ok := n.(*ast.ReturnStmt); ok {
							if bl, ok := r.Results[0].(*ast.BasicLit); ok {
								s.ErrorCodes[recv(d)] = strings.Trim(bl.Value, `"`)
							}
						}
						return true
					})
				}
				if d.Name.Name == "Serialize" {
					s.Schema = true
				}
			}
		}
		for _, d := range a.Decls {
			fd, ok := d.(*ast.FuncDecl)
			if !ok || fd.Recv == nil || !strings.HasPrefix(fd.Name.Name, "is") {
				continue
			}
			u := strings.TrimPrefix(fd.Name.Name, "is")
			if r := recv(fd); strings.HasPrefix(r, u+"Member") {
				s.Unions[u] = append(s.Unions[u], r)
			}
		}
	}
	if _, err := os.Stat(dir + "/document"); err == nil {
		s.Docs = true
	}
	sort.Strings(s.Errors)
	return s
}

func recv(fd *ast.FuncDecl) string {
	t := fd.Recv.List[0].Type
	if st, ok := t.(*ast.StarExpr); ok {
		t = st.X
	}
	if id, ok := t.(*ast.Ident); ok {
		return id.Name
	}
	return ""
}

func noAuth(a *ast.File) (ops []string) {
	ast.Inspect(a, func(n ast.Node) bool {
		vs, ok := n.(*ast.ValueSpec)
		if !ok || vs.Names[0].Name != "operationAuthOptions" {
			return true
		}
		ast.Inspect(vs, func(n ast.Node) bool {
			kv, ok := n.(*ast.KeyValueExpr)
			if !ok {
				return true
			}
			bl, ok := kv.Key.(*ast.BasicLit)
			if !ok {
				return true
			}
			anon, sig := false, false
			ast.Inspect(kv.Value, func(n ast.Node) bool {
				if se, ok := n.(*ast.SelectorExpr); ok {
					anon = anon || se.Sel.Name == "SchemeIDAnonymous"
					sig = sig || se.Sel.Name == "SchemeIDSigV4"
				}
				return true
			})
			if anon && !sig {
				ops = append(ops, strings.Trim(bl.Value, `"`))
			}
			return true
		})
		return false
	})
	sort.Strings(ops)
	return
}

func emit(m map[string]*Svc) {
	var b strings.Builder
	b.WriteString("// Code generated by gen. DO NOT EDIT.\n\npackage awswire_test\n\nimport (\n")
	names := make([]string, 0, len(m))
	for n := range m {
		names = append(names, n)
	}
	sort.Strings(names)
	for _, n := range names {
		fmt.Fprintf(&b, "\t%stypes %q\n", n, m[n].Module+"/types")
	}
	b.WriteString(")\n\n// errTypes are the modelled errors of every service.\nfunc errTypes() map[string][]error {\n\treturn map[string][]error{\n")
	for _, n := range names {
		fmt.Fprintf(&b, "\t\t%q: {\n", n)
		for _, e := range m[n].Errors {
			fmt.Fprintf(&b, "\t\t\t&%stypes.%s{},\n", n, e)
		}
		b.WriteString("\t\t},\n")
	}
	b.WriteString("\t}\n}\n")
	if err := os.WriteFile("errors_gen_test.go", []byte(b.String()), 0o644); err != nil {
		panic(err)
	}
}
