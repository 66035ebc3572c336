// Registers a record, follows the feed into a table of a local SQLite database, and prints what changed.
//
//	followintosqlite HOST:PORT DATABASE [AUTHORITY.pem CERTIFICATE.pem KEY.pem]
//
// Run it again: it goes on after the last decision that the database has. Without certificates it speaks plain text, to
// this machine only.
package main

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log"
	"os"

	_ "modernc.org/sqlite"

	"github.com/ftf-resolution/clients/go/ftf"
	resolutionv1 "github.com/ftf-resolution/clients/go/ftf/resolution/v1"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 3 && len(os.Args) != 6 {
		log.Fatal("followintosqlite HOST:PORT DATABASE [AUTHORITY.pem CERTIFICATE.pem KEY.pem]")
	}
	options := ftf.Options{Purpose: "identify", CaseReference: "example"}
	if len(os.Args) == 6 {
		options.TLS = &ftf.TLS{Authority: os.Args[3], Certificate: os.Args[4], Key: os.Args[5]}
	}
	if err := run(context.Background(), os.Args[1], os.Args[2], options); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, address, path string, options ftf.Options) error {
	client, err := ftf.Connect(address, options)
	if err != nil {
		return err
	}
	defer client.Close()

	receipt, err := client.Resolution.ResolveRecord(ctx, &resolutionv1.ResolveRecordRequest{Record: example()})
	var failed *ftf.Error
	if errors.Is(err, ftf.InvalidInput) && errors.As(err, &failed) {
		for _, wrong := range failed.Violations {
			log.Printf("%s: %s", wrong.Field, wrong.Description)
		}
	}
	if err != nil {
		return err
	}
	fmt.Println("stored as", receipt.GetIdentity())

	database, err := sql.Open("sqlite", path)
	if err != nil {
		return err
	}
	defer database.Close()
	const table = "CREATE TABLE IF NOT EXISTS identity_of (record TEXT PRIMARY KEY, identity TEXT NOT NULL)"
	if _, err := database.ExecContext(ctx, table); err != nil {
		return err
	}
	cursors, err := ftf.NewSQLiteCursors(ctx, database, "example")
	if err != nil {
		return err
	}
	return ftf.Follow(ctx, client, cursors, &resolutionv1.WatchDecisionsRequest{StopAtEnd: true}, keep)
}

func example() *resolutionv1.Record {
	return &resolutionv1.Record{
		Name:  "sources/example/records/1",
		Owner: &resolutionv1.Owner{Country: "FRA"},
		Identities: []*resolutionv1.ClaimedIdentity{{
			Names:         []*resolutionv1.PersonName{{FullName: "Zelimkhan Khasanov"}},
			Nationalities: []string{"RUS"},
		}},
	}
}

// keep runs in the transaction that also keeps the cursor: a decision is in the table exactly once, or comes again.
func keep(ctx context.Context, transaction *sql.Tx, decision *resolutionv1.Decision) error {
	for _, change := range decision.GetChanges() {
		for _, record := range change.GetRecords() {
			fmt.Printf("%s: %s -> %s\n", record, cmp.Or(change.GetBefore(), "new"), cmp.Or(change.GetAfter(), "withdrawn"))
			if _, err := transaction.ExecContext(ctx, "DELETE FROM identity_of WHERE record = ?", record); err != nil {
				return err
			}
			if change.GetAfter() == "" {
				continue
			}
			_, err := transaction.ExecContext(ctx, "INSERT INTO identity_of VALUES (?, ?)", record, change.GetAfter())
			if err != nil {
				return err
			}
		}
	}
	return nil
}
