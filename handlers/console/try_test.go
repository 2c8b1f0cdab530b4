package console

import (
	"encoding/base64"
	"reflect"
	"strings"
	"testing"

	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// UpdateUserPoolClient resets what it is not given: each of its members must be one that describing a client answers.
func TestUpdateOfAClientCarriesEverySetting(t *testing.T) {
	c := types.UserPoolClientType{}
	fill(reflect.ValueOf(&c).Elem())
	in := reflect.ValueOf(wholeClient(&c)).Elem()
	for i := range in.NumField() {
		name := in.Type().Field(i).Name
		if in.Type().Field(i).IsExported() && in.Field(i).IsZero() {
			t.Errorf("%s is lost", name)
		}
	}
	if got := *wholeClient(&c); got.ClientId == nil || reflect.TypeOf(got) != reflect.TypeFor[idp.UpdateUserPoolClientInput]() {
		t.Error(got)
	}
}

// fill gives every member some value.
func fill(v reflect.Value) {
	for i := range v.NumField() {
		f := v.Field(i)
		if !f.CanSet() {
			continue
		}
		switch f.Kind() {
		case reflect.Pointer:
			f.Set(reflect.New(f.Type().Elem()))
			if f.Elem().Kind() == reflect.Bool {
				f.Elem().SetBool(true)
			}
		case reflect.Slice:
			f.Set(reflect.MakeSlice(f.Type(), 1, 1))
		case reflect.String:
			f.SetString("x")
		case reflect.Int32:
			f.SetInt(1)
		case reflect.Bool:
			f.SetBool(true)
		}
	}
}

func TestAttackTokensThatAreNone(t *testing.T) {
	b := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
	many := "{"
	for i := range 300 {
		many += `"` + strings.Repeat("x", i+1) + `":1,`
	}
	for name, token := range map[string]string{
		"nothing":        "",
		"no dots":        "abc",
		"four parts":     b(`{"alg":"RS256"}`) + "." + b(`{}`) + ".x.y",
		"no JSON":        b("x") + "." + b("y") + ".z",
		"an array":       b(`[]`) + "." + b(`[]`) + ".z",
		"null":           b(`null`) + "." + b(`null`) + ".z",
		"other alphabet": "e+/=." + b(`{}`) + ".z",
		"huge":           b(`{"alg":"RS256"}`) + "." + b(`{"a":"`+strings.Repeat("x", maxToken)+`"}`) + ".z",
		"many claims":    b(`{"alg":"RS256"}`) + "." + b(many+`"z":1}`) + ".z",
		"a JWE":          strings.Repeat(b(`{"alg":"dir"}`)+".", 5),
	} {
		if _, _, err := takeApart(token); err == nil {
			t.Errorf("%s is taken for a token", name)
		}
	}
	if _, claims, err := takeApart(b(`{"alg":"RS256"}`) + "." + b(`{"exp":1e300,"iat":-1,"sub":{"deep":[1]}}`) + "."); err != nil {
		t.Error(err)
	} else if _, ok := moment(claims["exp"]); ok || plain(claims["sub"]) != `{"deep":[1]}` {
		t.Error("a time of no age is shown as one")
	}
}
