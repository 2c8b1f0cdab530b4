package gatehouse_test

import (
	"strings"
	"testing"

	"gatehouse/internal/api"
	"gatehouse/internal/api/gatehouse"
)

func (k *kit) check(document, kind, before string) *gatehouse.CheckPolicyOutput {
	k.t.Helper()
	in := &gatehouse.CheckPolicyInput{Document: &document, Type: &kind}
	if before != "" {
		in.Before = &before
	}
	out, err := api.Call[gatehouse.CheckPolicyOutput](k.ctx, k.api, root(account), in)
	if err != nil {
		k.t.Fatal(err)
	}
	return out
}

func TestCheckPolicyTellsWhereAndOffersWhatWasMeant(t *testing.T) {
	k := newKit(t)
	out := k.check("{\n \"Version\": \"2024-06-17\",\n \"Statement\": {\"Effect\":\"Allow\",\"Action\":\"iam:GetUser\",\"Resource\":\"arn:aws:iam::ACCOUNT:user/ann\"}}", "Identity", "")
	if len(out.Problems) != 1 || *out.Problems[0].Line != 2 || *out.Problems[0].Column != 13 || !strings.Contains(*out.Problems[0].Message, "2024-06-17") || out.Growth != nil {
		t.Errorf("%+v", out)
	}
	again := k.check(*out.Corrected, "Identity", "")
	if len(again.Problems) != 0 || again.Corrected != nil || !strings.Contains(*out.Corrected, "::"+account+":user/ann") || *again.Growth.Answer != "SOMETHING" {
		t.Errorf("%s: %+v", *out.Corrected, again)
	}
}

func TestCheckPolicyTellsOfMisspeltActions(t *testing.T) {
	k := newKit(t)
	out := k.check(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["gatehouse:ChekPolicy","sqs:SendMesage"],"Resource":"*"}}`, "Identity", "")
	if len(out.Problems) != 1 || !*out.Problems[0].Warning || !strings.Contains(*out.Problems[0].Message, "gatehouse:CheckPolicy is") || out.Growth == nil {
		t.Errorf("%+v", out)
	}
}

func TestCheckPolicyNamesWhatAnEditGrants(t *testing.T) {
	k := newKit(t)
	const version = `{"Version":"2012-10-17","Statement":`
	narrow, wide := version+`{"Effect":"Allow","Action":"iam:Get*","Resource":"*"}}`, version+`[{"Sid":"New","Effect":"Allow","Action":["iam:Get*","gatehouse:Check*"],"Resource":"*","Condition":{"StringEquals":{"aws:PrincipalTag/Team":"ops"}}}]}`
	if g := k.check(narrow, "Identity", narrow).Growth; *g.Answer != "NOTHING" || g.Witness != nil {
		t.Errorf("%+v", g)
	}
	w := k.check(wide, "Identity", narrow).Growth.Witness
	if w == nil || !strings.HasPrefix(*w.Action, "gatehouse:Check") || *w.Sid != "New" || w.Principal != nil || len(w.Context) != 1 || *w.Context[0].Name != "aws:PrincipalTag/Team" || w.Context[0].Values[0] != "ops" {
		t.Errorf("%+v", w)
	}
	trust := version + `{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::210987654321:role/x"},"Action":"sts:AssumeRole"}}`
	if w := k.check(trust, "Trust", "").Growth.Witness; w == nil || *w.Principal == "" || *w.Action != "sts:AssumeRole" {
		t.Errorf("%+v", w)
	}
}

// Attack: take out of a policy what denies, which grants nothing by itself.
func TestAttackPolicyThatDeniesLess(t *testing.T) {
	k := newKit(t)
	const version = `{"Version":"2012-10-17","Statement":`
	before, after := version+`{"Sid":"Guard","Effect":"Deny","Action":"gatehouse:*","Resource":"*"}}`, version+`{"Effect":"Deny","Action":"sts:GetAccessKeyInfo","Resource":"*"}}`
	for _, kind := range []string{"Identity", "ServiceControl"} {
		g := k.check(after, kind, before).Growth
		if *g.Answer != "DENIES_LESS" || !strings.HasPrefix(*g.Witness.Action, "gatehouse:") || strings.Contains(*g.Witness.Action, "*") || *g.Witness.Sid != "Guard" || g.Witness.Line != nil {
			t.Errorf("%s: %+v", kind, g)
		}
		if g := k.check(before, kind, before).Growth; *g.Answer != "NOTHING" {
			t.Errorf("%s: %+v", kind, g)
		}
	}
}

func TestAttackHugeAndHostilePoliciesToCheck(t *testing.T) {
	k := newKit(t)
	for _, d := range []string{"", "\x00\xff", strings.Repeat("[", 100000), `{"Version":{}}`, `{"Statement":[` + strings.Repeat(`{},`, 20000) + `{}]}`} {
		if out := k.check(d, "Trust", d); len(out.Problems) == 0 || out.Growth != nil {
			t.Errorf("%.20q: %+v", d, out)
		}
	}
	for kind, document := range map[string]string{"identity": "{}", "Identity": strings.Repeat(" ", 600000)} {
		_, err := api.Call[gatehouse.CheckPolicyOutput](k.ctx, k.api, root(account), &gatehouse.CheckPolicyInput{Document: &document, Type: &kind})
		if err == nil {
			t.Errorf("%s is checked", kind)
		}
	}
}
