"""Tests on a real Spark, on this machine; without pyspark they are skipped. `make spark` installs it and runs them."""

import pytest

from resolver.jobs.spark_session import spark_session

WAIT = 1_800
SMALL = {"spark.sql.shuffle.partitions": "2", "spark.default.parallelism": "2", "spark.driver.memory": "2g"}


@pytest.fixture(scope="session", autouse=True)
def pyspark():
    return pytest.importorskip("pyspark", reason="an extra: make spark")


@pytest.fixture(scope="session")
def session(pyspark):
    with spark_session("local[2]", SMALL, WAIT) as started:
        # Splink's functions are in the session once Splink has it.
        from resolver.linkage.spark_api import MeasuringOnce

        MeasuringOnce(spark_session=started)
        yield started
