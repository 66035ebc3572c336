"""Splink on Spark: candidates, levels and weights of a table of records. Needs pyspark."""

from __future__ import annotations

from typing import Final

from pyspark.sql import DataFrame, SparkSession
from splink import Linker
from splink.backends.spark import SparkAPI
from splink.internals.spark.dataframe import SparkDataFrame

from resolver.linkage.comparisons import COMPARISONS, TERM_FREQUENCY_COLUMNS
from resolver.linkage.model import Model
from resolver.linkage.settings import UNIQUE_ID, splink_settings
from resolver.linkage.spark_sql import condition_in_spark, statement_for_spark

PREDICTED: Final = (
    f"{UNIQUE_ID}_l",
    f"{UNIQUE_ID}_r",
    "match_weight",
    *(f"gamma_{comparison.name}" for comparison in COMPARISONS),
)
"""Columns of a predicted pair: its two records, its weight in bits, its comparison vector."""


class MeasuringOnce(SparkAPI):
    """Splink's way to Spark, on which a measure is worked out once a pair and not at each level that asks about it.

    Splink's own last touch to its statements is left out: it is a subclass of sqlglot's generator, which cannot be had
    where sqlglot is compiled. What it is for is done here too.
    """

    def _setup_for_execute_sql(self, sql: str, physical_name: str) -> str:
        return statement_for_spark(sql)

    def _cleanup_for_execute_sql(self, table: DataFrame, templated_name: str, physical_name: str) -> SparkDataFrame:
        # Splink keeps levels only together with all that was compared, many times as much to write.
        kept = table.select(*PREDICTED) if templated_name == "__splink__df_predict" else table
        return super()._cleanup_for_execute_sql(kept, templated_name, physical_name)


def predict(session: SparkSession, records: DataFrame, model: Model) -> DataFrame:
    """All candidate pairs with their weights.

    Args:
        session: with Splink's jar of functions, and a folder for checkpoints, where what is found is kept.
        records: the columns of `linkage.columns.SCHEMA` that comparisons read, and `blocking_keys`, a list a record.
            A column whose rarity adjusts weights has, in the place of the value, its term frequency: Splink looks that
            up by the value, and the same locality is not equally rare among people of each nationality.
        model: the frozen model.

    Returns:
        A row a pair with the columns `PREDICTED`.
    """
    settings = splink_settings(model.prior, model.levels, condition=condition_in_spark)
    settings["retain_intermediate_calculation_columns"] = False
    api = MeasuringOnce(spark_session=session)  # type: ignore[no-untyped-call]
    linker = Linker(api.register(records), settings, log_level=None)
    for column in TERM_FREQUENCY_COLUMNS:
        frequencies = records.selectExpr(column, f"{column} AS tf_{column}").dropna().distinct()
        linker.table_management.register_term_frequency_lookup(api.register(frequencies), column)
    return linker.inference.predict().as_spark_dataframe()
