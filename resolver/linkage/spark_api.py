"""Splink on Spark: candidates, levels and weights of a table of records. Needs pyspark."""

from __future__ import annotations

from pyspark.sql import DataFrame, SparkSession
from splink import Linker
from splink.backends.spark import SparkAPI

from resolver.linkage.model import Model
from resolver.linkage.settings import splink_settings
from resolver.linkage.spark_sql import condition_in_spark, measured_once


class MeasuringOnce(SparkAPI):
    """Splink's way to Spark, on which a measure is worked out once a pair and not at each level that asks about it."""

    def _setup_for_execute_sql(self, sql: str, physical_name: str) -> str:
        return measured_once(super()._setup_for_execute_sql(sql, physical_name))


def predict(session: SparkSession, records: DataFrame, model: Model) -> DataFrame:
    """All candidate pairs with their weights.

    Args:
        session: with Splink's jar of functions, and a folder for checkpoints, where what is found is kept.
        records: the columns of `linkage.columns.SCHEMA` that comparisons read, and `blocking_keys`, a list a record.
        model: the frozen model.

    Returns:
        A row a pair, with record_number_l, record_number_r, match_weight (bits), and gamma_X for each comparison X.
    """
    settings = splink_settings(model.prior, model.levels, condition=condition_in_spark)
    settings["retain_matching_columns"] = False
    api = MeasuringOnce(spark_session=session)
    linker = Linker(api.register(records), settings, log_level=None)
    return linker.inference.predict().as_spark_dataframe()
