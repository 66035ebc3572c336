"""`resolver reresolve --engine spark` says what is missing or wrong before it opens the store."""

import re
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest
from click.testing import CliRunner

from resolver.cli.reresolve import reresolve
from resolver.engine.asked.writes import Write
from resolver.engine.engine import open_engine
from resolver.jobs import spark_session
from tests.people import ONE, SAME, submission

DOCUMENT = Path(__file__).parents[2] / "docs" / "spark.md"


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    path = tmp_path_factory.mktemp("store") / "store.duckdb"
    engine = open_engine(path)
    engine.submit(Write((submission(ONE), submission(SAME)))).result(timeout=60)
    engine.close()
    return path


@pytest.fixture
def installed(monkeypatch, tmp_path):
    """As if pyspark and Java 17 were installed."""
    monkeypatch.setattr(spark_session, "find_spec", lambda name: ModuleSpec(name, None))
    java = tmp_path / "java" / "bin" / "java"
    java.parent.mkdir(parents=True)
    java.write_text("#!/bin/sh\necho 'openjdk version \"17.0.15\"'\n", encoding="utf-8")
    java.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "java"))


def refused(store, *words):
    """Why a plan is refused, in one line; the store stays as it was, byte for byte."""
    before = store.read_bytes()
    done = CliRunner().invoke(reresolve, [str(store), "--plan", "--merge-weight", "4", *words])
    assert done.exit_code in (1, 2)
    assert done.exception is None or isinstance(done.exception, SystemExit)
    assert store.read_bytes() == before
    assert list(store.parent.iterdir()) == [store]
    return done.stderr.splitlines()[-1]


def test_without_the_extra_it_is_named(store, tmp_path, monkeypatch):
    monkeypatch.setattr(spark_session, "find_spec", lambda _: None)
    told = refused(store, "--engine", "spark", "--exchange", str(tmp_path / "exchange"))
    assert told == "Error: Spark is not installed: pip install 'ftf-resolver[spark]'"
    assert not (tmp_path / "exchange").exists()


def test_a_master_that_is_none_is_named(store, tmp_path, installed):
    told = refused(store, "--engine", "spark", "--master", "spark//host", "--exchange", str(tmp_path / "exchange"))
    assert told.startswith("Error: spark//host is no Spark master")


def test_an_exchange_folder_that_cannot_be_written_is_named(store, tmp_path, installed):
    (tmp_path / "file").touch()
    told = refused(store, "--engine", "spark", "--exchange", str(tmp_path / "file"))
    assert told == f"Error: {tmp_path / 'file'} cannot be written: Not a directory"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--engine", "spark"], "--engine spark needs --exchange"),
        (["--master", "local[2]"], "belong to --engine spark"),
        (["--exchange", "folder"], "belong to --engine spark"),
        (["--spark-setting", "spark.executor.memory=8g"], "belong to --engine spark"),
        (["--engine", "spark", "--exchange", "x", "--spark-setting", "executor.memory=8g"], "takes NAME=VALUE"),
        (["--engine", "spark", "--exchange", "x", "--spark-setting", "spark.executor.memory"], "takes NAME=VALUE"),
    ],
)
def test_options_that_do_not_belong_together_are_refused(store, words, told):
    assert told in refused(store, *words)


def test_the_page_on_spark_names_options_that_there_are():
    known = {name for parameter in reresolve.params for name in parameter.opts}
    shown = set(
        re.findall(
            r"(--[a-z-]+)", " ".join(re.findall(r"resolver reresolve[^`]+?(?:\n\n|```)", DOCUMENT.read_text("utf-8")))
        )
    )
    assert {"--engine", "--master", "--exchange", "--spark-setting", "--model"} <= shown <= known
