// Package examples tests what is in its folders, and the store of cursors that they use.
package examples

import (
	"database/sql"
	"errors"
	"path/filepath"
	"testing"

	_ "modernc.org/sqlite"

	"github.com/ftf-resolution/clients/go/ftf"
)

func opened(t *testing.T) *sql.DB {
	t.Helper()
	database, err := sql.Open("sqlite", filepath.Join(t.TempDir(), "store.sqlite"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = database.Close() })
	if _, err := database.Exec("CREATE TABLE told (word TEXT)"); err != nil {
		t.Fatal(err)
	}
	return database
}

func cursors(t *testing.T, database *sql.DB, name string) *ftf.SQLiteCursors {
	t.Helper()
	found, err := ftf.NewSQLiteCursors(t.Context(), database, name)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func loaded(t *testing.T, store *ftf.SQLiteCursors) string {
	t.Helper()
	cursor, err := store.Load(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return cursor
}

func TestWhatAHandlerWroteAndTheCursorAreKeptTogetherOrNotAtAll(t *testing.T) {
	database := opened(t)
	broken := errors.New("made up")
	for _, step := range []struct {
		cursor, kept string
		fails        error
		words        int
	}{{"one", "one", nil, 1}, {"two", "one", broken, 1}, {"two", "two", nil, 2}} {
		store := cursors(t, database, "feed")
		err := store.Keep(t.Context(), step.cursor, func(transaction *sql.Tx) error {
			if _, err := transaction.Exec("INSERT INTO told VALUES (?)", step.cursor); err != nil {
				t.Fatal(err)
			}
			return step.fails
		})
		if !errors.Is(err, step.fails) {
			t.Fatalf("keeping %s ended with %v", step.cursor, err)
		}
		var words int
		if err := database.QueryRow("SELECT count(*) FROM told").Scan(&words); err != nil {
			t.Fatal(err)
		}
		if cursor := loaded(t, store); cursor != step.kept || words != step.words {
			t.Errorf("after %+v: cursor %q, %d words", step, cursor, words)
		}
	}
}

func TestTwoFeedsOfOneDatabaseAreToldApart(t *testing.T) {
	database := opened(t)
	one, two := cursors(t, database, "one"), cursors(t, database, "two")
	if err := one.Keep(t.Context(), "far", func(*sql.Tx) error { return nil }); err != nil {
		t.Fatal(err)
	}
	if loaded(t, one) != "far" || loaded(t, two) != "" {
		t.Errorf("cursors %q and %q", loaded(t, one), loaded(t, two))
	}
}
