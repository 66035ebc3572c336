"""Options of a command that weighs a whole holding: within DuckDB, or on Spark."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from resolver.cli.options import with_options
from resolver.jobs.spark_session import START_SECONDS

if TYPE_CHECKING:
    from resolver.jobs.resolving import Weighing


@dataclass(frozen=True, slots=True)
class ChosenEngine:
    """Where pairs are found and weighed, as given."""

    engine: str
    master: str | None
    exchange: str | None
    spark_settings: tuple[str, ...]
    spark_wait: float

    def check_options(self, *, at_a_database: bool) -> None:
        """Raises UsageError where options do not belong together."""
        if self.engine == "duckdb":
            if self.master or self.exchange or self.spark_settings:
                raise click.UsageError("--master, --exchange and --spark-setting belong to --engine spark")
            return
        if not at_a_database:
            raise click.UsageError("--engine spark works at a DATABASE; a server uses its own machine")
        if self.exchange is None:
            raise click.UsageError("--engine spark needs --exchange, the folder that it is given records through")
        if not all(name.startswith("spark.") and value for name, value in self._settings.items()):
            raise click.UsageError("--spark-setting takes NAME=VALUE, such as spark.executor.memory=8g")

    def weighing(self) -> Weighing:
        """The way that was chosen, once it is known to be possible.

        Raises:
            Refused: it is not possible as it is.
        """
        # Loaded when they are needed: who asks a server needs no engine.
        if self.engine == "duckdb":
            from resolver.jobs.resolving import within_duckdb

            return within_duckdb
        from resolver.jobs.spark import OnSpark

        on_spark = OnSpark(self.master or "local[*]", self.exchange or "", self._settings, self.spark_wait)
        on_spark.check()
        return on_spark

    @property
    def _settings(self) -> dict[str, str]:
        return {name: value for name, _, value in (each.partition("=") for each in self.spark_settings)}


def engine_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options that choose an engine; the command is given them as one `chosen_engine`."""
    options = (
        click.option(
            "--engine",
            type=click.Choice(["duckdb", "spark"]),
            default="duckdb",
            show_default=True,
            help="What pairs are found and weighed with; the result is the same.",
        ),
        click.option("--master", help="Spark's master: local[4], spark://host:7077, yarn, k8s://…; default: local[*]."),
        click.option(
            "--exchange", help="A folder that all of Spark's machines share, or its address, as hdfs://… or s3a://…"
        ),
        click.option("--spark-setting", "spark_settings", multiple=True, help="A setting of Spark's, NAME=VALUE."),
        click.option(
            "--spark-wait",
            type=click.FloatRange(min=1),
            default=START_SECONDS,
            show_default=True,
            help="Seconds that Spark may take to begin: a busy cluster has to find room.",
        ),
    )
    return with_options(options, "chosen_engine", ChosenEngine, command)
