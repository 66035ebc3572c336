package ftf

import (
	"context"
	"database/sql"
	"errors"
)

// SQLiteCursors keeps cursors in a table of a SQLite database, in the transaction of what the handler writes to it. Any
// SQLite driver of database/sql will do.
type SQLiteCursors struct {
	database *sql.DB
	name     string
}

var _ CursorStore[*sql.Tx] = (*SQLiteCursors)(nil)

// NewSQLiteCursors makes the table ftf_cursors when it is absent. The name tells apart the feeds that one database
// follows.
func NewSQLiteCursors(ctx context.Context, database *sql.DB, name string) (*SQLiteCursors, error) {
	const table = "CREATE TABLE IF NOT EXISTS ftf_cursors (name TEXT PRIMARY KEY, cursor TEXT NOT NULL)"
	if _, err := database.ExecContext(ctx, table); err != nil {
		return nil, err
	}
	return &SQLiteCursors{database, name}, nil
}

// Load has the cursor that was kept last; empty at the beginning.
func (s *SQLiteCursors) Load(ctx context.Context) (string, error) {
	var cursor string
	err := s.database.QueryRowContext(ctx, "SELECT cursor FROM ftf_cursors WHERE name = ?", s.name).Scan(&cursor)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return cursor, err
}

// Keep is one transaction; the handling must neither commit nor roll back, and must not use the database beside it.
func (s *SQLiteCursors) Keep(ctx context.Context, cursor string, handling func(transaction *sql.Tx) error) error {
	transaction, err := s.database.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := s.keep(ctx, transaction, cursor, handling); err != nil {
		return errors.Join(err, transaction.Rollback())
	}
	return transaction.Commit()
}

func (s *SQLiteCursors) keep(
	ctx context.Context, transaction *sql.Tx, cursor string, handling func(transaction *sql.Tx) error,
) error {
	if err := handling(transaction); err != nil {
		return err
	}
	_, err := transaction.ExecContext(
		ctx,
		"INSERT INTO ftf_cursors VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET cursor = excluded.cursor",
		s.name, cursor,
	)
	return err
}
