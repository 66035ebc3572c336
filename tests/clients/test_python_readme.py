"""The README of the Python client and its example work as they stand."""

import doctest
import re
import shlex
import sqlite3
import subprocess
import sys

from tests.clients.catalogue import ROOT

CLIENT = ROOT / "clients" / "python"


def run_example(address, database, *files):
    command = [sys.executable, CLIENT / "examples" / "follow_into_sqlite.py", address, database, *files]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


def test_the_readme_works_as_it_stands(fresh_server, tmp_path):
    text = (CLIENT / "README.md").read_text(encoding="utf-8").replace("127.0.0.1:50051", fresh_server.address)
    page = tmp_path / "README.md"
    page.write_text("\n".join(re.findall(r"```python\n(.*?)```", text, re.DOTALL)), encoding="utf-8")
    failed, tried = doctest.testfile(str(page), module_relative=False)
    assert tried > 20
    assert failed == 0


def test_the_readme_shows_the_example_that_is_there():
    lines = re.findall(r"^\$ (.venv/bin/python .*)$", (CLIENT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    (words,) = [shlex.split(line) for line in lines]
    assert (ROOT / words[1]).is_file()
    assert len(words) == 4


def test_the_example_follows_the_feed_into_its_table_and_goes_on_where_it_was(fresh_server, tmp_path):
    database = tmp_path / "identities.sqlite"
    first = run_example(fresh_server.address, database)
    assert first.returncode == 0, first.stderr
    stored, moved = first.stdout.splitlines()
    identity = stored.removeprefix("stored as ")
    assert moved == f"sources/example/records/1: new -> {identity}"
    with sqlite3.connect(database) as table:
        assert table.execute("SELECT * FROM identity_of").fetchall() == [("sources/example/records/1", identity)]

    again = run_example(fresh_server.address, database)
    assert again.stdout.splitlines() == [stored], "a decision was delivered twice"


def test_the_example_tells_a_service_that_is_not_there_by_its_type(tmp_path):
    ended = run_example("192.0.2.1:1", tmp_path / "identities.sqlite")
    assert "PlainTextRefused" in ended.stderr
