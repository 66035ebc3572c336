-- Who did what, and why. Append-only, but for the oldest entries, which retention removes. `body` is the entry as it was
-- hashed, `hash` the SHA-256 of the hash of the entry before and of `body`; the other columns repeat what filters read.
CREATE TABLE audit_entries (
  number BIGINT NOT NULL,
  entry_time TIMESTAMP NOT NULL,
  caller VARCHAR NOT NULL,
  method VARCHAR NOT NULL,
  body VARCHAR NOT NULL,
  hash BLOB NOT NULL
);
