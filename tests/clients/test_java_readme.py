"""The README of the Java client and its example work as they stand."""

import os
import re
import shlex
import shutil
import sqlite3
import subprocess

import pytest

from tests.clients.catalogue import ROOT

CLIENT = ROOT / "clients" / "java"
README = (CLIENT / "README.md").read_text(encoding="utf-8")
ARGUMENTS = "@clients/java/build/classpath"
TOLD = """\
DECISION_KIND_CREATED
COUNTRY_UNKNOWN record.owner.country
batch 1: 8 records, 0 of them wrong
batch 2: 8 records, 0 of them wrong
batch 3: 4 records, 0 of them wrong
true
true
"""

# With the scenarios of the language, which are run by what is built here.
pytestmark = pytest.mark.xdist_group("java")


@pytest.fixture(scope="module")
def java():
    """Runs Java with the classes of the client and those that its example needs."""
    missing = [program for program in ("java", "javac", "mvn") if shutil.which(program) is None]
    if missing:
        reason = f"java: {', '.join(missing)} is not installed"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    built = subprocess.run(["make", "-C", CLIENT, "classes"], capture_output=True, text=True, timeout=900)
    assert built.returncode == 0, built.stdout[-2000:] + built.stderr[-2000:]

    _, classpath = shlex.split((CLIENT / "build" / "classpath").read_text(encoding="utf-8"))

    def run(program, *words):
        # The shell takes no argument file.
        how = ["-s", "--class-path", classpath] if program == "jshell" else [ARGUMENTS]
        return subprocess.run([program, *how, *words], cwd=ROOT, capture_output=True, text=True, timeout=300)

    return run


def example(java, address, database):
    (line,) = re.findall(r"^\$ (java .*)$", README, re.MULTILINE)
    program, arguments, file, _, _ = shlex.split(line)
    assert arguments == ARGUMENTS
    return java(program, file, address, database)


def test_the_readme_works_as_it_stands(java, fresh_server, tmp_path):
    blocks = re.findall(r"```java\n(.*?)```", README, re.DOTALL)
    assert len(blocks) == 5
    text = "\n".join(blocks).replace("127.0.0.1:50051", fresh_server.address)
    script = tmp_path / "README.jsh"
    script.write_text(f"import java.util.*;\nimport java.util.stream.*;\n{text}\n/exit\n", encoding="utf-8")
    done = java("jshell", script)
    assert done.stdout == TOLD, done.stdout + done.stderr


def test_the_example_follows_the_feed_into_its_table_and_goes_on_where_it_was(java, fresh_server, tmp_path):
    database = tmp_path / "identities.sqlite"
    first = example(java, fresh_server.address, database)
    assert first.returncode == 0, first.stderr
    stored, moved = first.stdout.splitlines()
    identity = stored.removeprefix("stored as ")
    assert moved == f"sources/example/records/1: new -> {identity}"
    with sqlite3.connect(database) as table:
        assert table.execute("SELECT * FROM identity_of").fetchall() == [("sources/example/records/1", identity)]

    again = example(java, fresh_server.address, database)
    assert again.stdout.splitlines() == [stored], "a decision was delivered twice"


def test_the_example_tells_plain_text_to_another_machine_by_its_type(java, tmp_path):
    ended = example(java, "192.0.2.1:1", tmp_path / "identities.sqlite")
    assert ended.returncode != 0
    assert "PlainTextRefusedException" in ended.stderr
