package console

import (
	"bytes"
	"encoding/csv"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/iam"
)

// downloadCredentialReport makes the report, unless there is one of the last four hours, and answers it. That it was read
// is in the audit log, for which reason no page reads it by the way.
func (h *Handlers) downloadCredentialReport(v *visit) error {
	err := only(call[iam.GenerateCredentialReportOutput](h, v, &iam.GenerateCredentialReportInput{}))
	var out *iam.GetCredentialReportOutput
	if err == nil {
		out, err = call[iam.GetCredentialReportOutput](h, v, &iam.GetCredentialReportInput{})
	}
	if why, _ := unreadable(err); why != "" {
		return h.accountSettingsPage(v, typedAccount{reportDenied: why}, nil)
	}
	if problems, ok := v.refused(err, ""); ok {
		return h.accountSettingsPage(v, typedAccount{}, problems)
	}
	if err != nil {
		return err
	}
	rows, err := csv.NewReader(bytes.NewReader(out.Content)).ReadAll()
	if err != nil {
		return fmt.Errorf("read credential report: %w", err)
	}
	download(v, "text/csv; charset=utf-8", "credential-report-"+v.account()+"-"+out.GeneratedTime.UTC().Format("20060102-150405")+".csv")
	w := csv.NewWriter(v.Response())
	for _, row := range rows {
		w.Write(safeCells(row...))
	}
	w.Flush()
	return w.Error()
}
