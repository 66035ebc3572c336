-- Names compare by how their parts sound, too. The column held what nothing read. A store that an earlier standardiser
-- filled is served when a plan of re-resolution has rebuilt it, with all that is rebuilt from the payloads.
ALTER TABLE comparable RENAME COLUMN name_skeletons TO part_sounds;
ALTER TABLE comparable ALTER COLUMN part_sounds SET DATA TYPE MAP(VARCHAR, VARCHAR) USING NULL;
