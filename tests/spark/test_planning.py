"""`resolver reresolve --engine spark`: the very plan that DuckDB makes, applied as any; and what stands in its way."""

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from resolver.engine import open_engine
from resolver.store.database import examine
from resolver.writes import Submission, Write

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
    command = [str(Path(sys.executable).with_name("resolver")), *map(str, words)]
    if not Path(command[0]).exists():
        command[:1] = [sys.executable, "-m", "resolver.cli"]
    return subprocess.run(command, capture_output=True, text=True, timeout=900)


def on_spark(exchange, master="local[2]"):
    return [
        "--engine",
        "spark",
        "--master",
        master,
        "--exchange",
        exchange,
        "--spark-setting",
        "spark.driver.memory=2g",
    ]


def test_a_plan_on_spark_is_that_of_duckdb_and_is_applied_as_any(store, tmp_path):
    asked = [store, "--plan", "--merge-weight", "4", "--json"]
    ours = json.loads(resolver("reresolve", *asked).stdout)
    done = resolver("reresolve", *asked, *on_spark(tmp_path / "exchange"))
    assert done.returncode == 0, done.stderr[-2000:]
    theirs = json.loads(done.stdout)
    assert theirs["changes"] == ours["changes"] != []
    passing = {"name", "number", "create_time", "update_time"}
    assert {name: value for name, value in theirs.items() if name not in passing} == {
        name: value for name, value in ours.items() if name not in passing
    }
    assert list((tmp_path / "exchange").iterdir()) == []
    applied = resolver("reresolve", store, "--apply", "--json", *on_spark(tmp_path / "exchange"))
    assert applied.returncode == 0, applied.stderr[-2000:]
    assert json.loads(applied.stdout)["state"] == "APPLIED"
    assert not [each for each in examine(store) if each.breaches]


def test_a_master_that_takes_calls_and_is_none_is_given_up_in_time(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        program = (
            "from resolver.jobs.spark_session import check_spark, spark_session\n"
            f"check_spark('spark://127.0.0.1:{port}')\n"
            f"with spark_session('spark://127.0.0.1:{port}', {{}}, seconds=20): pass\n"
        )
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=300)
    assert done.returncode == 1
    assert f"no session on spark://127.0.0.1:{port} within 20 s" in done.stderr


def test_what_spark_gives_up_is_told_in_words_and_leaves_nothing(store, tmp_path):
    before = store.read_bytes()
    little = ["--spark-setting", "spark.sql.files.maxRecordsPerFile=nonsense"]
    done = resolver("reresolve", store, "--plan", "--merge-weight", "5", *on_spark(tmp_path / "exchange"), *little)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "Spark" in done.stderr.splitlines()[-1]
    assert list((tmp_path / "exchange").iterdir()) == []
    assert store.read_bytes() == before
