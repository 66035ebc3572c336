-- What the owner of a record states for people to go by, as its newest version that states anything says: classification,
-- handling codes and grading, as JSON. Empty where it states none of them; NULL for those of an earlier version, in whose
-- payloads nobody has looked yet; nobody is shown anything before that is done. Of what is staged, what it will state.
ALTER TABLE records ADD COLUMN marking VARCHAR;
ALTER TABLE staged_records ADD COLUMN marking VARCHAR;
