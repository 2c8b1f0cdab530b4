package identity

import (
	"context"
	"encoding/base32"
	"encoding/pem"
	"fmt"
	"io"

	"gatehouse/internal/fault"
)

// ErrDuplicateCertificate is a certificate that its owner has already.
var ErrDuplicateCertificate = fault.Status(409, "DuplicateCertificate", "The certificate is already associated with this user.")

// UploadSigningCertificate keeps a certificate in PEM that a user, or root by the account's id, signs with. It must be
// valid now.
func (s *Service) UploadSigningCertificate(ctx context.Context, accountID, ownerID, body string) (UserCredential, error) {
	cert, err := readCertificate(body)
	if err != nil {
		return UserCredential{}, err
	}
	if err := checkValidity(cert, s.now(), ErrInvalidCertificate); err != nil {
		return UserCredential{}, err
	}
	b := make([]byte, 20)
	if _, err := io.ReadFull(s.Rand, b); err != nil {
		return UserCredential{}, fmt.Errorf("read randomness: %w", err)
	}
	return s.addCredential(ctx, UserCredential{
		AccountID: accountID, OwnerID: ownerID, Kind: SigningCertificate, ID: base32.StdEncoding.EncodeToString(b),
		Body: string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Raw})),
	}, once(ErrDuplicateCertificate))
}
