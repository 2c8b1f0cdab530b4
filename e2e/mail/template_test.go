package mail

import (
	"context"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	stdmail "net/mail"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"gatehouse/e2e/server"
	"gatehouse/internal/notify/notifytest"
	"gatehouse/internal/seal"
)

// office is the program with a mail server that keeps what it gets.
type office struct {
	mails  *notifytest.Server
	server *server.Server
	idp    *idp.Client
}

func newOffice(t *testing.T) *office {
	t.Helper()
	key, err := seal.NewKey(zeroToMany{})
	if err != nil {
		t.Fatal(err)
	}
	o := &office{mails: notifytest.New(t, false)}
	s := server.Start(t, server.Options{Env: map[string]string{
		"GATEHOUSE_DEMO": "false", "GATEHOUSE_SECRET_KEYS": key.Reveal(),
		"GATEHOUSE_SMTP_URL": fmt.Sprintf("smtp://%s", o.mails.Addr), "GATEHOUSE_SMTP_FROM": "hello@acme.example",
	}})
	o.server = s
	o.idp = idp.New(idp.Options{Region: "eu-west-1", BaseEndpoint: aws.String(s.URL), RetryMaxAttempts: 1, HTTPClient: server.SDKClient{},
		Credentials: credentials.NewStaticCredentialsProvider(s.RootAccessKeyID, s.RootSecretAccessKey, "")})
	return o
}

// letter is a mail that arrived: its header, and its parts by media type.
type letter struct {
	stdmail.Header
	parts map[string]string
}

// nth is the mail that arrived as the nth, counted from 0.
func (o *office) nth(t *testing.T, n int) letter {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); len(o.mails.Received()) <= n; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%d mails arrived", len(o.mails.Received()))
		}
	}
	raw := o.mails.Received()[n]
	_, raw, _ = strings.Cut(raw, "\n") // MAIL FROM
	_, raw, _ = strings.Cut(raw, "\n") // RCPT TO
	m, err := stdmail.ReadMessage(strings.NewReader(raw))
	if err != nil {
		t.Fatal(err, raw)
	}
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	l := letter{m.Header, map[string]string{}}
	for r := multipart.NewReader(m.Body, params["boundary"]); ; {
		p, err := r.NextPart()
		if err == io.EOF {
			return l
		}
		if err != nil {
			t.Fatal(err)
		}
		kind, _, _ := mime.ParseMediaType(p.Header.Get("Content-Type"))
		body, _ := io.ReadAll(p)
		l.parts[kind] = strings.ReplaceAll(string(body), "\r\n", "\n")
	}
}

func TestInvitationArrivesAsThePoolWroteIt(t *testing.T) {
	ctx, o := context.Background(), newOffice(t)
	pool, err := o.idp.CreateUserPool(ctx, &idp.CreateUserPoolInput{
		PoolName:           aws.String("p"),
		EmailConfiguration: &types.EmailConfigurationType{From: aws.String("Büro <shop@acme.example>"), ReplyToEmailAddress: aws.String("help@acme.example")},
		AdminCreateUserConfig: &types.AdminCreateUserConfigType{InviteMessageTemplate: &types.MessageTemplateType{
			EmailSubject: aws.String("Grüße, {username}"), EmailMessage: aws.String(`<h1>Hello {username}</h1><p>Your password: <b>{####}</b></p>`)}},
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = o.idp.AdminCreateUser(ctx, &idp.AdminCreateUserInput{UserPoolId: pool.UserPool.Id, Username: aws.String(`<i>ann</i>&amp;`), TemporaryPassword: aws.String("<b>Tmp-4242"),
		DesiredDeliveryMediums: []types.DeliveryMediumType{"EMAIL"}, UserAttributes: []types.AttributeType{{Name: aws.String("email"), Value: aws.String("ann@example.org")}}})
	if err != nil {
		t.Fatal(err)
	}
	l := o.nth(t, 0)
	subject, _ := new(mime.WordDecoder).DecodeHeader(l.Get("Subject"))
	from, err := stdmail.ParseAddress(l.Get("From"))
	if err != nil || from.Name != "Büro" || from.Address != "shop@acme.example" || !strings.Contains(l.Get("Reply-To"), "help@acme.example") || !strings.HasSuffix(l.Get("Message-ID"), "@acme.example>") {
		t.Errorf("header %v", l.Header)
	}
	if subject != "Grüße, <i>ann</i>&amp;" || l.parts["text/plain"] != "Hello <i>ann</i>&amp;\nYour password: <b>Tmp-4242" {
		t.Errorf("%q %q", subject, l.parts["text/plain"])
	}
	if markup := l.parts["text/html"]; !strings.Contains(markup, "<h1>Hello &lt;i&gt;ann&lt;/i&gt;&amp;amp;</h1>") || !strings.Contains(markup, "<b>&lt;b&gt;Tmp-4242</b>") {
		t.Errorf("%s", markup)
	}
}

func TestLinkArrivesInTheWordsOfThePool(t *testing.T) {
	ctx, o := context.Background(), newOffice(t)
	pool, err := o.idp.CreateUserPool(ctx, &idp.CreateUserPoolInput{
		PoolName: aws.String("p"), AutoVerifiedAttributes: []types.VerifiedAttributeType{"email"},
		EmailConfiguration: &types.EmailConfigurationType{EmailSendingAccount: "DEVELOPER", SourceArn: aws.String("arn:aws:ses:eu-west-1:111122223333:identity/shop@acme.example")},
		VerificationMessageTemplate: &types.VerificationMessageTemplateType{DefaultEmailOption: "CONFIRM_WITH_LINK",
			EmailSubjectByLink: aws.String("Confirm"), EmailMessageByLink: aws.String("<p>Hi {username}, {##Click Here##}.</p>")},
	})
	if err != nil {
		t.Fatal(err)
	}
	client, err := o.idp.CreateUserPoolClient(ctx, &idp.CreateUserPoolClientInput{UserPoolId: pool.UserPool.Id, ClientName: aws.String("c")})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"ann", "bea"} {
		attributes := []types.AttributeType{{Name: aws.String("email"), Value: aws.String(name + "@example.org")}}
		if name == "bea" {
			attributes = append(attributes, types.AttributeType{Name: aws.String("locale"), Value: aws.String("de")})
		}
		if _, err := o.idp.SignUp(ctx, &idp.SignUpInput{ClientId: client.UserPoolClient.ClientId, Username: &name, Password: aws.String("Correct-horse-1"), UserAttributes: attributes}); err != nil {
			t.Fatal(err)
		}
		if name == "ann" { // bea gets the default text, in German
			if _, err := o.idp.UpdateUserPool(ctx, &idp.UpdateUserPoolInput{UserPoolId: pool.UserPool.Id, AutoVerifiedAttributes: []types.VerifiedAttributeType{"email"},
				VerificationMessageTemplate: &types.VerificationMessageTemplateType{DefaultEmailOption: "CONFIRM_WITH_LINK"}}); err != nil {
				t.Fatal(err)
			}
		}
	}
	byName := map[string]letter{}
	for n := range 2 {
		l := o.nth(t, n)
		to, err := stdmail.ParseAddress(l.Get("To"))
		if err != nil {
			t.Fatal(err)
		}
		byName[strings.TrimSuffix(to.Address, "@example.org")] = l
	}
	ann, bea := byName["ann"], byName["bea"]
	if ann.Get("Subject") != "Confirm" || !strings.Contains(ann.Get("From"), "shop@acme.example") {
		t.Errorf("%v", ann.Header)
	}
	before, link, _ := strings.Cut(ann.parts["text/plain"], "Click Here: ")
	u, err := url.Parse(strings.TrimSuffix(link, "."))
	if err != nil || before != "Hi ann, " || u.Query().Get("user_name") != "ann" || u.Query().Get("confirmation_code") == "" {
		t.Errorf("%q %v", ann.parts["text/plain"], err)
	}
	if !strings.Contains(ann.parts["text/html"], `">Click Here</a>.`) {
		t.Error(ann.parts["text/html"])
	}
	if subject, _ := new(mime.WordDecoder).DecodeHeader(bea.Get("Subject")); subject != "Ihr Bestätigungslink" || !strings.Contains(bea.Get("From"), "hello@acme.example") ||
		!strings.Contains(bea.parts["text/plain"], "E-Mail-Adresse bestätigen: http") {
		t.Errorf("%q %v %q", subject, bea.Header, bea.parts["text/plain"])
	}
}
