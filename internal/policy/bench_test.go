package policy

import (
	"fmt"
	"strings"
	"testing"
)

// perDocument is how many of the statements below fit into a document.
const perDocument = 500

// documents are n statements in as many documents as they need.
func documents(n int, statement func(i int) string) []string {
	var docs []string
	for i := 0; i < n; i += perDocument {
		var list []string
		for j := i; j < min(n, i+perDocument); j++ {
			list = append(list, statement(j))
		}
		docs = append(docs, `{"Version":"2012-10-17","Statement":[`+strings.Join(list, ",")+`]}`)
	}
	return docs
}

// byBucket lets ann read and write the objects of bucket i.
func byBucket(i int) string {
	return fmt.Sprintf(`{"Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":["arn:aws:s3:::bucket-%d/*"],"Condition":{"StringEquals":{"aws:username":"ann"}}}`, i)
}

// byAction lets her do action i to everything.
func byAction(i int) string {
	return fmt.Sprintf(`{"Effect":"Allow","Action":"s3:Action%d","Resource":"*","Condition":{"StringEquals":{"aws:username":"ann"}}}`, i)
}

// byPrincipal lets user i do one action to everything of a bucket; ann is the last.
func byPrincipal(n int) func(i int) string {
	return func(i int) string {
		name := fmt.Sprintf("user-%d", i)
		if i == n-1 {
			name = "ann"
		}
		return fmt.Sprintf(`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111111111111:user/%s"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}`, name)
	}
}

func mustSet(t testing.TB, kind Kind, sources ...string) *Set {
	t.Helper()
	var list []Policy
	for i, src := range sources {
		d, problems := Parse(src)
		if problems.Err() != nil {
			t.Fatalf("%.200s\n%v", src, problems)
		}
		if problems := d.Validate(kind); problems.Err() != nil {
			t.Fatalf("%.200s\n%v", src, problems)
		}
		list = append(list, Policy{fmt.Sprintf("Policy.%d", i+1), d})
	}
	s, err := Compile(kind, list...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

var ann = Principal{Kind: User, Account: accountA, ARN: "arn:aws:iam::" + accountA + ":user/ann", ID: "AIDAANNANNANNANNANNA"}

func annAsks(action, resource string) *Request {
	q := &Request{Principal: ann, Action: action, Resource: resource}
	q.Context.Set("aws:username", "ann")
	return q
}

// BenchmarkEvaluate is the last of n statements, the worst of a scan, and a request that none is about.
func BenchmarkEvaluate(b *testing.B) {
	for _, n := range []int{1, 10, 100, 1000} {
		p := &Policies{Identity: mustSet(b, Identity, documents(n, byBucket)...)}
		actions := &Policies{Identity: mustSet(b, Identity, documents(n, byAction)...)}
		principals := &Policies{Resource: mustSet(b, Resource, documents(n, byPrincipal(n))...)}
		for _, c := range []struct {
			name string
			p    *Policies
			q    *Request
			want bool
		}{
			{"allow-last", p, annAsks("s3:GetObject", fmt.Sprintf("arn:aws:s3:::bucket-%d/a/b.txt", n-1)), true},
			{"deny", p, annAsks("s3:GetObject", "arn:aws:s3:::elsewhere/a/b.txt"), false},
			{"action-last", actions, annAsks(fmt.Sprintf("s3:Action%d", n-1), "arn:aws:s3:::x"), true},
			{"principal-last", principals, annAsks("s3:GetObject", "arn:aws:s3:::b/x"), true},
			{"action-deny", actions, annAsks("s3:Nothing", "arn:aws:s3:::x"), false},
		} {
			b.Run(fmt.Sprintf("statements=%d/%s", n, c.name), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if c.p.Evaluate(c.q).Allowed != c.want {
						b.Fatal("wrong decision")
					}
				}
			})
		}
	}
}

// BenchmarkParse is from text to a compiled set.
func BenchmarkParse(b *testing.B) {
	for _, n := range []int{1, 100} {
		src := documents(n, byBucket)[0]
		b.Run(fmt.Sprintf("statements=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(src)))
			for b.Loop() {
				mustSet(b, Identity, src)
			}
		})
	}
}
