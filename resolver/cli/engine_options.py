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

    @property
    def given(self) -> bool:
        """Whether anything was chosen that is not so by default."""
        return self.engine != "duckdb" or bool(self.master or self.exchange or self.spark_settings)

    def weighing(self) -> Weighing:
        """The way that was chosen, once it is known to be possible.

        Raises:
            UsageError: options do not belong together.
            Refused: it is not possible as it is.
        """
        # Loaded when it is needed: who asks a server needs no engine.
        from resolver.jobs.resolving import within_duckdb
        from resolver.jobs.spark import OnSpark

        if self.engine == "duckdb":
            if self.given:
                raise click.UsageError("--master, --exchange and --spark-setting belong to --engine spark")
            return within_duckdb
        if self.exchange is None:
            raise click.UsageError("--engine spark needs --exchange, the folder that it is given records through")
        settings = dict(each.partition("=")[::2] for each in self.spark_settings)
        if not all(name.startswith("spark.") and value for name, value in settings.items()):
            raise click.UsageError("--spark-setting takes NAME=VALUE, such as spark.executor.memory=8g")
        on_spark = OnSpark(self.master or "local[*]", self.exchange, settings, self.spark_wait)
        on_spark.check()
        return on_spark


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
