"""The TypeScript client beyond the suite: its own tests, its README and its example work as they stand."""

import json
import os
import re
import shlex
import sqlite3
import subprocess

import pytest

from tests.clients import drivers
from tests.clients.catalogue import ROOT

CLIENT = ROOT / "clients" / "typescript"
EXAMPLE = CLIENT / "build" / "examples" / "follow_into_sqlite.js"
README = (CLIENT / "README.md").read_text(encoding="utf-8")

# With the scenarios of the language, which are run by what is built here.
pytestmark = pytest.mark.xdist_group("typescript")


@pytest.fixture(scope="module", autouse=True)
def built():
    """The client is built; a missing toolchain skips, and fails where everything has to be there."""
    (language,) = [each for each in drivers.languages() if each.name == "typescript"]
    if language.missing:
        reason = f"typescript: {', '.join(language.missing)} is not installed"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    fault = drivers.build(language)
    assert not fault, fault


def run(*command, cwd=ROOT):
    return subprocess.run([*map(str, command)], cwd=cwd, capture_output=True, text=True, timeout=180)


def test_its_own_tests_pass():
    done = run("npm", "test", "--silent", cwd=CLIENT)
    assert done.returncode == 0, done.stdout[-4000:]
    assert int(re.search(r"^# pass (\d+)$", done.stdout, re.MULTILINE)[1]) > 10


def test_the_readme_works_as_it_stands(fresh_server):
    folder = CLIENT / "build" / "readme"
    folder.mkdir(exist_ok=True)
    program = "\n".join(re.findall(r"```ts\n(.*?)```", README, re.DOTALL))
    (folder / "readme.ts").write_text(program.replace("127.0.0.1:50051", fresh_server.address), encoding="utf-8")
    project = {"extends": "../../tsconfig.base.json", "compilerOptions": {"composite": False}, "include": ["readme.ts"]}
    (folder / "tsconfig.json").write_text(json.dumps(project), encoding="utf-8")
    compiled = run(CLIENT / "node_modules" / ".bin" / "tsc", "--project", folder)
    assert compiled.returncode == 0, compiled.stdout
    done = run("node", folder / "readme.js")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == re.findall(r"// prints (.*)", program)


def test_the_readme_shows_the_example_that_is_there():
    (line,) = re.findall(r"^\$ (node .*)$", README, re.MULTILINE)
    words = shlex.split(line)
    assert ROOT / words[1] == EXAMPLE
    assert EXAMPLE.is_file()
    assert len(words) == 4


def test_the_example_follows_the_feed_into_its_table_and_goes_on_where_it_was(fresh_server, tmp_path):
    database = tmp_path / "identities.sqlite"
    first = run("node", EXAMPLE, fresh_server.address, database)
    assert first.returncode == 0, first.stderr
    stored, moved = first.stdout.splitlines()
    identity = stored.removeprefix("stored as ")
    assert moved == f"sources/example/records/1: new -> {identity}"
    with sqlite3.connect(database) as table:
        assert table.execute("SELECT * FROM identity_of").fetchall() == [("sources/example/records/1", identity)]

    again = run("node", EXAMPLE, fresh_server.address, database)
    assert again.stdout.splitlines() == [stored], "a decision was delivered twice"


def test_the_example_tells_a_service_that_is_not_there_by_its_type(tmp_path):
    ended = run("node", EXAMPLE, "192.0.2.1:1", tmp_path / "identities.sqlite")
    assert "PlainTextRefused" in ended.stderr
