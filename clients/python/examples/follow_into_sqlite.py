"""Registers a record, follows the feed into a table of a local SQLite database, and prints what changed.

    python follow_into_sqlite.py HOST:PORT DATABASE [AUTHORITY.pem CERTIFICATE.pem KEY.pem]

Run it again: it goes on after the last decision that the database has. Without certificates it speaks plain text, to
this machine only.
"""

import sqlite3
import sys
from pathlib import Path

from ftf.resolution.v1.decision_pb2 import Decision
from ftf.resolution.v1.record_pb2 import ClaimedIdentity, Owner, PersonName, Record
from ftf.resolution.v1.resolution_service_pb2 import ResolveRecordRequest
from ftf_client import FeedFollower, InvalidInput, SqliteCursors, Tls, connect

address, database, *files = sys.argv[1:]
tls = Tls(*map(Path, files)) if files else None

table = sqlite3.connect(database)
table.execute("CREATE TABLE IF NOT EXISTS identity_of (record TEXT PRIMARY KEY, identity TEXT NOT NULL)")


def keep(decision: Decision) -> None:
    """Runs in the transaction that also keeps the cursor: a decision is in the table exactly once, or comes again."""
    for change in decision.changes:
        for record in change.records:
            print(f"{record}: {change.before or 'new'} -> {change.after or 'withdrawn'}")
            table.execute("DELETE FROM identity_of WHERE record = ?", (record,))
            if change.after:
                table.execute("INSERT INTO identity_of VALUES (?, ?)", (record, change.after))


record = Record(
    name="sources/example/records/1",
    owner=Owner(country="FRA"),
    identities=[ClaimedIdentity(names=[PersonName(full_name="Zelimkhan Khasanov")], nationalities=["RUS"])],
)
with connect(address, purpose="identify", case_reference="example", tls=tls) as client:
    try:
        receipt = client.resolution.ResolveRecord(ResolveRecordRequest(record=record))
    except InvalidInput as error:
        sys.exit("\n".join(f"{wrong.field}: {wrong.description}" for wrong in error.violations))
    print("stored as", receipt.identity)
    FeedFollower(client, SqliteCursors(table)).follow(keep, stop_at_end=True)
