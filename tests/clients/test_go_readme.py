"""The README of the Go client, its example and its package work as they stand."""

import json
import os
import re
import shlex
import sqlite3
import subprocess
from functools import cache

import pytest

from tests.clients.catalogue import ROOT
from tests.clients.drivers import languages

CLIENT = ROOT / "clients" / "go"
README = (CLIENT / "README.md").read_text(encoding="utf-8")
MODULE = "github.com/ftf-resolution/clients/go"
COMPILES = 600

# With the scenarios of the language, which are run by what is built here.
pytestmark = pytest.mark.xdist_group("go")


@pytest.fixture(autouse=True)
def toolchain():
    (go,) = [language for language in languages() if language.name == "go"]
    if go.missing and os.environ.get("CI") != "true":
        pytest.skip(f"go: {', '.join(go.missing)} is not installed")


def run(*command, folder=None, environment=None):
    environment = {**os.environ, "GOFLAGS": "-buildvcs=false", **(environment or {})}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=COMPILES)


def done(*command, **where):
    ended = run(*command, **where)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


@cache
def example():
    """The compiled example."""
    program = ROOT / "build" / "clients" / "go" / "bin" / "followintosqlite"
    done("go", "build", "-o", program, "./followintosqlite", folder=CLIENT / "examples")
    return program


def test_the_readme_works_as_it_stands(fresh_server, tmp_path):
    declarations, *statements = re.findall(r"```go\n(.*?)```", README, re.DOTALL)
    text = f"package main\n\n{declarations}\nfunc main() {{\n{''.join(statements)}\n}}\n"
    page, overlay, program = tmp_path / "main.go", tmp_path / "overlay.json", tmp_path / "readme"
    page.write_text(text.replace("127.0.0.1:50051", fresh_server.address), encoding="utf-8")
    # The program is compiled as if it stood in the module of the examples, which has a driver for SQLite.
    overlay.write_text(json.dumps({"Replace": {str(CLIENT / "examples" / "readme" / "main.go"): str(page)}}))
    done("go", "build", "-overlay", overlay, "-o", program, "./readme", folder=CLIENT / "examples")
    said = re.findall(r"// prints (.*)", text)
    assert len(said) == 5
    assert done(program, folder=tmp_path).splitlines() == said


def test_the_readme_shows_the_example_that_is_there():
    (line,) = re.findall(r"^\$ (go -C .*)$", README, re.MULTILINE)
    words = shlex.split(line)
    assert (ROOT / words[2] / words[4] / "main.go").is_file()
    assert len(words) == 7


def test_the_example_follows_the_feed_into_its_table_and_goes_on_where_it_was(fresh_server, tmp_path):
    database = tmp_path / "identities.sqlite"
    stored, moved = done(example(), fresh_server.address, database).splitlines()
    identity = stored.removeprefix("stored as ")
    assert moved == f"sources/example/records/1: new -> {identity}"
    with sqlite3.connect(database) as table:
        assert table.execute("SELECT * FROM identity_of").fetchall() == [("sources/example/records/1", identity)]

    assert done(example(), fresh_server.address, database).splitlines() == [stored], "a decision was delivered twice"


def test_the_example_refuses_plain_text_to_another_machine(tmp_path):
    ended = run(example(), "192.0.2.1:1", tmp_path / "identities.sqlite")
    assert ended.returncode == 1
    assert "mutual TLS is needed" in ended.stderr


def test_the_package_is_installed_as_the_readme_says(tmp_path):
    done("make", "-C", str(CLIENT), "build")
    exported, installs = re.findall(r"^\$ ((?:export|go get) .*)$", README, re.MULTILINE)
    (tmp_path / "go.mod").write_text("module example.org/caller\n\ngo 1.26.0\n")
    (tmp_path / "main.go").write_text(f'package main\n\nimport _ "{MODULE}/ftf"\n\nfunc main() {{}}\n')
    # Other modules are those that the client was built with. A cache of its own, so that none hides the package.
    modules = tmp_path / "modules"
    elsewhere = f"file://{done('go', 'env', 'GOMODCACHE').strip()}/cache/download"
    script = f"{exported.replace('CHECKOUT', str(ROOT))} && {installs} && go list -deps ."
    environment = {"GOPROXY": elsewhere, "GOMODCACHE": str(modules), "GOSUMDB": "off"}
    try:
        found = done("bash", "-ec", script, folder=tmp_path, environment=environment).splitlines()
        assert f"{MODULE}/ftf/resolution/v1" in found
        assert f"{MODULE} v0.1.0" in (tmp_path / "go.mod").read_text()
    finally:
        # Modules are write-protected, and only Go's own command removes them.
        done("go", "clean", "-modcache", environment=environment)
