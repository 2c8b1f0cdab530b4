package console

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

// stripCredentials takes from a user what else it could prove itself by: its password, its second factors, its
// certificates, SSH keys and credentials for single services.
func (h *Handlers) stripCredentials(v *visit, i *identity) error {
	if i.kind != iamUsers {
		return nil
	}
	for _, step := range []func(*visit, *string) error{h.stripLogin, h.stripMFA, h.stripCertificates, h.stripSSHKeys, h.stripServiceCredentials} {
		if err := step(v, &i.name); err != nil {
			return err
		}
	}
	return nil
}

func (h *Handlers) stripLogin(v *visit, user *string) error {
	_, err := call[iam.DeleteLoginProfileOutput](h, v, &iam.DeleteLoginProfileInput{UserName: user})
	if code, _, _ := reason(err); code == "NoSuchEntity" {
		return nil
	}
	return err
}

func (h *Handlers) stripMFA(v *visit, user *string) error {
	out, err := call[iam.ListMFADevicesOutput](h, v, &iam.ListMFADevicesInput{UserName: user})
	if err != nil {
		return err
	}
	for _, d := range out.MFADevices {
		if err := only(call[iam.DeactivateMFADeviceOutput](h, v, &iam.DeactivateMFADeviceInput{UserName: user, SerialNumber: d.SerialNumber})); err != nil {
			return err
		}
		if !strings.Contains(aws.ToString(d.SerialNumber), ":mfa/") { // deactivating was all
			continue
		}
		if err := only(call[iam.DeleteVirtualMFADeviceOutput](h, v, &iam.DeleteVirtualMFADeviceInput{SerialNumber: d.SerialNumber})); err != nil {
			return err
		}
	}
	return nil
}

func (h *Handlers) stripCertificates(v *visit, user *string) error {
	out, err := call[iam.ListSigningCertificatesOutput](h, v, &iam.ListSigningCertificatesInput{UserName: user})
	if err != nil {
		return err
	}
	for _, c := range out.Certificates {
		if err := only(call[iam.DeleteSigningCertificateOutput](h, v, &iam.DeleteSigningCertificateInput{UserName: user, CertificateId: c.CertificateId})); err != nil {
			return err
		}
	}
	return nil
}

func (h *Handlers) stripSSHKeys(v *visit, user *string) error {
	out, err := call[iam.ListSSHPublicKeysOutput](h, v, &iam.ListSSHPublicKeysInput{UserName: user})
	if err != nil {
		return err
	}
	for _, k := range out.SSHPublicKeys {
		if err := only(call[iam.DeleteSSHPublicKeyOutput](h, v, &iam.DeleteSSHPublicKeyInput{UserName: user, SSHPublicKeyId: k.SSHPublicKeyId})); err != nil {
			return err
		}
	}
	return nil
}

func (h *Handlers) stripServiceCredentials(v *visit, user *string) error {
	out, err := call[iam.ListServiceSpecificCredentialsOutput](h, v, &iam.ListServiceSpecificCredentialsInput{UserName: user})
	if err != nil {
		return err
	}
	for _, c := range out.ServiceSpecificCredentials {
		if err := only(call[iam.DeleteServiceSpecificCredentialOutput](h, v, &iam.DeleteServiceSpecificCredentialInput{UserName: user, ServiceSpecificCredentialId: c.ServiceSpecificCredentialId})); err != nil {
			return err
		}
	}
	return nil
}
