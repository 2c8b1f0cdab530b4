package authn

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"time"
)

// blockLife is how long a first SRP answer waits for its claim.
const blockLife = time.Minute

const blockPurpose = "srp-secret-block"

// block is the server's half of an SRP exchange between its two requests: sealed, so that no node keeps
// anything. Every member has the same length for known and unknown users.
type block struct {
	ID      []byte `json:"i"`
	Expires int64  `json:"e"` // unix ms
	Flow    string `json:"f"`
	Login   string `json:"l"`
	Sub     string `json:"s"`
	UserID  string `json:"u"` // USER_ID_FOR_SRP
	A       []byte `json:"a"`
	B       []byte `json:"b"` // the secret b
	U       []byte `json:"x"` // u, so that B need not be made again
}

func blockAAD(at *attempt) []byte { return []byte(at.pool.ID + "\x00" + at.client.ID) }

// sealBlock makes SECRET_BLOCK.
func (s *Service) sealBlock(at *attempt, b block) (string, error) {
	b.ID = make([]byte, 16)
	if _, err := io.ReadFull(s.Rand, b.ID); err != nil {
		return "", fmt.Errorf("draw id: %w", err)
	}
	b.Expires = s.Clock().Add(blockLife).UnixMilli()
	raw, err := json.Marshal(b)
	if err != nil {
		return "", fmt.Errorf("seal SRP exchange: %w", err)
	}
	sealed, err := s.Keys.Seal(blockPurpose, blockAAD(at), raw)
	if err != nil {
		return "", fmt.Errorf("seal SRP exchange: %w", err)
	}
	return base64.StdEncoding.EncodeToString(sealed), nil
}

// openBlock reads a SECRET_BLOCK of this pool and client; raw is what signatures cover.
func (s *Service) openBlock(at *attempt, text string) (b block, raw []byte, err error) {
	raw, err = base64.StdEncoding.DecodeString(text)
	if err != nil {
		return b, nil, ErrCredentials
	}
	plain, err := s.Keys.Open(blockPurpose, blockAAD(at), raw)
	if err != nil {
		return b, nil, ErrCredentials
	}
	if err := json.Unmarshal(plain, &b); err != nil {
		return b, nil, fmt.Errorf("open SRP exchange: %w", err)
	}
	if s.Clock().UnixMilli() >= b.Expires {
		return b, nil, ErrSessionExpired
	}
	return b, raw, nil
}

func number(b []byte) *big.Int { return new(big.Int).SetBytes(b) }
