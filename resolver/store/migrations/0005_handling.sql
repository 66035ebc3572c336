-- What stands before records that not everybody may see: whose they are, and whom that owner lets see them, as JSON. Rows are
-- never changed and never removed, so a number tells for ever who was let. Number 0 has no row: nothing stands there.
CREATE TABLE guards (number INTEGER PRIMARY KEY, body VARCHAR NOT NULL);

-- The guard of each record now, and of each of its versions; a withdrawal stands behind the guard of what it withdraws. NULL
-- for those of an earlier version, in whose payloads nobody has looked yet; nobody is shown anything before that is done.
ALTER TABLE records ADD COLUMN guard INTEGER;
ALTER TABLE record_versions ADD COLUMN guard INTEGER;
