/**
 * Registers a record, follows the feed into a table of a local SQLite database, and prints what changed.
 *
 *     node follow_into_sqlite.js HOST:PORT DATABASE [AUTHORITY.pem CERTIFICATE.pem KEY.pem]
 *
 * Run it again: it goes on after the last decision that the database has. Without certificates it speaks plain text, to
 * this machine only.
 */

import { connect, FeedFollower, InvalidInput, SqliteCursors } from "@ftf-resolution/client";
import type { Decision } from "@ftf-resolution/client/contract";
import sqlite from "node-sqlite3-wasm";

const [address = "", path = "", authority, certificate, key] = process.argv.slice(2);
const tls = authority && certificate && key ? { authority, certificate, key } : undefined;

const table = new sqlite.Database(path);
table.exec("CREATE TABLE IF NOT EXISTS identity_of (record TEXT PRIMARY KEY, identity TEXT NOT NULL)");

/** Runs in the transaction that also keeps the cursor: a decision is in the table exactly once, or comes again. */
function keep(decision: Decision): void {
  for (const { before, after, records } of decision.changes) {
    for (const record of records) {
      console.log(`${record}: ${before || "new"} -> ${after || "withdrawn"}`);
      table.run("DELETE FROM identity_of WHERE record = ?", [record]);
      if (after) table.run("INSERT INTO identity_of VALUES (?, ?)", [record, after]);
    }
  }
}

const record = {
  name: "sources/example/records/1",
  owner: { country: "FRA" },
  identities: [{ names: [{ fullName: "Zelimkhan Khasanov" }], nationalities: ["RUS"] }],
};
const client = connect(address, { purpose: "identify", caseReference: "example", tls });
try {
  const receipt = await client.resolution.resolveRecord({ record });
  console.log("stored as", receipt.identity);
  await new FeedFollower(client, new SqliteCursors(table)).follow(keep, { stopAtEnd: true });
} catch (error) {
  if (!(error instanceof InvalidInput)) throw error;
  for (const wrong of error.violations) console.error(`${wrong.field}: ${wrong.description}`);
  process.exitCode = 1;
} finally {
  client.close();
  table.close();
}
