"""The exchange folder: what Spark reads of a holding, and the pairs that it gives back, as Parquet.

    {run}/records/*.parquet   a row a record: its number, what comparisons read, its term frequencies, its blocking keys
    {run}/exchange.json       what `records` is: how many there are, and the content that they were made for
    {run}/pairs/*.parquet     written by Spark: the pairs that count, as `PAIRS`
    {run}/summary/*.parquet   written by Spark, last: one row, as `SUMMARY`

A run has a folder of its own, so that nothing of another one is taken for it. It holds personal data in the clear for
as long as the run lasts; it is its owner's alone where it is made here, and goes with the run.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa

from resolver.domain.errors import ErrorReason, Refused
from resolver.identity.pairs import Pairs
from resolver.identity.partition import Pair
from resolver.jobs.resolving import Weighed
from resolver.linkage.columns import COMPARED_COLUMNS
from resolver.linkage.comparisons import TERM_FREQUENCY_COLUMNS
from resolver.linkage.record_arrays import COMPARED
from resolver.store.configuration import Configuration

PAIRS: Final = pa.schema(
    [
        ("left_number", pa.int64()),
        ("right_number", pa.int64()),
        ("match_weight", pa.float64()),
        ("identifying", pa.bool_()),
        ("cell", pa.int8()),
    ]
)
SUMMARY: Final = pa.schema(
    [("content", pa.string()), ("records", pa.int64()), ("candidates", pa.int64()), ("pairs", pa.int64())]
)
KEYS: Final = "blocking_keys"
_FORMAT: Final = 1
COLUMNS: Final = ("record_number", *(column for column in COMPARED_COLUMNS if column in COMPARED))
"""Columns of `records`: what comparisons read, and nothing else of what is known.

Beside them stand `KEYS` and, under the names of the columns whose rarity counts, how rare each is: see
`linkage.spark_api.predict`.
"""
_RARITIES: Final = ", ".join(f"tf_{column} AS {column}" for column in TERM_FREQUENCY_COLUMNS)
_EXPORT: Final = f"""COPY (
  SELECT {", ".join(COLUMNS)}, {_RARITIES}, k.keys AS {KEYS} FROM comparable
  LEFT JOIN (SELECT record_number, list(key) AS keys FROM blocking_keys GROUP BY record_number) k USING (record_number)
) TO ? (FORMAT parquet, ROW_GROUP_SIZE 20000, FILE_SIZE_BYTES '64MB')"""  # noqa: S608 - constants of the schema
_READ: Final = f"SELECT {', '.join(PAIRS.names)} FROM read_parquet(?) ORDER BY ALL"  # noqa: S608 - constants
_WRONG: Final = """SELECT count(*) FROM read_parquet(?) p
WHERE p.left_number >= p.right_number OR p.match_weight IS NULL OR p.identifying IS NULL OR p.cell IS NULL
  OR p.left_number NOT IN (SELECT record_number FROM comparable)
  OR p.right_number NOT IN (SELECT record_number FROM comparable)"""
_FILES: Final = "*.parquet"


@dataclass(frozen=True, slots=True)
class Exchange:
    """The folder of one run on this machine, with the address that Spark knows it by, which may be elsewhere."""

    folder: Path
    address: str

    @property
    def elsewhere(self) -> bool:
        """Whether Spark reads another folder than this machine writes."""
        return self.address != self.folder.as_uri()


@contextmanager
def exchange_at(place: str) -> Iterator[Exchange]:
    """A new folder for a run within a place: a folder, or the address of one in any Hadoop file system.

    What is on this machine goes with the block.

    Raises:
        Refused: nothing can be written there.
    """
    run = f"run-{secrets.token_hex(8)}"
    scheme, _, rest = place.partition("://")
    local = Path(place) if not rest else Path("/", rest.lstrip("/")) if scheme == "file" else None
    folder = (Path(tempfile.gettempdir()) if local is None else local.absolute()) / run
    try:
        folder.mkdir(parents=True)
        folder.chmod(0o700)
    except OSError as error:
        raise Refused(ErrorReason.EXCHANGE_INVALID, f"{place} cannot be written: {error.strerror}") from None
    try:
        yield Exchange(folder, folder.as_uri() if local is not None else f"{place.rstrip('/')}/{run}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def content_of_exchange(wanted: Configuration) -> str:
    """The SHA-256 of what pairs depend on besides records: the model, which is named by its content, and the policy."""
    policy = wanted.policy
    described = {"format": _FORMAT, "model": wanted.model.name, "review_weight": policy.review_weight, "reads": COLUMNS}
    return hashlib.sha256(json.dumps(described).encode()).hexdigest()


def write_exchange(exchange: Exchange, scratch: duckdb.DuckDBPyConnection, wanted: Configuration) -> int:
    """Writes what Spark reads of the tables `comparable` and `blocking_keys`; returns how many records there are.

    Raises:
        Refused: it cannot be written.
    """
    (records,) = scratch.execute("SELECT count(*) FROM comparable").fetchall()[0]
    try:
        scratch.execute(_EXPORT, [str(exchange.folder / "records")])
        described = {"content": content_of_exchange(wanted), "records": records}
        (exchange.folder / "exchange.json").write_text(json.dumps(described) + "\n", encoding="utf-8")
    except (OSError, duckdb.IOException):
        raise Refused(
            ErrorReason.EXCHANGE_INVALID, f"the exchange folder {exchange.folder} cannot be written, or is full"
        ) from None
    return int(records)


def read_exchange(exchange: Exchange, scratch: duckdb.DuckDBPyConnection, wanted: Configuration) -> Weighed:
    """What Spark gave back, held against what it was given.

    Raises:
        Refused: it is damaged, incomplete, or of another model or other records.
    """
    pairs, summary = (str(exchange.folder / part / _FILES) for part in ("pairs", "summary"))
    try:
        told = scratch.execute("SELECT content, records, candidates, pairs FROM read_parquet(?)", [summary]).fetchall()
        (content, records, candidates, count) = told[0] if len(told) == 1 else ("", -1, -1, -1)
        present = scratch.execute("SELECT count(*) FROM comparable").fetchall()
        if content != content_of_exchange(wanted) or [(records,)] != present:
            raise Refused(
                ErrorReason.EXCHANGE_INVALID,
                f"what is in {exchange.folder} was made for another model, policy or holding",
            )
        rows = scratch.execute(_READ, [pairs]).fetchall() if count else []
        wrong = scratch.execute(_WRONG, [pairs]).fetchall() if count else [(0,)]
    except duckdb.Error:
        raise _damaged(exchange) from None
    if not len(rows) == len({row[:2] for row in rows}) == count or wrong != [(0,)]:
        raise _damaged(exchange)
    return Weighed(int(candidates), Pairs.of(Pair(*row) for row in rows))


def _damaged(exchange: Exchange) -> Refused:
    return Refused(ErrorReason.EXCHANGE_INVALID, f"what Spark left in {exchange.folder} is damaged or incomplete")
