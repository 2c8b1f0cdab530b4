package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"gatehouse/internal/authn"
	"gatehouse/internal/directory"
	"gatehouse/internal/iam"
	"gatehouse/internal/identity"
	"gatehouse/internal/notify"
	"gatehouse/internal/privacy"
	"gatehouse/internal/seal"
	"gatehouse/internal/userpool"
)

// sealedColumn is a BYTEA column that holds values of seal.Keyring, with what is needed to open one: the
// purpose, and the associated data made from the row's key. Every such column is in sealedColumns, or
// rotating keys would leave it behind; a test looks for columns that are named sealed and are not there.
type sealedColumn struct {
	table   string
	key     []string // the primary key's columns, TEXT
	column  string
	purpose string
	aad     func(key []string) []byte
}

// sealedColumns are all of them. Add yours, one line a column.
func sealedColumns() []sealedColumn {
	return []sealedColumn{
		{"installation_secret", []string{"name"}, "sealed", seal.InstallationSecret, joined},
		{"outbox_message", []string{"id"}, "sealed", notify.Purpose, joined},
		{"iam_access_key", []string{"id"}, "sealed_secret", iam.AccessKeySecret, joined},
		{"iam_software_token", []string{"account_id", "owner_id"}, "secret", iam.SoftwareTokenSecret, joined},
		{"iam_software_token", []string{"account_id", "owner_id"}, "pending", iam.SoftwareTokenSecret, joined},
		{"iam_saml_private_key", []string{"account_id", "id"}, "sealed", identity.SAMLKeyPurpose, joined},
		{"iam_server_certificate", []string{"account_id", "id"}, "private_key", identity.ServerCertificateKey, joined},
		{"iam_mfa_device", []string{"account_id", "serial"}, "secret", iam.MFADeviceSecret, joined},
		{"iam_outbound_key", []string{"kid"}, "private_key", seal.SigningKeys, joined},
		{"signing_keys", []string{"kid"}, "private_key", seal.SigningKeys, joined},
		{"signing_key_reserve", []string{"kid"}, "private_key", seal.SigningKeys, joined},
		{"user_pool_client_secrets", []string{"client_id", "id"}, "sealed", userpool.ClientSecretPurpose, joined},
		{"software_token", []string{"pool_id", "sub"}, "secret", authn.SoftwareTokenPurpose, joined},
		{"software_token", []string{"pool_id", "sub"}, "pending", authn.SoftwareTokenPurpose, joined},
		{"users", []string{"pool_id", "sub"}, "srp_verifier", directory.VerifierPurpose, joined},
		{"erasure", []string{"id"}, "sealed", privacy.Purpose, joined},
	}
}

// joined is the usual associated data: the row's key, its parts joined by a slash.
func joined(key []string) []byte { return []byte(strings.Join(key, "/")) }

const resealBatch = 200

// CountSealed implements seal.KeyStore.
func (s *Keys) CountSealed(ctx context.Context) (map[string]int64, error) {
	counts := map[string]int64{}
	prefix := len(seal.Prefix("")) + 8
	for _, c := range sealedColumns() {
		rows, err := s.db.rows(ctx, fmt.Sprintf(`
			SELECT substr(%[1]s, 1, %[3]d), COUNT(*)
			FROM %[2]s
			WHERE %[1]s IS NOT NULL
			GROUP BY 1`, c.column, c.table, prefix))
		type group struct {
			prefix []byte
			n      int64
		}
		groups, err := collect(func(r *sql.Rows) (g group, err error) {
			err = r.Scan(&g.prefix, &g.n)
			return g, err
		})(rows, err)
		if err != nil {
			return nil, fmt.Errorf("count %s: %w", c.table, err)
		}
		for _, g := range groups {
			if len(g.prefix) == prefix {
				counts[string(g.prefix[1:])] += g.n
			}
		}
	}
	return counts, nil
}

// Reseal implements seal.KeyStore.
func (s *Keys) Reseal(ctx context.Context, active string, reseal seal.Resealer) (done, failed int64, err error) {
	for _, c := range sealedColumns() {
		for after := []string(nil); ; {
			batch, err := s.unsealedBatch(ctx, c, active, after)
			if err != nil {
				return done, failed, fmt.Errorf("read %s: %w", c.table, err)
			}
			d, f, err := s.resealBatch(ctx, c, batch, reseal)
			done, failed = done+d, failed+f
			if err != nil {
				return done, failed, fmt.Errorf("write %s: %w", c.table, err)
			}
			if len(batch) < resealBatch {
				break
			}
			after = batch[len(batch)-1].key
		}
	}
	return done, failed, nil
}

type sealedRow struct {
	key        []string
	old, fresh []byte
}

// unsealedBatch reads the next rows whose value is not under the active key.
func (s *Keys) unsealedBatch(ctx context.Context, c sealedColumn, active string, after []string) ([]sealedRow, error) {
	keys := strings.Join(c.key, ", ")
	args := []any{seal.Prefix(active)}
	from := ""
	if after != nil {
		from = fmt.Sprintf("AND (%s) > (%s)", keys, placeholders(2, len(after)))
		for _, k := range after {
			args = append(args, k)
		}
	}
	q := fmt.Sprintf(`
		SELECT %[1]s, %[2]s
		FROM %[3]s
		WHERE %[2]s IS NOT NULL AND substr(%[2]s, 1, %[4]d) <> $1 %[5]s
		ORDER BY %[1]s
		LIMIT %[6]d`, keys, c.column, c.table, len(seal.Prefix(active)), from, resealBatch)
	return collect(func(r *sql.Rows) (row sealedRow, err error) {
		row.key = make([]string, len(c.key))
		dest := make([]any, 0, len(c.key)+1)
		for i := range row.key {
			dest = append(dest, &row.key[i])
		}
		err = r.Scan(append(dest, &row.old)...)
		return row, err
	})(s.db.rows(ctx, q, args...))
}

// resealBatch seals outside the transaction and writes inside, each row only if it is as it was read.
func (s *Keys) resealBatch(ctx context.Context, c sealedColumn, batch []sealedRow, reseal seal.Resealer) (done, failed int64, err error) {
	var fresh []sealedRow
	for _, r := range batch {
		out, changed, err := reseal(c.purpose, c.aad(r.key), r.old)
		switch {
		case err != nil:
			failed++
		case changed:
			r.fresh = out
			fresh = append(fresh, r)
		}
	}
	where := make([]string, len(c.key))
	for i, k := range c.key {
		where[i] = fmt.Sprintf("%s = $%d", k, i+3)
	}
	q := fmt.Sprintf(`UPDATE %s SET %s = $1 WHERE %s = $2 AND %s`, c.table, c.column, c.column, strings.Join(where, " AND "))
	err = s.db.InTx(ctx, func(ctx context.Context) error {
		done = 0
		for _, r := range fresh {
			args := []any{r.fresh, r.old}
			for _, k := range r.key {
				args = append(args, k)
			}
			n, err := s.db.exec(ctx, q, args...)
			if err != nil {
				return err
			}
			done += n
		}
		return nil
	})
	return done, failed, err
}

// placeholders is "$from, $from+1, …", n of them.
func placeholders(from, n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "$%d", from+i)
	}
	return b.String()
}
