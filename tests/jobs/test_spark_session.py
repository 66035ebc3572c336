"""What stands in the way of a session on Spark is said in words, in seconds, and before any work is done."""

import socket
from importlib.machinery import ModuleSpec

import pytest

from resolver.domain.errors import ErrorReason, Refused
from resolver.jobs import spark_session
from resolver.jobs.spark_session import check_spark


@pytest.fixture
def installed(monkeypatch, tmp_path):
    """As if pyspark and Java 17 were installed."""
    monkeypatch.setattr(spark_session, "find_spec", lambda name: ModuleSpec(name, None))
    monkeypatch.setenv("JAVA_HOME", str(java(tmp_path, 'openjdk version "17.0.15" 2025-04-15')))


def java(folder, told, status=0):
    """A home of Java whose `java -version` says this."""
    program = folder / "bin" / "java"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\necho '{told}' >&2\nexit {status}\n", encoding="utf-8")
    program.chmod(0o755)
    return folder


@pytest.fixture
def closed_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        # Bound and not listening: nobody else gets it, and nobody answers.
        yield taken.getsockname()[1]


@pytest.fixture
def open_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def refused(master):
    with pytest.raises(Refused) as error:
        check_spark(master)
    return error.value.reason, error.value.message


def test_without_pyspark_the_extra_is_named(monkeypatch):
    monkeypatch.setattr(spark_session, "find_spec", lambda _: None)
    reason, message = refused("local[2]")
    assert reason is ErrorReason.SPARK_MISSING
    assert message == "Spark is not installed: pip install 'ftf-resolver[spark]'"


def test_without_java_it_is_asked_for(installed, monkeypatch, tmp_path):
    monkeypatch.delenv("JAVA_HOME")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert refused("local[2]") == (
        ErrorReason.SPARK_MISSING,
        "Spark needs Java 17 or later, and none was found: set JAVA_HOME, or install it",
    )


@pytest.mark.parametrize(
    ("told", "status", "words"),
    [
        ('openjdk version "11.0.2" 2019-01-15', 0, "is 11"),
        ('java version "1.8.0_402"', 0, "is 1"),
        ("something that is no Java", 0, "is something else"),
        ("", 1, "does not run"),
    ],
)
def test_a_java_that_does_not_do_is_named(installed, monkeypatch, tmp_path, told, status, words):
    other = tmp_path / "other"
    other.mkdir()
    monkeypatch.setenv("JAVA_HOME", str(java(other, told, status)))
    reason, message = refused("local[2]")
    assert reason is ErrorReason.SPARK_MISSING
    assert message == f"Spark needs Java 17 or later, and {other}/bin/java {words}"


def test_a_java_home_without_java_is_named(installed, monkeypatch, tmp_path):
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "nowhere"))
    assert "nowhere/bin/java does not run" in refused("local[2]")[1]


@pytest.mark.parametrize(
    "master", ["", "nonsense", "locally", "local[two]", "http://host:8080", "spark://", "sc://host:15002"]
)
def test_what_is_no_master_is_told_so(installed, master):
    reason, message = refused(master)
    assert reason is ErrorReason.SPARK_FAILED
    assert f"{master} is no Spark master" in message


@pytest.mark.parametrize("form", ["spark://127.0.0.1:{}", "k8s://https://127.0.0.1:{}", "k8s://127.0.0.1:{}"])
def test_a_master_that_nobody_answers_for_is_told_so(installed, closed_port, form):
    master = form.format(closed_port)
    assert refused(master) == (ErrorReason.SPARK_FAILED, f"no Spark master answers at {master}")


def test_a_master_without_a_port_that_can_be_asked_is_none(installed):
    assert refused("spark://127.0.0.1")[0] is ErrorReason.SPARK_FAILED


@pytest.mark.parametrize("master", ["local", "local[*]", "local[4]", "local[4, 2]", "yarn"])
def test_masters_that_are_found_later_are_let_through(installed, master):
    check_spark(master)


def test_of_several_masters_one_has_to_answer(installed, closed_port, open_port):
    check_spark(f"spark://127.0.0.1:{closed_port},127.0.0.1:{open_port}")
