package gatehouse

import (
	"context"
	"time"

	"gatehouse/internal/api"
	"gatehouse/internal/backup"
)

// Backups is *backup.Service.
type Backups interface {
	Start() (backup.Entry, error)
	List() ([]backup.Entry, error)
}

// StartBackupInput asks for a backup into the data folder of the node that answers.
type StartBackupInput struct{}

// StartBackupOutput is the backup that was begun.
type StartBackupOutput struct{ Backup *Backup }

// ListBackupsInput asks for the backups in the data folder of the node that answers.
type ListBackupsInput struct{}

// ListBackupsOutput is them, newest first.
type ListBackupsOutput struct{ Backups []Backup }

// Backup is one file.
type Backup struct {
	Name, Path *string
	Status     *string // Running, Completed, Failed
	Reason     *string // why it failed: NotWritten
	Size       *int64
	Date       *time.Time
}

func (s *Service) registerBackups(r *api.Registry) {
	api.Add(r, name, api.Op[StartBackupInput, StartBackupOutput]{Access: api.Signed(), Effect: api.Change, Run: s.startBackup})
	api.Add(r, name, api.Op[ListBackupsInput, ListBackupsOutput]{Access: api.Signed(), Effect: api.Read, Run: s.listBackups})
}

func (s *Service) startBackup(ctx context.Context, _ *StartBackupInput) (*StartBackupOutput, error) {
	if err := s.operator(ctx); err != nil {
		return nil, err
	}
	e, err := s.Backups.Start()
	if err != nil {
		return nil, err
	}
	b := backupView(e)
	return &StartBackupOutput{Backup: &b}, nil
}

func (s *Service) listBackups(ctx context.Context, _ *ListBackupsInput) (*ListBackupsOutput, error) {
	if err := s.operator(ctx); err != nil {
		return nil, err
	}
	all, err := s.Backups.List()
	if err != nil {
		return nil, err
	}
	out := &ListBackupsOutput{Backups: []Backup{}}
	for _, e := range all {
		out.Backups = append(out.Backups, backupView(e))
	}
	return out, nil
}

func backupView(e backup.Entry) Backup {
	return Backup{Name: &e.Name, Path: &e.Path, Status: &e.Status, Reason: some(e.Reason), Size: &e.Size, Date: &e.Started}
}
