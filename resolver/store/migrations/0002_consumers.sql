-- What filters of the feed read of each decision: its kind, whether copies outside have to undo something, and whose
-- records it concerns: the decided one, and all in the identities that it touches, before it or after.
CREATE TABLE feed_marks (
  sequence BIGINT NOT NULL,
  kind TINYINT NOT NULL,
  must_undo BOOLEAN NOT NULL,
  countries VARCHAR[] NOT NULL,
  sources VARCHAR[] NOT NULL
);

-- Who follows the feed under a name; `start` and `acknowledged` are places in it, with the times at which the decisions
-- before them were committed. A row is replaced when it changes.
CREATE TABLE consumers (
  number BIGINT NOT NULL,
  name VARCHAR NOT NULL,
  holder VARCHAR NOT NULL,
  countries VARCHAR[] NOT NULL,
  sources VARCHAR[] NOT NULL,
  create_time TIMESTAMP NOT NULL,
  start BIGINT NOT NULL,
  start_commit_time TIMESTAMP,
  acknowledged BIGINT NOT NULL,
  acknowledged_commit_time TIMESTAMP,
  acknowledge_time TIMESTAMP
);

-- When a consumer acknowledged up to a place; only where that took in a decision that it must carry out.
CREATE TABLE acknowledgements (
  consumer_number BIGINT NOT NULL,
  acknowledged BIGINT NOT NULL,
  acknowledge_time TIMESTAMP NOT NULL
);

-- The decisions of before. What copies have to undo is found as `required_actions` of resolver/domain/decision.py does:
-- records came apart, the decided record was withdrawn, or it was corrected.
INSERT INTO feed_marks
WITH told AS (
  SELECT d.sequence, d.body->>'$.kind' AS kind, CAST(d.body->>'$.record_version' AS INTEGER) AS version,
    coalesce(json_array_length(d.body, '$.verdicts'), 0) > 0 AS judged,
    [change FOR change IN json_extract(d.body, '$.changes[*]')
      IF json_contains(change->'$[2]', to_json(d.body->>'$.record'))] AS here
  FROM decisions d
),
undone AS (
  SELECT *,
    coalesce(list_bool_or([json_type(change, '$[1]') = 'NULL' FOR change IN here]), false) AS withdrawn,
    coalesce(list_bool_or([json_type(change, '$[0]') = 'NULL' FOR change IN here]), false) AS entered
  FROM told
),
concerned AS (
  SELECT i.sequence, m.record_number FROM decision_identities i
  JOIN memberships m ON m.identity_number = i.identity_number
    AND m.from_decision <= i.sequence AND coalesce(m.until_decision >= i.sequence, true)
  UNION ALL SELECT sequence, record_number FROM decisions
),
owned AS (
  SELECT c.sequence, list(DISTINCT r.country) AS countries, list(DISTINCT r.source) AS sources
  FROM concerned c JOIN records r ON r.number = c.record_number GROUP BY c.sequence
)
SELECT u.sequence,
  list_position(['CREATED', 'ATTACHED', 'MERGED', 'SPLIT', 'REGROUPED', 'UNCHANGED', 'WITHDRAWN'], u.kind),
  u.kind IN ('SPLIT', 'REGROUPED') OR u.withdrawn OR (u.version > 1 AND NOT u.judged AND NOT u.entered),
  o.countries, o.sources
FROM undone u JOIN owned o ON o.sequence = u.sequence;
