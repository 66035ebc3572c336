-- Everything that is durable. Tables whose rows are replaced have no keys: the one writer keeps them unique, and
-- DuckDB's indexes refuse a row that is deleted and inserted again in one transaction.

CREATE TABLE settings (name VARCHAR PRIMARY KEY, value VARCHAR NOT NULL);

-- One row for each record ever accepted; `number` is the order of first acceptance and names its identity.
CREATE TABLE records (
  number BIGINT PRIMARY KEY,
  name VARCHAR NOT NULL UNIQUE,
  source VARCHAR NOT NULL,
  version INTEGER NOT NULL,
  withdrawn BOOLEAN NOT NULL,
  create_time TIMESTAMP NOT NULL,
  update_time TIMESTAMP NOT NULL,
  digest BLOB NOT NULL,
  country VARCHAR NOT NULL,
  authority VARCHAR NOT NULL,
  minor BOOLEAN NOT NULL,
  confirmed BOOLEAN NOT NULL,
  status TINYINT NOT NULL
);

-- Every version as sent; the payload is empty for a withdrawal.
CREATE TABLE record_versions (
  number BIGINT NOT NULL,
  version INTEGER NOT NULL,
  withdrawn BOOLEAN NOT NULL,
  accept_time TIMESTAMP NOT NULL,
  payload BLOB NOT NULL
);

-- The current comparable columns, rebuildable from the payloads and the standardiser's version.
CREATE TABLE comparable (
  record_number BIGINT NOT NULL,
  name_forms VARCHAR[],
  name_skeletons VARCHAR[],
  name_tokens VARCHAR[][],
  name_parts VARCHAR[],
  part_bits MAP(VARCHAR, FLOAT),
  name_key VARCHAR,
  name_written VARCHAR[],
  name_joined VARCHAR[],
  cut_parts VARCHAR[],
  low_aliases VARCHAR[],
  kunyas VARCHAR[],
  kunya VARCHAR,
  fathers VARCHAR[],
  mothers VARCHAR[],
  birth_days VARCHAR[],
  birth_swaps VARCHAR[],
  birth_conversions VARCHAR[],
  birth_years SMALLINT[],
  birth_from DATE,
  birth_to DATE,
  birth_localities VARCHAR[],
  birth_locality VARCHAR,
  birth_countries VARCHAR[],
  nationalities VARCHAR[],
  nationality_codes VARCHAR[],
  nationality VARCHAR,
  sex VARCHAR,
  document_keys VARCHAR[],
  document_numbers VARCHAR[],
  document_kinds VARCHAR[],
  document_unsafe VARCHAR[],
  biometric_references VARCHAR[],
  biometric_same VARCHAR[],
  biometric_probable VARCHAR[],
  biometric_candidates VARCHAR[],
  biometric_excluded VARCHAR[],
  contacts VARCHAR[],
  contact VARCHAR,
  tf_kunya DOUBLE,
  tf_birth_locality DOUBLE,
  tf_contact DOUBLE
);

-- What the rules of the partition read of each present record.
CREATE TABLE facts (
  record_number BIGINT NOT NULL,
  minor BOOLEAN NOT NULL,
  sexes VARCHAR[] NOT NULL,
  fathers VARCHAR[] NOT NULL,
  birth_days VARCHAR[] NOT NULL,
  documents STRUCT(kind VARCHAR, number VARCHAR, first_day DATE, last_day DATE)[] NOT NULL,
  biometric_references VARCHAR[] NOT NULL,
  biometric_excluded VARCHAR[] NOT NULL
);

CREATE TABLE blocking_keys (key UBIGINT NOT NULL, record_number BIGINT NOT NULL, family VARCHAR NOT NULL);

-- Every scored pair at or above the review threshold or named by the link table, in both directions. `identifying`: names,
-- a document or biometrics agree. `cell`: the number of its cell in the link table.
CREATE TABLE pairs (
  record_number BIGINT NOT NULL,
  other_number BIGINT NOT NULL,
  match_weight DOUBLE NOT NULL,
  identifying BOOLEAN NOT NULL,
  cell TINYINT NOT NULL
);

-- Which record was in which identity from one decision until another; `until_decision` is NULL for now.
CREATE TABLE memberships (
  record_number BIGINT NOT NULL,
  identity_number BIGINT NOT NULL,
  from_decision BIGINT NOT NULL,
  until_decision BIGINT
);

-- The feed. Append-only.
CREATE TABLE decisions (
  sequence BIGINT NOT NULL,
  record_number BIGINT NOT NULL,
  commit_time TIMESTAMP NOT NULL,
  body VARCHAR NOT NULL
);
CREATE TABLE decision_identities (identity_number BIGINT NOT NULL, sequence BIGINT NOT NULL);

-- `number` tells tasks apart, those raised anew included. `priority` is in points at the beginning of the year 2000: a day of waiting is one point for every task alike.
CREATE TABLE review_tasks (
  identity_low BIGINT NOT NULL,
  identity_high BIGINT NOT NULL,
  reason INTEGER NOT NULL,
  left_number BIGINT NOT NULL,
  right_number BIGINT NOT NULL,
  match_weight DOUBLE NOT NULL,
  raised_by BIGINT NOT NULL,
  closed_by BIGINT,
  raise_time TIMESTAMP NOT NULL,
  priority DOUBLE NOT NULL,
  number BIGINT NOT NULL,
  claimed_by VARCHAR,
  claim_until TIMESTAMP
);

-- What people said of pairs of records, the smaller number first; `number` names the verdict. A row is replaced when its
-- state changes.
CREATE TABLE verdicts (
  number BIGINT NOT NULL,
  left_number BIGINT NOT NULL,
  right_number BIGINT NOT NULL,
  kind TINYINT NOT NULL,
  basis TINYINT NOT NULL,
  justification TINYINT NOT NULL,
  reason VARCHAR NOT NULL,
  examiner VARCHAR NOT NULL,
  state TINYINT NOT NULL,
  create_time TIMESTAMP NOT NULL,
  update_time TIMESTAMP NOT NULL,
  confirmed_by VARCHAR NOT NULL,
  withdrawn_by VARCHAR NOT NULL,
  withdrawal_reason VARCHAR NOT NULL,
  second_person TINYINT[] NOT NULL,
  revision INTEGER NOT NULL
);

-- First answers of requests that may be repeated.
CREATE TABLE answers (request_key VARCHAR NOT NULL, digest BLOB NOT NULL, body VARCHAR NOT NULL, answer_time TIMESTAMP NOT NULL);
