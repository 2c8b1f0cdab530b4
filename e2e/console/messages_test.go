package console_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"image/color"
	"image/png"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/chromedp/chromedp"

	"gatehouse/e2e/browser"
	"gatehouse/e2e/server"
	"gatehouse/internal/notify/notifytest"
	"gatehouse/internal/seal"
	"gatehouse/web/paths"
)

func TestMessagesInABrowser(t *testing.T) {
	everyView(t, func(t *testing.T, d *desk) {
		pool := d.richPool()
		before := d.pool(pool)
		d.to(paths.Link(paths.ConsoleMessages, pool))
		d.on("Messages")
		if got := d.Text(".facts-list"); !strings.Contains(got, "kept in the outbox") || !strings.Contains(got, "Rich <rich@example.com>") {
			t.Errorf("delivery is %q", got)
		}
		d.Fill("from", "nobody")
		d.save("sender")
		d.refuses("is not an email address")
		d.Fill("from", "Clinic <clinic@example.com>")
		d.Fill("reply", "desk@example.com")
		d.choose("option", "CONFIRM_WITH_CODE")
		d.save("sender")
		d.says("Saved")

		d.to(paths.Link(paths.ConsoleMessageTemplate, pool, "invitation"))
		d.on("Invitation")
		d.write("body", "Hello {username}")
		d.Fill("sms", "too")
		d.save("text")
		d.refuses("The invitation email must contain {username} and {####}")
		d.refuses("The invitation SMS has from 6 to 140 characters")
		if got := browser.Eval[string](d.Page, `document.querySelector("textarea").value`); got != "Hello {username}" {
			t.Errorf("what was typed is gone: %q", got)
		}
		d.Fill("subject", "Come in")
		d.write("body", `<html><body style="background:#12ab34">{username} {####}</body></html>`)
		d.Fill("sms", "{username}: {####}")
		d.Do(chromedp.Click(chromedp.CSS(`button[formaction*="as=light"]`)))
		d.paints(color.NRGBA{0x12, 0xab, 0x34, 0xff})
		d.save("text")
		d.says("Saved")
		d.on("Invitation")

		d.to(paths.Link(paths.ConsoleMessageTemplate, pool, "authentication"))
		d.on("Sign-in code")
		if got := d.Text(`.alert[data-tone="info"]`); !strings.Contains(got, "nothing is sent of it") {
			t.Errorf("%q", got)
		}
		d.to(paths.Link(paths.ConsoleMessageTemplate, pool, "verification"))
		d.on("Verification code")
		d.Fill("subject", "")
		d.write("body", "")
		d.save("text")
		d.says("Saved")

		after := d.pool(pool)
		i, v := after.AdminCreateUserConfig.InviteMessageTemplate, after.VerificationMessageTemplate
		if *i.EmailSubject != "Come in" || !strings.Contains(*i.EmailMessage, "#12ab34") || *i.SMSMessage != "{username}: {####}" {
			t.Errorf("%v %v %v", *i.EmailSubject, *i.EmailMessage, *i.SMSMessage)
		}
		if v.EmailMessage != nil || v.EmailSubject != nil || *v.SmsMessage != "{####} it is" || *v.EmailMessageByLink != "{##Go##}" || v.DefaultEmailOption != "CONFIRM_WITH_CODE" {
			t.Errorf("%+v", v)
		}
		if *after.EmailConfiguration.From != "Clinic <clinic@example.com>" || *after.EmailConfiguration.ReplyToEmailAddress != "desk@example.com" || *after.SmsAuthenticationMessage != "{####} now" {
			t.Errorf("%+v", after.EmailConfiguration)
		}
		if after.MfaConfiguration != before.MfaConfiguration || *after.Policies.PasswordPolicy.MinimumLength != *before.Policies.PasswordPolicy.MinimumLength || after.UserPoolTags["team"] != "rich" || len(after.AutoVerifiedAttributes) != 2 {
			t.Error("saving a text changed something else")
		}
	})
}

// paints waits until the page shows a colour, which only the document in its frame has.
func (d *desk) paints(want color.NRGBA) {
	d.t.Helper()
	for end := time.Now().Add(15 * time.Second); time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
		shot, err := png.Decode(bytes.NewReader(browser.Ask(d.Page, chromedp.FullScreenshot(100))))
		if err != nil {
			d.t.Fatal(err)
		}
		b, n := shot.Bounds(), 0
		for y := b.Min.Y; y < b.Max.Y; y += 4 {
			for x := b.Min.X; x < b.Max.X; x += 4 {
				if color.NRGBAModel.Convert(shot.At(x, y)) == want {
					n++
				}
			}
		}
		if n > 500 {
			return
		}
	}
	d.t.Errorf("%s: the frame does not show what is typed", d.name)
}

func TestTextThatSomebodyElseSavedMeanwhile(t *testing.T) {
	d := oneView(t)
	pool := d.newPool("Clinic")
	d.to(paths.Link(paths.ConsoleMessageTemplate, pool, "verification"))
	time.Sleep(5 * time.Millisecond)
	_, err := d.idp().UpdateUserPool(context.Background(), &cognito.UpdateUserPoolInput{UserPoolId: &pool,
		VerificationMessageTemplate: &types.VerificationMessageTemplateType{EmailMessage: aws.String("Theirs {####}")}})
	if err != nil {
		t.Fatal(err)
	}
	d.write("body", "Mine, incomplete")
	d.save("text")
	d.refuses("must contain {####}") // and the form is still of what it was read from
	d.write("body", "Mine {####}")
	d.save("text")
	d.on("Verification code")
	if got := d.Text(".conflict"); !strings.Contains(got, "Theirs {####}") || !strings.Contains(got, "Mine {####}") {
		t.Errorf("%q", got)
	}
	if got := aws.ToString(d.pool(pool).VerificationMessageTemplate.EmailMessage); got != "Theirs {####}" {
		t.Errorf("overwritten unasked: %q", got)
	}
	d.save("text")
	d.says("Saved")
	if got := aws.ToString(d.pool(pool).VerificationMessageTemplate.EmailMessage); got != "Mine {####}" {
		t.Errorf("%q", got)
	}
}

func TestOutboxInABrowser(t *testing.T) {
	everyView(t, func(t *testing.T, d *desk) {
		pool := d.newPool("Clinic")
		d.to(paths.Link(paths.ConsoleOutbox, pool))
		d.on("Outbox")
		if got := d.Text(".empty"); !strings.Contains(got, "Nothing was sent yet") {
			t.Errorf("%q", got)
		}
		for n := range 27 {
			_, err := d.idp().AdminCreateUser(context.Background(), &cognito.AdminCreateUserInput{UserPoolId: &pool, Username: aws.String(fmt.Sprintf("user%02d", n)), TemporaryPassword: aws.String("Temporary-4242"),
				DesiredDeliveryMediums: []types.DeliveryMediumType{"EMAIL"}, UserAttributes: []types.AttributeType{{Name: aws.String("email"), Value: aws.String(fmt.Sprintf("user%02d@example.org", n))}}})
			if err != nil {
				t.Fatal(err)
			}
		}
		d.to(paths.Link(paths.ConsoleMessageTemplate, pool, "verification"))
		d.Fill("destination", "not an address")
		d.Press("#test .btn-secondary")
		d.refuses("Destination must be an email address")
		d.Fill("destination", "me@example.org")
		d.Press("#test .btn-secondary")
		d.says("The test message is in the outbox")

		d.to(paths.Link(paths.ConsoleOutbox, pool))
		d.on("Outbox")
		if rows := d.rows(); len(rows) != 25 || rows[0] != "me@example.org" {
			t.Errorf("first page %v", rows)
		}
		d.Press(`a[rel="next"]`)
		if rows := d.rows(); len(rows) != 3 || rows[2] != "user00@example.org" {
			t.Errorf("second page %v", rows)
		}
		d.Press(`a[rel="first"]`)
		d.Do(chromedp.SetValue(chromedp.CSS(`select[name="kind"]`), "TestMessage"))
		d.Press(".filters .btn-primary")
		d.on("Outbox")
		if rows := d.rows(); len(rows) != 1 || !strings.Contains(d.URL(), "kind=TestMessage") {
			t.Errorf("narrowed to %v at %s", rows, d.URL())
		}
		d.Press("tbody .row-link")
		d.on("me@example.org")
		if got := d.Text(".message-text"); !strings.Contains(got, "123456") {
			t.Errorf("a demo hides its messages: %q", got)
		}
		d.to(paths.Link(paths.ConsoleOutbox, pool, "status", "failed"))
		d.on("Outbox")
		if got := d.Text(".empty"); !strings.Contains(got, "No message is like that") {
			t.Errorf("%q", got)
		}
		d.to(paths.Link(paths.ConsoleOutbox, pool, "from", "yesterday"))
		d.on("Outbox")
		d.refuses("This is not a")
	})
}

// refusingOffice is a program outside demo whose mail server takes nothing.
func refusingOffice(t *testing.T) (*desk, *notifytest.Server) {
	t.Helper()
	if testing.Short() {
		t.Skip("drives a browser")
	}
	mails := notifytest.New(t, false)
	mails.Refuse = "550 mailbox full"
	key, err := seal.NewKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	s := server.Start(t, server.Options{Env: map[string]string{"GATEHOUSE_DEMO": "false", "GATEHOUSE_SECRET_KEYS": key.Reveal(), "GATEHOUSE_SMTP_URL": "smtp://" + mails.Addr.String()}})
	d := &desk{browser.Start(t).Open(t, browser.View{}), t, s, "wide light", true}
	d.signIn()
	return d, mails
}

// Home leads to what failed, and from there it is sent once more. Outside demo no code shows on the way.
func TestFailedMessageIsSentOnceMore(t *testing.T) {
	d, mails := refusingOffice(t)
	pool := d.newPool("Clinic")
	_, err := d.idp().AdminCreateUser(context.Background(), &cognito.AdminCreateUserInput{UserPoolId: &pool, Username: aws.String("ann"), TemporaryPassword: aws.String("Temporary-4242"),
		DesiredDeliveryMediums: []types.DeliveryMediumType{"EMAIL"}, UserAttributes: []types.AttributeType{{Name: aws.String("email"), Value: aws.String("ann@example.org")}}})
	if err != nil {
		t.Fatal(err)
	}
	d.untilState("failed", paths.Link(paths.ConsoleOutbox, pool))
	d.to(paths.Console)
	d.Press(`.checks a[href*="/messages/outbox"]`)
	d.on("Outbox")
	if got := d.Text("tbody"); !strings.Contains(got, "a***@e***") || strings.Contains(got, "ann@") || !strings.Contains(d.URL(), "status=failed") {
		t.Errorf("%q at %s", got, d.URL())
	}
	d.Press("tbody .row-link")
	d.on("a***@e***")
	if got := d.Text("main"); strings.Contains(got, "Temporary-4242") || !strings.Contains(got, "******") || !strings.Contains(got, "550") {
		t.Errorf("%q", got)
	}
	mails.Accept()
	at := d.URL()
	d.Press(".page-head .btn-primary")
	d.says("queued once more")
	d.untilState("sent", strings.TrimPrefix(at, d.server.URL))
	if got := mails.Received(); len(got) != 1 || !strings.Contains(got[0], "Temporary-4242") {
		t.Errorf("received %v", got)
	}
	d.to(strings.TrimPrefix(at, d.server.URL))
	if got := d.Text("main"); !strings.Contains(got, "The text was erased") || browser.Eval[int](d.Page, `document.querySelectorAll(".page-head form").length`) != 0 {
		t.Errorf("%q", got)
	}
	d.on("a***@e***")
}

// untilState opens a page again until its first state is one.
func (d *desk) untilState(state, path string) {
	d.t.Helper()
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(300 * time.Millisecond) {
		d.to(path)
		if got := browser.Eval[string](d.Page, `document.querySelector("main .chip")?.textContent ?? ""`); got == state {
			return
		} else if time.Now().After(end) {
			d.t.Fatalf("%s is %q, not %q", path, got, state)
		}
	}
}
