package policy

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
)

// statement is a document of one statement with more elements than Effect.
func document(elements string) string {
	return `{"Version":"2012-10-17","Statement":{"Effect":"Allow",` + elements + `}}`
}

const anything = `"Action":"*","Resource":"*"`

func TestParseSaysWhatIsWrongAndWhere(t *testing.T) {
	for _, c := range []struct {
		src, message string
		at           Position
	}{
		{``, "ends where a value is expected", Position{1, 1}},
		{`This is no JSON`, `unexpected 'T'`, Position{1, 1}},
		{"{\n  \"Version\": \"2012-10-17\"\n  \"Statement\": []}", `unexpected '"' where a comma or "}" is expected`, Position{3, 3}},
		{"{\n\t\"Statement\": [],\n}", `unexpected '}' after a comma`, Position{3, 1}},
		{`{"Id":"é","Statement":[1,]}`, `unexpected ']' after a comma`, Position{1, 26}},
		{`{"Statement":[],"Statement":[]}`, `"Statement" is given twice`, Position{1, 17}},
		{`{"Id":"x}`, "has no end", Position{1, 7}},
		{"{\"Id\":\"a\tb\"}", "control character", Position{1, 9}},
		{`{"Id":"\x"}`, "none of JSON's", Position{1, 8}},
		{`{"Id":"\ud800"}`, "none of JSON's", Position{1, 8}},
		{`{"Id":"\u00g0"}`, "none of JSON's", Position{1, 8}},
		{`{"Id":01}`, `unexpected '1'`, Position{1, 8}},
		{`{"Id":1.}`, `unexpected '}' in a number`, Position{1, 9}},
		{`{"Id":-}`, `in a number`, Position{1, 8}},
		{`{"Id":1e}`, `in a number`, Position{1, 9}},
		{`{"Id" 1}`, `a colon is expected after "Id"`, Position{1, 7}},
		{`{Id:1}`, `the name of an element`, Position{1, 2}},
		{`{} {}`, `after the end of the policy`, Position{1, 4}},
		{`{"Id`, "has no end", Position{1, 2}},
		{`{"Id":"\`, "none of JSON's", Position{1, 8}},
		{"{\"Id\":\"\xff\"}", "not UTF-8", Position{1, 8}},
		{strings.Repeat("[", 20), "levels deep", Position{1, 14}},
		{strings.Repeat(" ", maxLength+1), "longer than 131072", Position{1, 1}},
		{`[]`, "a policy is an object", Position{1, 1}},
		{`{"Version":"2012-10-17"}`, "the policy has no Statement", Position{1, 1}},
		{`{"Statement":[]}`, "holds no statement", Position{1, 14}},
		{`{"Statement":"x"}`, "a statement in braces or a list", Position{1, 14}},
		{`{"Statement":["x"]}`, "a statement is an object", Position{1, 15}},
		{`{"Version":"2024-06-17","Statement":{"Effect":"Allow",` + anything + `}}`, `"2024-06-17" is no version of the policy language: Version is "2012-10-17"`, Position{1, 12}},
		{`{"Version":2012,"Statement":{"Effect":"Allow",` + anything + `}}`, `Version must be a string`, Position{1, 12}},
		{`{"version":"2012-10-17","Statement":{"Effect":"Allow",` + anything + `}}`, `it is written "Version"`, Position{1, 2}},
		{`{"Extra":1,"Statement":{"Effect":"Allow",` + anything + `}}`, `"Extra" is no element of a policy`, Position{1, 2}},
		{`{"Id":{},"Statement":{"Effect":"Allow",` + anything + `}}`, `Id must be a string`, Position{1, 7}},
		{"{\"Statement\":\n {\"Effect\":\"allow\"," + anything + "}}", `with that very case, not "allow"`, Position{2, 12}},
		{`{"Statement":{"Effect":1,` + anything + `}}`, `Effect must be a string`, Position{1, 24}},
		{`{"Statement":{` + anything + `}}`, `has no Effect`, Position{1, 14}},
		{document(`"action":"*","Resource":"*"`), `"action" is no element of a statement: it is written "Action"`, Position{1, 55}},
		{document(`"NotAction":"*",` + anything), `a statement has Action or NotAction, not both`, Position{1, 55}},
		{document(`"Action":"*","Resource":"*","NotResource":[]`), `Resource or NotResource`, Position{1, 83}},
		{document(`"Principal":"*","NotPrincipal":"*",` + anything), `Principal or NotPrincipal`, Position{1, 71}},
		{document(`"Action":{},"Resource":"*"`), `Action must be a string or a list`, Position{1, 64}},
		{document(`"Action":["a:b",1],"Resource":"*"`), `Action may only hold strings`, Position{1, 71}},
		{document(`"Sid":[],` + anything), `Sid must be a string`, Position{1, 61}},
		{document(`"Principal":"ann",` + anything), `Principal is "*" or an object`, Position{1, 67}},
		{document(`"Principal":{},` + anything), `must be "*" or an object`, Position{1, 67}},
		{document(`"Principal":{"aws":"*"},` + anything), `it is written "AWS"`, Position{1, 68}},
		{document(`"Principal":{"AWS":{}},` + anything), `AWS must be a string`, Position{1, 74}},
		{document(anything + `,"Condition":[]`), `must be an object of operators`, Position{1, 95}},
		{document(anything + `,"Condition":{"StringEquals":"b"}`), `StringEquals must be an object`, Position{1, 111}},
		{document(anything + `,"Condition":{"StringEquals":{"aws:x":{}}}`), `a value of aws:x must be a string`, Position{1, 120}},
		{document(anything + `,"Condition":{"StringEquals":{"aws:x":["a",null]}}`), `a value of aws:x must be a string`, Position{1, 125}},
	} {
		d, problems := Parse(c.src)
		if d != nil || len(problems) == 0 {
			t.Errorf("%.60q is taken", c.src)
			continue
		}
		if p := problems[0]; !strings.Contains(p.Message, c.message) || p.At != c.at {
			t.Errorf("%.80q:\n got %v\nwant %v %s", c.src, p, c.at, c.message)
		}
		if err := problems.Err(); !errors.Is(err, ErrMalformed) || !strings.Contains(err.Error(), fmt.Sprintf("line %d, column %d: ", c.at.Line, c.at.Column)) {
			t.Errorf("%.60q: error %v", c.src, err)
		}
	}
}

func TestParseCollectsAllProblems(t *testing.T) {
	_, problems := Parse("{\"Version\":\"2024-06-17\",\n\"Statement\":[{\"Effect\":\"allow\",\"Resource\":\"*\"},\n{\"Action\":1}]}")
	if len(problems) != 4 || strings.Count(problems.String(), "\n") != 3 {
		t.Errorf("%v", problems)
	}
}

func TestParseReadsEveryElement(t *testing.T) {
	src := `{"Version":"2012-10-17","Id":"\u0041\ud83d\ude00x\n","Statement":[
	{"Sid":"A","Effect":"Deny","NotPrincipal":{"AWS":["123456789012","*"],"Service":"x.amazonaws.com","Federated":"y.com","CanonicalUser":"z"},
	 "NotAction":["a:b","c:d"],"NotResource":"*","Condition":{"NumericEquals":{"s3:max-keys":[1.5e2,"7"]},"Bool":{"aws:SecureTransport":true}}},
	{"Effect":"Allow","Principal":"*","Action":"a:b"}]}`
	d, problems := Parse(src)
	if problems != nil {
		t.Fatal(problems)
	}
	s := d.Statements[0]
	if d.ID != "A😀x\n" || d.Version != Version2012 || s.Sid.Value != "A" || s.Effect != Deny || !s.NotAction || !s.NotResource || !s.HasResource ||
		!s.Principal.Not || !s.Principal.Everyone || len(s.Principal.AWS) != 2 || s.Principal.Canonical[0].Value != "z" || s.Principal.Federated[0].Value != "y.com" ||
		s.Principal.Service[0].Value != "x.amazonaws.com" || s.Start != (Position{2, 2}) || s.End != (Position{3, 141}) {
		t.Errorf("%+v", d)
	}
	c := s.Conditions
	if len(c) != 2 || c[0].Key.Value != "s3:max-keys" || c[0].Values[0].Value != "1.5e2" || c[0].Values[1].Value != "7" || c[1].Values[0].Value != "true" {
		t.Errorf("%+v", c)
	}
	if s := d.Statements[1]; s.Principal.Not || !s.Principal.Everyone || s.HasResource || s.Effect != Allow {
		t.Errorf("%+v", s)
	}
	if old, _ := Parse(`{"Statement":{"Effect":"Allow"}}`); old.Version != Version2008 {
		t.Errorf("the default version is %s", old.Version)
	}
}

// White space, which no quota counts, would fill the database and what decisions read.
func TestAttackDocumentOfWhiteSpace(t *testing.T) {
	const said = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`
	for _, c := range []struct {
		src     string
		refused bool
	}{{said, false}, {said + strings.Repeat(" \n\t", 1000), false}, {strings.Repeat(" ", 5000) + said, true}, {strings.Replace(said, ":", ":"+strings.Repeat("\t", 131000), 1), true},
		{strings.Replace(said, `"*"`, `"`+strings.Repeat(" ", 5000)+`*"`, 1), true}} {
		if _, err := ParseValid(c.src, Identity); errors.Is(err, ErrQuota) != c.refused {
			t.Errorf("%d characters: %v", len(c.src), err)
		}
	}
}

func TestSizeCountsNoWhiteSpace(t *testing.T) {
	src := "{ \"Statement\":\t{\"Effect\":\r\n\"Allow\"}} "
	if d, _ := Parse(src); d.Size != len(`{"Statement":{"Effect":"Allow"}}`) {
		t.Error(d.Size)
	}
	if err := CheckSize(6145, "PolicySize", QuotaManaged); !errors.Is(err, ErrQuota) || !strings.Contains(err.Error(), "Cannot exceed quota for PolicySize: 6144") {
		t.Error(err)
	}
	if err := CheckSize(6144, "PolicySize", QuotaManaged); err != nil {
		t.Error(err)
	}
}

// FuzzReader holds the reader to encoding/json: it takes nothing that is no JSON, and reads the same strings.
func FuzzReader(f *testing.F) {
	for _, s := range []string{`{"a":[1,-0.5e+3,true,false,null,"\u00e9\ud83d\ude00\\"]}`, `[]`, `"x`, `{"a":1,"a":2}`, `[1,]`, `01`, `nul`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		v, bad := readJSON(src)
		if bad != nil {
			if bad.at.Line < 1 || bad.at.Column < 1 {
				t.Errorf("no position: %+v", bad)
			}
			return
		}
		if !json.Valid([]byte(src)) {
			t.Fatalf("%q is taken", src)
		}
		d := json.NewDecoder(strings.NewReader(src))
		d.UseNumber()
		var want any
		if err := d.Decode(&want); err != nil {
			t.Fatal(err)
		}
		if got := plain(v); !reflect.DeepEqual(got, want) {
			t.Errorf("%q is read as %v", src, got)
		}
	})
}

func plain(v value) any {
	switch v.kind {
	case jsonBool:
		return v.text == "true"
	case jsonNumber:
		return json.Number(v.text)
	case jsonString:
		return v.text
	case jsonArray:
		list := make([]any, len(v.items))
		for i := range v.items {
			list[i] = plain(v.items[i])
		}
		return list
	case jsonObject:
		m := map[string]any{}
		for _, e := range v.members {
			m[e.name.Value] = plain(e.value)
		}
		return m
	}
	return nil
}
