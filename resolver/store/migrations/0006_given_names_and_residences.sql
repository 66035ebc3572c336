-- Rows of an earlier standardiser state none of these; the plan that brings them up writes them anew.
ALTER TABLE comparable ADD COLUMN given_names VARCHAR[];
ALTER TABLE comparable ADD COLUMN birth_defaults VARCHAR[];
ALTER TABLE comparable ADD COLUMN addresses VARCHAR[][];
ALTER TABLE comparable ADD COLUMN residence_localities VARCHAR[];
ALTER TABLE comparable ADD COLUMN residence_countries VARCHAR[];
