package policy

import (
	"fmt"
	"go/ast"
	goparser "go/parser"
	gotoken "go/token"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// evaluation are the files that decisions are made by.
var evaluation = strings.Fields("arnpattern compile condition evaluate index match operator pattern request scalar shiftand variable")

// unreached are the statements of functions that no decision comes to: they refuse what no document that was taken has.
var unreached = map[string]int{
	"arnpattern.go compileARN":      1,
	"compile.go Compile":            1,
	"compile.go compileStatement":   3,
	"condition.go compileCondition": 2,
	"condition.go add":              1,
	"match.go prepare":              1,
	"pattern.go compilePattern":     2,
	"scalar.go parseIP":             1,
	"shiftand.go newShiftAnd":       0,
	"variable.go cutVariable":       3,
	"variable.go isKey":             1,
}

// TestTheCorpusReachesEveryStatement runs the corpus by itself, and holds that it comes to all that decides.
func TestTheCorpusReachesEveryStatement(t *testing.T) {
	profile := filepath.Join(t.TempDir(), "profile")
	if out, err := exec.Command("go", "test", "-run", "^TestCorpusOf", "-coverprofile", profile, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	raw, err := os.ReadFile(profile)
	if err != nil {
		t.Fatal(err)
	}
	missed, where := map[string]int{}, map[string][]string{}
	for _, name := range evaluation {
		file := name + ".go"
		functions := functionsOf(t, file)
		for line := range strings.Lines(string(raw)) {
			var from, column, statements, times int
			_, block, ok := strings.Cut(line, "/internal/policy/"+file+":")
			if !ok {
				continue
			}
			span, counts, _ := strings.Cut(block, " ")
			fmt.Sscanf(span, "%d.%d", &from, &column)
			fmt.Sscanf(counts, "%d %d", &statements, &times)
			if times == 0 {
				f := file + " " + functions(from)
				missed[f] += statements
				where[f] = append(where[f], span)
			}
		}
	}
	for f, n := range unreached {
		missed[f] -= n
	}
	maps.DeleteFunc(missed, func(_ string, n int) bool { return n == 0 })
	for f, n := range missed {
		t.Errorf("%s: %d statements more than is known are not reached (%v)", f, n, where[f])
	}
}

// functionsOf answers in which function of a file a line stands.
func functionsOf(t *testing.T, file string) func(line int) string {
	fset := gotoken.NewFileSet()
	parsed, err := goparser.ParseFile(fset, file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	return func(line int) string {
		for _, d := range parsed.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && fset.Position(f.Pos()).Line <= line && line <= fset.Position(f.End()).Line {
				return f.Name.Name
			}
		}
		return ""
	}
}
