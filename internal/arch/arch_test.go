package arch

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const module = "gatehouse/"

// layers are the rows of the table in the architecture, most exact prefix first. What a row does not name,
// its packages may not import. A package may always import those below its own folder.
var layers = []struct {
	of  string
	may []string
}{
	{"cmd/", []string{""}},
	{"e2e", []string{""}},
	{"examples/", []string{"examples/"}},
	{"web/paths", nil},
	{"web", []string{"web/paths", "internal/", "templates", "static"}},
	{"handlers/", []string{"web", "templates", "static", "internal/"}},
	{"templates", []string{"templates", "web/paths", "static", "internal/"}},
	{"static", nil},
	{"store/storetest", []string{"store"}},
	{"store", []string{"internal/", "migrations"}},
	{"migrations", nil},
	{"internal/api", []string{"internal/"}},
	{"internal/", []string{"internal/"}},
}

// barred are what no row can say: prefixes of importers, and prefixes of what they may not import.
var barred = []struct {
	of, not, why string
}{
	{"web", "internal/api", "web is the kernel of the edges, and calls no operation"},
	{"templates", "internal/api", "a page shows values"},
	{"handlers/", "store", "a handler calls a service"},
	{"handlers/", "database/sql", "a handler calls a service"},
	{"internal/", "database/sql", "the domain declares the Store it needs"},
	{"internal/", "github.com/labstack/echo", "the domain knows no HTTP framework"},
	{"internal/", "github.com/a-h/templ", "the domain knows no pages"},
	{"web/paths", "github.com/labstack/echo", "paths are strings"},
	{"store", "net/http", "the store knows no HTTP"},
	{"templates", "github.com/aws/", "the SDK's types stay at internal/api, handlers/aws and handlers/console"},
	{"web", "github.com/aws/", "the SDK's types stay at internal/api, handlers/aws and handlers/console"},
	{"store", "github.com/aws/", "the SDK's types stay at internal/api, handlers/aws and handlers/console"},
	{"handlers/hosted", "github.com/aws/", "the SDK's types stay at internal/api, handlers/aws and handlers/console"},
	{"handlers/oidc", "github.com/aws/", "the SDK's types stay at internal/api, handlers/aws and handlers/console"},
}

// domain tells the packages that may not know the gate or the wire's types: all under internal but internal/api.
func domain(pkg string) bool {
	return strings.HasPrefix(pkg, "internal/") && !within(pkg, "internal/api")
}

func TestImportsPointTheRightWay(t *testing.T) {
	imports := readImports(t, "../..")
	if len(imports) < 10 {
		t.Fatal("read only", len(imports), "packages")
	}
	for pkg, of := range imports {
		for imp, file := range of {
			if why := refuse(pkg, imp); why != "" {
				t.Errorf("%s: %s may not import %s: %s", file, pkg, imp, why)
			}
		}
	}
}

// TestRulesRefuse holds the table itself: each line is an import that must be refused or allowed.
func TestRulesRefuse(t *testing.T) {
	for _, c := range []struct {
		pkg, imp string
		ok       bool
	}{
		{"handlers/hosted", module + "internal/authn", true},
		{"handlers/hosted", module + "store", false},
		{"handlers/hosted", module + "handlers/oidc", false},
		{"handlers/aws", module + "handlers/aws/wire", true},
		{"handlers/aws/wire", module + "handlers/aws", false},
		{"handlers/console", module + "internal/api/cognitoidp", true},
		{"internal/directory", module + "store", false},
		{"internal/directory", module + "internal/api", false},
		{"internal/directory", module + "handlers/aws", false},
		{"internal/directory", "database/sql", false},
		{"internal/directory", "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider", false},
		{"internal/api/cognitoidp", "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider", true},
		{"internal/api/cognitoidp", module + "internal/directory", true},
		{"store", module + "internal/directory", true},
		{"store", module + "web", false},
		{"web/paths", module + "internal/config", false},
		{"web", module + "web/paths", true},
		{"web", module + "handlers/oidc", false},
		{"templates/hosted", module + "templates/ui", true},
		{"templates/hosted", module + "handlers/hosted", false},
		{"cmd/gatehouse", module + "store", true},
	} {
		if why := refuse(c.pkg, c.imp); (why == "") != c.ok {
			t.Errorf("%s imports %s: %q", c.pkg, c.imp, why)
		}
	}
}

func TestInternalImportsAreAcyclic(t *testing.T) {
	imports := readImports(t, "../..")
	const visiting, done = 1, 2
	state := map[string]int{}
	var visit func(pkg string, path []string)
	visit = func(pkg string, path []string) {
		switch state[pkg] {
		case visiting:
			t.Errorf("a cycle: %s", strings.Join(append(path, pkg), " -> "))
			return
		case done:
			return
		}
		state[pkg] = visiting
		for imp := range imports[pkg] {
			if p, ok := strings.CutPrefix(imp, module); ok {
				visit(p, append(path, pkg))
			}
		}
		state[pkg] = done
	}
	for pkg := range imports {
		visit(pkg, nil)
	}
}

// refuse tells why pkg (a folder of the module) may not import imp; "" when it may.
func refuse(pkg, imp string) string {
	for _, b := range barred {
		if within(pkg, b.of) && (within(imp, b.not) || within(strings.TrimPrefix(imp, module), b.not)) {
			return b.why
		}
	}
	if domain(pkg) && within(imp, "github.com/aws/") {
		return "the domain has types of its own"
	}
	to, ours := strings.CutPrefix(imp, module)
	if !ours {
		return ""
	}
	if domain(pkg) && within(to, "internal/api") {
		return "operations call the domain, never the reverse"
	}
	if strings.HasPrefix(to, pkg+"/") {
		return ""
	}
	for _, l := range layers {
		if !within(pkg, l.of) {
			continue
		}
		for _, m := range l.may {
			if within(to, m) {
				return ""
			}
		}
		return "the architecture's table has no such arrow"
	}
	return "the architecture's table does not name this folder"
}

// within tells whether a path is prefix or below it; the empty prefix holds everything.
func within(path, prefix string) bool {
	p := strings.TrimSuffix(prefix, "/")
	return prefix == "" || path == p && p == prefix || strings.HasPrefix(path, p+"/")
}

// readImports reads the imports of every folder's Go files, tests apart: package folder -> import -> a file.
func readImports(t *testing.T, root string) map[string]map[string]string {
	t.Helper()
	out := map[string]map[string]string{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() {
			if path != root && (strings.HasPrefix(name, ".") || name == "node_modules" || name == "testdata" || nested(path, root)) {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, filepath.Dir(path))
		if err != nil {
			return err
		}
		pkg := filepath.ToSlash(rel)
		if out[pkg] == nil {
			out[pkg] = map[string]string{}
		}
		for _, i := range f.Imports {
			out[pkg][strings.Trim(i.Path.Value, `"`)] = filepath.ToSlash(path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// nested tells a module of its own inside ours.
func nested(path, root string) bool {
	_, err := os.Stat(filepath.Join(path, "go.mod"))
	return err == nil && path != root
}
