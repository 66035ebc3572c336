-- What filters of the feed read of each decision: its kind, and whether copies outside have to undo something.
CREATE TABLE feed_marks (sequence BIGINT NOT NULL, kind TINYINT NOT NULL, must_undo BOOLEAN NOT NULL);

-- Whose records a decision concerns: the decided one, and all in the identities that it touches, before it or after.
CREATE TABLE feed_concerns (sequence BIGINT NOT NULL, country VARCHAR NOT NULL, source VARCHAR NOT NULL);

-- Who follows the feed under a name; `start` and `acknowledged` are places in it. A row is replaced when it changes.
CREATE TABLE consumers (
  number BIGINT NOT NULL,
  name VARCHAR NOT NULL,
  holder VARCHAR NOT NULL,
  countries VARCHAR[] NOT NULL,
  sources VARCHAR[] NOT NULL,
  create_time TIMESTAMP NOT NULL,
  start BIGINT NOT NULL,
  acknowledged BIGINT NOT NULL,
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
    coalesce(
      list_bool_or([
        json_type(change, '$[1]') = 'NULL' FOR change IN json_extract(d.body, '$.changes[*]')
        IF json_contains(change->'$[2]', to_json(d.body->>'$.record'))
      ]), false
    ) AS withdrawn,
    coalesce(
      list_bool_or([
        json_type(change, '$[0]') = 'NULL' FOR change IN json_extract(d.body, '$.changes[*]')
        IF json_contains(change->'$[2]', to_json(d.body->>'$.record'))
      ]), false
    ) AS entered
  FROM decisions d
)
SELECT sequence,
  list_position(['CREATED', 'ATTACHED', 'MERGED', 'SPLIT', 'REGROUPED', 'UNCHANGED', 'WITHDRAWN'], kind),
  kind IN ('SPLIT', 'REGROUPED') OR withdrawn OR (version > 1 AND NOT judged AND NOT entered)
FROM told;

INSERT INTO feed_concerns
SELECT i.sequence, r.country, r.source FROM decision_identities i
JOIN memberships m ON m.identity_number = i.identity_number
  AND m.from_decision <= i.sequence AND coalesce(m.until_decision >= i.sequence, true)
JOIN records r ON r.number = m.record_number
UNION
SELECT d.sequence, r.country, r.source FROM decisions d JOIN records r ON r.number = d.record_number;
