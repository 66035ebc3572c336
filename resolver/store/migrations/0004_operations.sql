-- Long-running operations. `request` is the message that asked for one; `result` is a serialised google.protobuf.Any, and
-- `reason` and `message` say why there is none. `progress` is JSON. Who asked is empty for plain text, which has no callers.
-- A row is replaced when it changes.
CREATE TABLE operations (
  number BIGINT NOT NULL,
  name VARCHAR NOT NULL,
  kind VARCHAR NOT NULL,
  about VARCHAR NOT NULL,
  request BLOB NOT NULL,
  country VARCHAR NOT NULL,
  authority VARCHAR NOT NULL,
  system VARCHAR NOT NULL,
  create_time TIMESTAMP NOT NULL,
  update_time TIMESTAMP NOT NULL,
  state TINYINT NOT NULL,
  start_time TIMESTAMP,
  end_time TIMESTAMP,
  cancel_asked BOOLEAN NOT NULL,
  progress VARCHAR NOT NULL,
  result BLOB NOT NULL,
  reason VARCHAR NOT NULL,
  message VARCHAR NOT NULL
);

-- Who agrees that a model may be used, and what was found when it was tried out. `digest` is the SHA-256 of the model's
-- content, so that nothing said of one model is ever said of another that bears its name.
CREATE TABLE model_approvals (
  model VARCHAR NOT NULL,
  digest BLOB NOT NULL,
  examiner VARCHAR NOT NULL,
  caller VARCHAR NOT NULL,
  reason VARCHAR NOT NULL,
  approve_time TIMESTAMP NOT NULL
);
CREATE TABLE model_evaluations (
  model VARCHAR NOT NULL,
  digest BLOB NOT NULL,
  operation VARCHAR NOT NULL,
  evaluate_time TIMESTAMP NOT NULL,
  body VARCHAR NOT NULL
);
