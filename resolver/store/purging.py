"""The writing side of a purge, within the writer's transaction: takes out all that is stored of records but two things.

What stays of a record are the numbers of its memberships, by which the feed replays to the present identities, and a
digest in the place of its name. The audit log is not touched: it has names of records, and nothing else of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import duckdb
import pyarrow as pa

from resolver.store.arrow import arrow_table
from resolver.store.decision_rows import decision_from_text, decision_to_text
from resolver.store.redaction import redacted

REDACTED: Final = pa.schema([("sequence", pa.int64()), ("audience", pa.int32()), ("body", pa.string())])
REDACT: Final = {
    "redact": "UPDATE decisions SET body = redacted.body FROM redacted WHERE decisions.sequence = redacted.sequence",
    "redact_told": """UPDATE told_decisions SET body = redacted.body FROM redacted
WHERE told_decisions.sequence = redacted.sequence AND told_decisions.audience = redacted.audience""",
}
_DELETIONS: Final = (
    "DELETE FROM record_versions WHERE number IN (SELECT unnest($1))",
    "DELETE FROM verdicts WHERE left_number IN (SELECT unnest($1)) OR right_number IN (SELECT unnest($1))",
    "DELETE FROM review_tasks WHERE left_number IN (SELECT unnest($1)) OR right_number IN (SELECT unnest($1))",
    "DELETE FROM told_tasks WHERE left_number IN (SELECT unnest($1)) OR right_number IN (SELECT unnest($1))",
    "DELETE FROM retention WHERE record_number IN (SELECT unnest($1))",
    "DELETE FROM retention_extensions WHERE record_number IN (SELECT unnest($1))",
    "DELETE FROM plan_records WHERE record_number IN (SELECT unnest($1))",
    "DELETE FROM plan_work WHERE record_number IN (SELECT unnest($1))",
    "DELETE FROM records WHERE number IN (SELECT unnest($1))",
)
_STAGED: Final = "DELETE FROM staged_records WHERE name IN (SELECT unnest($1))"
_NAMING: Final = {
    "redact": "SELECT sequence, commit_time, body, audience FROM decisions WHERE regexp_matches(body, ?)",
    "redact_told": "SELECT sequence, commit_time, body, audience FROM told_decisions WHERE regexp_matches(body, ?)",
}
"""Decisions that may name records, by the statement that writes them anew."""
_PURGED: Final = """
INSERT INTO purges SELECT p.number, p.sequence, p.digest, r.handle
FROM (SELECT unnest($1) AS number, unnest($2) AS sequence, unnest($3) AS digest) p JOIN records r ON r.number = p.number
"""
# A first answer is kept by the places of its decisions in the feed, or as a text that may name records.
_ANSWERS: Final = """
DELETE FROM answers WHERE regexp_matches(body, $2) OR list_has_any(
  CAST(json_extract(body, '$[*]') AS VARCHAR[]),
  (SELECT coalesce(list(CAST(sequence AS VARCHAR)), []) FROM decisions WHERE record_number IN (SELECT unnest($1)))
)
RETURNING request_key
"""
_TEXTS: Final = {
    "SELECT number, reason, withdrawal_reason FROM verdicts WHERE regexp_matches(reason || withdrawal_reason, ?)": (
        "UPDATE verdicts SET reason = $2, withdrawal_reason = $3 WHERE number = $1"
    ),
    "SELECT rowid, body FROM plan_changes WHERE regexp_matches(body, ?)": (
        "UPDATE plan_changes SET body = $2 WHERE rowid = $1"
    ),
    "SELECT rowid, reason FROM retention_extensions WHERE regexp_matches(reason, ?)": (
        "UPDATE retention_extensions SET reason = $2 WHERE rowid = $1"
    ),
}
"""Texts that may name records, what people wrote among them, and how each is written anew."""
_NAME_GOES_ON: Final = r"(?![A-Za-z0-9_~-]|\.[A-Za-z0-9_~-])"


@dataclass(frozen=True, slots=True)
class Purged:
    """A record that is to go: its number and name, the digest that stands for it, and the decision that tells of it."""

    number: int
    name: str
    digest: str
    sequence: int


class PurgeRows:
    """Statements of the one writer on its own connection; `redact` runs one of `REDACT` over rows of `REDACTED`."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, redact: Callable[[str, pa.Table], object]) -> None:
        self._connection = connection
        self._redact = redact

    def purge(self, records: Sequence[Purged]) -> list[str]:
        """Takes records out whose content is out already; gives the keys of requests whose answers went with them."""
        numbers = [each.number for each in records]
        digests = {each.name: each.digest for each in records}
        sequences = [each.sequence for each in records]
        self._connection.execute(_PURGED, [numbers, sequences, [digests[each.name] for each in records]])
        self._redact_decisions(digests)
        keys = self._connection.execute(_ANSWERS, [numbers, _any_of(digests)]).fetchall()
        for deletion in _DELETIONS:
            self._connection.execute(deletion, [numbers])
        self._connection.execute(_STAGED, [list(digests)])
        self._redact_texts(digests)
        return [key for (key,) in keys]

    def _redact_decisions(self, digests: Mapping[str, str]) -> None:
        for statement, query in _NAMING.items():
            rows = self._connection.execute(query, [f'"(?:{_any_of(digests)})"']).fetchall()
            told = [
                (sequence, audience, decision_to_text(redacted(decision_from_text(sequence, time, body), digests)))
                for sequence, time, body, audience in rows
            ]
            self._redact(statement, arrow_table(REDACTED, told))

    def _redact_texts(self, digests: Mapping[str, str]) -> None:
        named = re.compile(f"(?:{_any_of(digests)}){_NAME_GOES_ON}")
        for query, update in _TEXTS.items():
            for place, *texts in self._connection.execute(query, [_any_of(digests)]).fetchall():
                without = [named.sub(lambda found: digests[found[0]], text) for text in texts]
                self._connection.execute(update, [place, *without])


def _any_of(names: Collection[str]) -> str:
    """A pattern for any of the names, longer ones first."""
    return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
