"""`resolver reresolve --engine spark`: the very plan that DuckDB makes, and what stands in its way."""

import json
import socket
import subprocess
import sys

import pytest

from resolver.domain.errors import ErrorReason, Refused
from resolver.engine.asked.submission import Submission
from resolver.engine.asked.writes import Write
from resolver.engine.engine import open_engine
from resolver.jobs.spark import failing_in_words
from tests.spark.conftest import WAIT

RECORDS = 250


@pytest.fixture(scope="module")
def store(tmp_path_factory, corpus, corpus_messages):
    path = tmp_path_factory.mktemp("store") / "store.duckdb"
    engine = open_engine(path)
    some = zip(corpus[:RECORDS], corpus_messages[:RECORDS], strict=True)
    engine.submit(Write(tuple(Submission(record, message.SerializeToString()) for record, message in some))).result(120)
    engine.close()
    return path


def resolver(*words):
    command = [sys.executable, "-m", "resolver.cli", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=3_600)


def on_spark(exchange, *settings):
    settings = [word for each in ("spark.driver.memory=2g", *settings) for word in ("--spark-setting", each)]
    return ["--engine", "spark", "--master", "local[2]", "--exchange", exchange, "--spark-wait", WAIT, *settings]


def test_a_plan_is_that_of_duckdb_also_through_a_file_system_that_only_hadoop_knows(store, tmp_path):
    asked = ["reresolve", store, "--plan", "--merge-weight", "4", "--json"]
    ours = json.loads(resolver(*asked).stdout)
    there = tmp_path / "there"
    there.mkdir()
    mounted = f"spark.hadoop.fs.viewfs.mounttable.made.link./exchange={there.as_uri()}"
    done = resolver(*asked, *on_spark("viewfs://made/exchange", mounted))
    assert done.returncode == 0, done.stderr[-2000:]
    theirs = json.loads(done.stdout)
    assert theirs["changes"] == ours["changes"] != []
    passing = {"name", "createTime", "updateTime"}
    assert {name: value for name, value in theirs.items() if name not in passing} == {
        name: value for name, value in ours.items() if name not in passing
    }
    assert list(there.iterdir()) == []


def test_a_master_that_takes_calls_and_is_none_is_given_up_in_time(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        program = (
            "from resolver.jobs.spark_session import check_spark, spark_session\n"
            f"check_spark('spark://127.0.0.1:{port}')\n"
            f"with spark_session('spark://127.0.0.1:{port}', {{}}, seconds=20): pass\n"
        )
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=600)
    assert done.returncode == 1
    assert f"no session on spark://127.0.0.1:{port} within 20 s" in done.stderr


def test_a_file_system_that_nobody_knows_is_told_and_leaves_the_store_as_it_was(store):
    before = store.read_bytes()
    done = resolver("reresolve", store, "--plan", "--merge-weight", "5", *on_spark("nowhere://made/exchange"))
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("Error: nowhere://made/exchange cannot be written: ")
    assert "Traceback" not in done.stderr
    assert store.read_bytes() == before


def test_what_spark_gives_up_is_told_without_what_it_says_of_the_data(session):
    with pytest.raises(Refused) as refused, failing_in_words():
        session.sql("SELECT raise_error('Khasanov')").collect()
    assert refused.value.reason is ErrorReason.SPARK_FAILED
    assert refused.value.message.startswith("Spark gave the work up (")
    assert "Khasanov" not in refused.value.message
