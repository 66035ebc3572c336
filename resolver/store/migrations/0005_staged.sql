-- Sources of records that are staged: what they would change is planned before any of it counts. A row stays when its
-- records are gone, so that no number is given twice. `staged_by` is the caller that stages, empty where there are no
-- callers; `whole`: all of its records are there.
CREATE TABLE staged_sources (
  number BIGINT NOT NULL,
  create_time TIMESTAMP NOT NULL,
  staged_by VARCHAR NOT NULL,
  whole BOOLEAN NOT NULL
);

-- Their records in the order in which they were sent, until a plan brings them in: then `payload` is NULL, and
-- `record_number` and `version` say what became of it. A row goes after `last_day`, at the latest. `guard` is what it will
-- stand behind; 0 for none.
CREATE TABLE staged_records (
  source BIGINT NOT NULL,
  place BIGINT NOT NULL,
  name VARCHAR NOT NULL,
  payload BLOB,
  last_day DATE NOT NULL,
  guard INTEGER NOT NULL,
  record_number BIGINT,
  version INTEGER
);
