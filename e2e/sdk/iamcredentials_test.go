package sdk_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"golang.org/x/crypto/ssh"
)

// selfSigned is a certificate and its key, in PEM.
func selfSigned(t *testing.T) (body, key *string) {
	t.Helper()
	private := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))(t)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "x"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der := must(x509.CreateCertificate(rand.Reader, template, template, private.Public(), private))(t)
	secret := must(x509.MarshalPKCS8PrivateKey(private))(t)
	return aws.String(string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))), aws.String(string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret})))
}

func TestIAMServerCertificates(t *testing.T) {
	k := start(t)
	root := k.rootIAM()
	name := aws.String("web")
	body, key := selfSigned(t)
	_, other := selfSigned(t)
	tag := []iamtypes.Tag{{Key: aws.String("a"), Value: aws.String("b")}}
	upload := &iam.UploadServerCertificateInput{ServerCertificateName: name, Path: aws.String("/x/"), CertificateBody: body, PrivateKey: other, Tags: tag}
	_, err := root.UploadServerCertificate(ctx, upload)
	refused(t, err, "KeyPairMismatch", "do not match")
	upload.PrivateKey = key
	made := must(root.UploadServerCertificate(ctx, upload))(t)
	if m := made.ServerCertificateMetadata; !strings.HasSuffix(*m.Arn, ":server-certificate/x/web") || !strings.HasPrefix(*m.ServerCertificateId, "ASCA") || m.Expiration == nil || len(made.Tags) != 1 {
		t.Errorf("%+v", m)
	}
	must(root.UpdateServerCertificate(ctx, &iam.UpdateServerCertificateInput{ServerCertificateName: name, NewServerCertificateName: aws.String("www"), NewPath: aws.String("/y/")}))(t)
	name = aws.String("www")
	must(root.TagServerCertificate(ctx, &iam.TagServerCertificateInput{ServerCertificateName: name, Tags: []iamtypes.Tag{{Key: aws.String("c"), Value: aws.String("d")}}}))(t)
	must(root.UntagServerCertificate(ctx, &iam.UntagServerCertificateInput{ServerCertificateName: name, TagKeys: []string{"a"}}))(t)
	if got := must(root.ListServerCertificateTags(ctx, &iam.ListServerCertificateTagsInput{ServerCertificateName: name}))(t); len(got.Tags) != 1 || *got.Tags[0].Key != "c" {
		t.Errorf("%+v", got)
	}
	got := must(root.GetServerCertificate(ctx, &iam.GetServerCertificateInput{ServerCertificateName: name}))(t).ServerCertificate
	if *got.CertificateBody != *body || got.CertificateChain != nil || *got.ServerCertificateMetadata.Path != "/y/" {
		t.Errorf("%+v", got)
	}
	if got := must(root.ListServerCertificates(ctx, &iam.ListServerCertificatesInput{PathPrefix: aws.String("/y/")}))(t); len(got.ServerCertificateMetadataList) != 1 {
		t.Errorf("%+v", got)
	}
	if got := must(root.GetAccountSummary(ctx, &iam.GetAccountSummaryInput{}))(t).SummaryMap; got["ServerCertificates"] != 1 || got["ServerCertificatesQuota"] != 20 {
		t.Error(got)
	}
	must(root.DeleteServerCertificate(ctx, &iam.DeleteServerCertificateInput{ServerCertificateName: name}))(t)
	_, err = root.GetServerCertificate(ctx, &iam.GetServerCertificateInput{ServerCertificateName: name})
	refused(t, err, "NoSuchEntity", "The Server Certificate with name www cannot be found.")
}

func TestIAMUserCredentials(t *testing.T) {
	k := start(t)
	root := k.rootIAM()
	// Whoever may only act on itself does.
	ann := k.worker(t, "ann", allow(`{"Effect":"Allow","Action":["iam:*Signing*","iam:*SSH*","iam:*ServiceSpecific*"],"Resource":"arn:aws:iam::*:user/${aws:username}"}`))
	user := aws.String("ann")
	body, _ := selfSigned(t)
	cert := must(ann.iam.UploadSigningCertificate(ctx, &iam.UploadSigningCertificateInput{CertificateBody: body}))(t).Certificate
	if *cert.UserName != "ann" || cert.Status != iamtypes.StatusTypeActive {
		t.Errorf("%+v", cert)
	}
	_, err := root.UploadSigningCertificate(ctx, &iam.UploadSigningCertificateInput{CertificateBody: body, UserName: user})
	refused(t, err, "DuplicateCertificate", "")
	must(ann.iam.UpdateSigningCertificate(ctx, &iam.UpdateSigningCertificateInput{CertificateId: cert.CertificateId, Status: iamtypes.StatusTypeInactive}))(t)
	if got := must(root.ListSigningCertificates(ctx, &iam.ListSigningCertificatesInput{UserName: user}))(t); len(got.Certificates) != 1 || got.Certificates[0].Status != iamtypes.StatusTypeInactive {
		t.Errorf("%+v", got)
	}
	public, _, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	line := strings.TrimSpace(string(ssh.MarshalAuthorizedKey(must(ssh.NewPublicKey(public))(t))))
	key := must(ann.iam.UploadSSHPublicKey(ctx, &iam.UploadSSHPublicKeyInput{UserName: user, SSHPublicKeyBody: &line}))(t).SSHPublicKey
	if *key.SSHPublicKeyBody != line || len(*key.Fingerprint) != 47 {
		t.Errorf("%+v", key)
	}
	_, err = ann.iam.UploadSSHPublicKey(ctx, &iam.UploadSSHPublicKeyInput{UserName: user, SSHPublicKeyBody: aws.String("ssh-rsa AAAA")})
	refused(t, err, "InvalidPublicKey", "")
	if got := must(ann.iam.GetSSHPublicKey(ctx, &iam.GetSSHPublicKeyInput{UserName: user, SSHPublicKeyId: key.SSHPublicKeyId, Encoding: iamtypes.EncodingTypePem}))(t); !strings.HasPrefix(*got.SSHPublicKey.SSHPublicKeyBody, "-----BEGIN PUBLIC KEY-----") {
		t.Errorf("%+v", got)
	}
	must(ann.iam.UpdateSSHPublicKey(ctx, &iam.UpdateSSHPublicKeyInput{UserName: user, SSHPublicKeyId: key.SSHPublicKeyId, Status: iamtypes.StatusTypeInactive}))(t)
	if got := must(ann.iam.ListSSHPublicKeys(ctx, &iam.ListSSHPublicKeysInput{}))(t); len(got.SSHPublicKeys) != 1 || got.SSHPublicKeys[0].Status != iamtypes.StatusTypeInactive {
		t.Errorf("%+v", got)
	}
	service := aws.String("codecommit.amazonaws.com")
	made := must(ann.iam.CreateServiceSpecificCredential(ctx, &iam.CreateServiceSpecificCredentialInput{UserName: user, ServiceName: service}))(t).ServiceSpecificCredential
	reset := must(ann.iam.ResetServiceSpecificCredential(ctx, &iam.ResetServiceSpecificCredentialInput{ServiceSpecificCredentialId: made.ServiceSpecificCredentialId}))(t).ServiceSpecificCredential
	if len(*made.ServicePassword) < 40 || *made.ServicePassword == *reset.ServicePassword || !strings.HasPrefix(*reset.ServiceUserName, "ann-at-") {
		t.Errorf("%+v %+v", made, reset)
	}
	_, err = ann.iam.CreateServiceSpecificCredential(ctx, &iam.CreateServiceSpecificCredentialInput{UserName: user, ServiceName: aws.String("s3.amazonaws.com")})
	refused(t, err, "NotSupportedService", "s3.amazonaws.com")
	must(ann.iam.UpdateServiceSpecificCredential(ctx, &iam.UpdateServiceSpecificCredentialInput{ServiceSpecificCredentialId: made.ServiceSpecificCredentialId, Status: iamtypes.StatusTypeInactive}))(t)
	_, err = ann.iam.ListServiceSpecificCredentials(ctx, &iam.ListServiceSpecificCredentialsInput{AllUsers: aws.Bool(true)})
	refused(t, err, "AccessDenied", "user/*")
	if got := must(root.ListServiceSpecificCredentials(ctx, &iam.ListServiceSpecificCredentialsInput{AllUsers: aws.Bool(true), ServiceName: service}))(t); len(got.ServiceSpecificCredentials) != 1 || got.ServiceSpecificCredentials[0].Status != iamtypes.StatusTypeInactive {
		t.Errorf("%+v", got)
	}
	must(ann.iam.DeleteSSHPublicKey(ctx, &iam.DeleteSSHPublicKeyInput{UserName: user, SSHPublicKeyId: key.SSHPublicKeyId}))(t)
	must(ann.iam.DeleteServiceSpecificCredential(ctx, &iam.DeleteServiceSpecificCredentialInput{ServiceSpecificCredentialId: made.ServiceSpecificCredentialId}))(t)
	must(ann.iam.DeleteSigningCertificate(ctx, &iam.DeleteSigningCertificateInput{CertificateId: cert.CertificateId}))(t)
	_, err = ann.iam.DeleteSigningCertificate(ctx, &iam.DeleteSigningCertificateInput{CertificateId: cert.CertificateId})
	refused(t, err, "NoSuchEntity", "cannot be found")
}
