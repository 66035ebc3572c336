-- Names compare by how their parts sound, too. The column held what nothing read; `resolver reresolve` fills it anew
-- with all that is rebuilt from the payloads, before a store of an earlier standardiser is served.
ALTER TABLE comparable RENAME COLUMN name_skeletons TO part_sounds;
