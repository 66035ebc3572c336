-- What can be compared of records that came in a few at a time, what the rules read of them and their blocking keys, each
-- with its family in the same place: as JSON, until they are moved into the tables of content. No record has both. The texts have the columns' names: a script that
-- changes columns of these tables moves what waits first.
CREATE TABLE recent_content (
  record_number BIGINT NOT NULL,
  comparable VARCHAR NOT NULL,
  facts VARCHAR NOT NULL,
  keys VARCHAR NOT NULL,
  families VARCHAR NOT NULL
);
