package srp

import "math/big"

// SaltLength is the length in bytes of the salts that we make.
const SaltLength = 16

// Verifier is v = g^x for a password: poolName is the part of the pool's id after the underscore, userID
// the user's internal username (USER_ID_FOR_SRP). What it returns is worth a fast password hash: keep it sealed.
func Verifier(poolName, userID, password string, salt []byte) []byte {
	return new(big.Int).Exp(generator, exponent(poolName, userID, password, salt), prime).Bytes()
}

// exponent is x = H(PAD(salt) ‖ H(poolName ‖ userID ‖ ":" ‖ password)).
func exponent(poolName, userID, password string, salt []byte) *big.Int {
	inner := hash([]byte(poolName), []byte(userID), []byte(":"), []byte(password))
	return hashInt(Pad(new(big.Int).SetBytes(salt)), inner)
}

// SaltHex is a salt as the SALT parameter carries it.
func SaltHex(salt []byte) string { return new(big.Int).SetBytes(salt).Text(16) }
