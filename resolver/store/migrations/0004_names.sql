-- Identities are named after the names of their oldest records. `handle` is what such a name writes; it is NULL for records
-- of before, up to the number in the setting, which are named by their numbers.
ALTER TABLE records ADD COLUMN handle BIGINT;
INSERT INTO settings SELECT 'numbered', coalesce(max(number), 0) FROM records;
