"""Finding and weighing pairs on Spark: Splink blocks and scores there, by the same definition and parameters.

    tables of the run -> exchange folder -> blocked and scored by Splink on Spark -> exchange folder
    -> the pairs that count, weighed again by the compiled scorer -> pairs

What DuckDB's functions mean and Spark's do not is said in `linkage.spark_sql`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import duckdb

from resolver.domain.errors import ErrorReason, Refused
from resolver.identity.link_table import NAMED
from resolver.jobs.batch import Progress
from resolver.jobs.resolving import TOLERANCE, Weighed, weighed_again
from resolver.jobs.spark_exchange import Exchange, exchange_at, read_exchange, write_exchange
from resolver.jobs.spark_session import check_spark, spark_session
from resolver.linkage.pair_rules import CELL, IDENTIFYING
from resolver.linkage.settings import UNIQUE_ID
from resolver.linkage.spark_sql import in_spark
from resolver.store.configuration import Configuration

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_SCORED: Final = f"""SELECT least({UNIQUE_ID}_l, {UNIQUE_ID}_r) AS left_number,
  greatest({UNIQUE_ID}_l, {UNIQUE_ID}_r) AS right_number, match_weight,
  {in_spark(IDENTIFYING)} AS identifying, {in_spark(CELL)} AS cell FROM {{predicted}}"""  # noqa: S608 - constants


@dataclass(frozen=True, slots=True)
class OnSpark:
    """Weighs pairs on a Spark master, through an exchange folder; see `jobs.resolving.Weighing`.

    `exchange` is a folder that this machine and all of Spark's share, or the address of one in a Hadoop file system.
    `settings` are Spark's; `wait` is how many seconds Spark may take to begin.
    """

    master: str
    exchange: str
    settings: Mapping[str, str]
    wait: float

    def check(self) -> None:
        """Looks whether it can be done at all. Raises Refused."""
        check_spark(self.master)
        with exchange_at(self.exchange):
            pass

    def __call__(self, scratch: duckdb.DuckDBPyConnection, wanted: Configuration, progress: Progress) -> Weighed:
        """The pairs that count. Raises Refused."""
        with exchange_at(self.exchange) as exchange:
            progress("writing what Spark reads")
            write_exchange(exchange, scratch, wanted)
            progress(f"starting Spark on {self.master}")
            session = spark_session(self.master, self.settings, self.wait)
            with session as started, failing_in_words(), _sent(started, exchange):
                progress("blocking and scoring on Spark")
                weigh(started, exchange.address, wanted)
            progress("reading what Spark gave back")
            given = read_exchange(exchange, scratch, wanted)
        return weighed_again(scratch, wanted, given, progress)


def weigh(session: SparkSession, folder: str, wanted: Configuration) -> DataFrame:
    """Reads `records` of an exchange folder, by its address, and writes `pairs` and then `summary` there.

    `pairs` may hold some that miss the review threshold by less than `TOLERANCE`.

    Returns:
        All candidate pairs with their comparison vectors, as Splink gives them.
    """
    from resolver.linkage.spark_api import predict

    session.sparkContext.setCheckpointDir(f"{folder}/work")
    told = session.read.json(f"{folder}/exchange.json").first()
    records = session.read.parquet(f"{folder}/records")
    predicted = predict(session, records, wanted.model)
    scored = session.sql(_SCORED, predicted=predicted)
    least = wanted.policy.review_weight - TOLERANCE
    strong = scored.where(f"match_weight >= {least!r} OR cell IN {tuple(NAMED)}")
    strong.write.parquet(f"{folder}/pairs")
    counts = [records.count(), predicted.count(), session.read.parquet(f"{folder}/pairs").count()]
    summary = session.createDataFrame(
        [(told["content"], *counts)], "content string, records long, candidates long, pairs long"
    )
    summary.coalesce(1).write.parquet(f"{folder}/summary")
    return predicted


@contextmanager
def _sent(session: SparkSession, exchange: Exchange) -> Iterator[None]:
    """What was written here is where Spark reads it, and what Spark wrote is then here."""
    if not exchange.elsewhere:
        yield
        return
    java: Any = session.sparkContext
    path = java._jvm.org.apache.hadoop.fs.Path
    folder, there = str(exchange.folder), path(exchange.address)
    with _writing(exchange):
        files = there.getFileSystem(java._jsc.hadoopConfiguration())
        files.mkdirs(there)
    try:
        with _writing(exchange):
            for part in ("records", "exchange.json"):
                files.copyFromLocalFile(False, True, path(f"file://{folder}/{part}"), path(there, part))
        yield
        for part in ("pairs", "summary"):
            files.copyToLocalFile(False, path(there, part), path(f"file://{folder}/{part}"), True)
    finally:
        with suppress(Exception):
            files.delete(there, True)


@contextmanager
def _writing(exchange: Exchange) -> Iterator[None]:
    from py4j.protocol import Py4JJavaError

    try:
        yield
    except Py4JJavaError as error:
        place, _, _ = exchange.address.rpartition("/")
        words = f"{place} cannot be written: {error.java_exception.getClass().getSimpleName()}"
        raise Refused(ErrorReason.EXCHANGE_INVALID, words) from None


@contextmanager
def failing_in_words() -> Iterator[None]:
    """Makes an error of Spark's one that can be told. Raises Refused."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException
    from splink.internals.exceptions import SplinkException

    try:
        yield
    except (Py4JError, PySparkException, SplinkException, ConnectionError) as error:
        # Its text may be pages of a plan, and quote records.
        words = f"Spark gave the work up ({type(error).__name__}); its own log says why"
        raise Refused(ErrorReason.SPARK_FAILED, words) from None
