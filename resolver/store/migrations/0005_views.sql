-- Who is told what. An audience is a class of viewers: those whom each guard of `lets` lets see what is behind it and no
-- guard of `keeps_from` does; the numbers are those of `guards`. Number 0 stands for everybody, and has no row here. Rows
-- never change.
CREATE TABLE audiences (number INTEGER NOT NULL, lets INTEGER[] NOT NULL, keeps_from INTEGER[] NOT NULL);

-- A decision and what follows from it are written once for those who see every record around it. `audience` is theirs: 0
-- where no guard stands around, or where everybody is told the same.
ALTER TABLE decisions ADD COLUMN audience INTEGER DEFAULT 0;
ALTER TABLE decision_identities ADD COLUMN audience INTEGER DEFAULT 0;
ALTER TABLE feed_marks ADD COLUMN audience INTEGER DEFAULT 0;

-- `from_audience` is told that the record entered the identity, `until_audience` that it left; the latter is 0 while
-- `until_decision` is NULL.
ALTER TABLE memberships ADD COLUMN from_audience INTEGER DEFAULT 0;
ALTER TABLE memberships ADD COLUMN until_audience INTEGER DEFAULT 0;

-- The same of tasks. `closed_audience` is 0 while `closed_by` is NULL.
ALTER TABLE review_tasks ADD COLUMN raised_audience INTEGER DEFAULT 0;
ALTER TABLE review_tasks ADD COLUMN closed_audience INTEGER DEFAULT 0;

-- What the other audiences are told in the place of a decision. Those of one sequence have no viewer in common, and none
-- with that of the decision, so that a viewer is told one of them or none. One that has no row here, nor shares a viewer
-- with the decision's, is told nothing. `body` is a decision as in decisions, the last four columns are as in feed_marks.
CREATE TABLE told_decisions (
  sequence BIGINT NOT NULL,
  audience INTEGER NOT NULL,
  record_number BIGINT NOT NULL,
  commit_time TIMESTAMP NOT NULL,
  body VARCHAR NOT NULL,
  kind TINYINT NOT NULL,
  must_undo BOOLEAN NOT NULL,
  countries VARCHAR[] NOT NULL,
  sources VARCHAR[] NOT NULL
);

-- Which identities such a decision touches, as decision_identities.
CREATE TABLE told_identities (identity_number BIGINT NOT NULL, sequence BIGINT NOT NULL, audience INTEGER NOT NULL);

-- Where a record went by such a decision; NULL for out of sight: withdrawn, or hidden from then on. A viewer sees a record
-- where the latest told it to be: of these, of the memberships that begin and of those that end, by their sequences; in one
-- sequence a membership that begins comes after one that ends.
CREATE TABLE told_moves (
  record_number BIGINT NOT NULL,
  identity_number BIGINT,
  sequence BIGINT NOT NULL,
  audience INTEGER NOT NULL
);

-- Tasks that such a decision raises, as in review_tasks, and between which identities it closes one. A task is open for a
-- viewer who was told that it was raised, here or in review_tasks, and not told since, by a decision of a later sequence,
-- here or there, that the one between these identities was closed. `number` is raised_by * 1 000 000 + its place among
-- those that the decision raises, here and there; it tells the tasks of one viewer apart.
CREATE TABLE told_tasks (
  identity_low BIGINT NOT NULL,
  identity_high BIGINT NOT NULL,
  reason INTEGER NOT NULL,
  left_number BIGINT NOT NULL,
  right_number BIGINT NOT NULL,
  match_weight DOUBLE NOT NULL,
  raised_by BIGINT NOT NULL,
  raise_time TIMESTAMP NOT NULL,
  priority DOUBLE NOT NULL,
  number BIGINT NOT NULL,
  claimed_by VARCHAR,
  claim_until TIMESTAMP,
  audience INTEGER NOT NULL
);
CREATE TABLE told_closings (
  identity_low BIGINT NOT NULL,
  identity_high BIGINT NOT NULL,
  sequence BIGINT NOT NULL,
  audience INTEGER NOT NULL
);

-- What was decided before was decided for everybody. Where guards stand, it is told anew when the store is opened, by view;
-- until then this setting is there, and nobody is shown anything.
INSERT INTO settings SELECT 'untold', '1' FROM decisions LIMIT 1;
