-- Models that are not shipped with the service, as they were trained; the name ends with the hash of both texts.
CREATE TABLE models (name VARCHAR NOT NULL, parameters VARCHAR NOT NULL, frequencies VARCHAR NOT NULL);

-- Plans of re-resolution. `body` is the plan as JSON; the policies are kept whole, for a store to be served with. A row is
-- replaced when its plan changes.
CREATE TABLE plans (
  number BIGINT NOT NULL,
  state TINYINT NOT NULL,
  body VARCHAR NOT NULL,
  policy VARCHAR NOT NULL,
  former_policy VARCHAR NOT NULL
);

-- What a plan would change, in the order of `place`, and the records of those changes.
CREATE TABLE plan_changes (plan BIGINT NOT NULL, place BIGINT NOT NULL, kind TINYINT NOT NULL, body VARCHAR NOT NULL);
CREATE TABLE plan_records (plan BIGINT NOT NULL, record_number BIGINT NOT NULL);

-- What a plan that took over has still to look at: records whose identities are found anew, and those of them that have to
-- be compared anew before. Empty at other times.
CREATE TABLE plan_work (place BIGINT NOT NULL, record_number BIGINT NOT NULL, compare BOOLEAN NOT NULL);
