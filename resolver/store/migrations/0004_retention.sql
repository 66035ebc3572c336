-- How long each record that was not purged is kept. `record_class`, `stated_review` and `stated_expiry` are as its owner
-- states them; the class is NULL for a record of an earlier version, in whose payload nobody has looked yet. `applied_class`,
-- `review_date` and `expiry_date` are what holds by the policy; NULL until the store is opened with one. `told_date` is the
-- due date of which the owner was told last.
CREATE TABLE retention (
  record_number BIGINT NOT NULL,
  record_class TINYINT,
  stated_review DATE,
  stated_expiry DATE,
  since DATE NOT NULL,
  extended_review DATE,
  extended_expiry DATE,
  applied_class TINYINT,
  review_date DATE,
  expiry_date DATE,
  told_date DATE
);

-- Why records are kept longer; append-only, and purged with the record.
CREATE TABLE retention_extensions (
  record_number BIGINT NOT NULL,
  extend_time TIMESTAMP NOT NULL,
  extended_by VARCHAR NOT NULL,
  reason VARCHAR NOT NULL,
  review_date DATE NOT NULL,
  expiry_date DATE NOT NULL
);

-- What was purged: `digest` stands for the record in the feed, `sequence` is the decision that tells of it. `last_verdict` was
-- the highest number of a verdict then, so that none is given twice.
CREATE TABLE purges (
  record_number BIGINT NOT NULL,
  sequence BIGINT NOT NULL,
  digest VARCHAR NOT NULL,
  last_verdict BIGINT NOT NULL
);

INSERT INTO retention (record_number, since) SELECT number, CAST(create_time AS DATE) FROM records;
