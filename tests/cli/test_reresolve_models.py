"""A model that cannot be used is told so at a DATABASE, and the store stays as it was, byte for byte; one that is gone
gives way to the shipped one.
"""

import json
import shutil
from contextlib import closing
from importlib.resources import files

import duckdb
import pytest
from click.testing import CliRunner

from resolver.cli.reresolve import reresolve
from resolver.domain.errors import StoreError
from resolver.engine.asked.writes import Write
from resolver.engine.engine import open_engine
from resolver.linkage.model import ModelTexts, read_model, shipped_models
from tests.jobs.test_reresolution import submission


@pytest.fixture(scope="module")
def store(tmp_path_factory, corpus_messages):
    path = tmp_path_factory.mktemp("store") / "store.duckdb"
    engine = open_engine(path)
    engine.submit(Write(tuple(map(submission, corpus_messages[:20])))).result(timeout=60)
    engine.close()
    return path


@pytest.fixture
def folder(tmp_path):
    """A copy of the model that is shipped."""
    active = (files("resolver.models") / "active").read_text(encoding="utf-8").strip()
    return shutil.copytree(str(shipped_models()[f"models/{active}"]), tmp_path / active)


def truncated(folder):
    path = folder / "term_frequencies.json"
    path.write_bytes(path.read_bytes()[:-100])
    return folder


def without_a_file(folder):
    (folder / "parameters.json").unlink()
    return folder


def of_another_version(folder):
    """One whose hash is right, and which was trained when there was another level."""
    path = folder / "parameters.json"
    parameters = json.loads(path.read_text(encoding="utf-8"))
    parameters["levels"]["name.rhymes"] = {"m": 0.1, "u": 0.01}
    path.write_text(json.dumps(parameters), encoding="utf-8")
    texts = read_model(folder)
    digest = ModelTexts("", texts.parameters, texts.frequencies).digest.hex()[:8]
    return folder.rename(folder.with_name(f"2026-01-01-{digest}"))


def that_is_not_there(folder):
    return folder.with_name("2026-01-01-00000000")


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (truncated, "does not have the content that its name states"),
        (without_a_file, "cannot be read"),
        (of_another_version, "was trained for other comparison levels"),
        (that_is_not_there, "cannot be read"),
    ],
)
def test_a_model_that_cannot_be_used_is_told_and_nothing_changes(store, folder, damage, words):
    before = store.read_bytes()
    done = CliRunner().invoke(reresolve, [str(store), "--plan", "--model", str(damage(folder))])
    assert done.exit_code == 1
    assert words in done.stderr
    assert "Traceback" not in done.output
    assert store.read_bytes() == before
    assert list(store.parent.iterdir()) == [store]


def test_an_amount_of_memory_that_is_none_is_told(store):
    before = store.read_bytes()
    done = CliRunner().invoke(reresolve, [str(store), "--plan", "--merge-weight", "4", "--memory", "lots"])
    assert done.exit_code == 2
    assert "--memory" in done.stderr
    assert "such as 4GB" in done.stderr
    assert store.read_bytes() == before


def pairs(path):
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute("SELECT * FROM pairs ORDER BY ALL").fetchall()


def test_a_store_whose_model_is_shipped_no_more_is_brought_to_the_present_one(corpus_messages, tmp_path):
    """From what was sent, for what the store compares was counted by terms that nobody has any more."""
    path = tmp_path / "store.duckdb"
    with closing(open_engine(path)) as engine:
        engine.submit(Write(tuple(map(submission, corpus_messages[:120])))).result(timeout=60)
    by_the_present_one = pairs(path)
    with duckdb.connect(str(path)) as connection:
        connection.execute("UPDATE settings SET value = 'models/2026-01-01-00000000' WHERE name = 'model'")
        connection.execute(
            "UPDATE comparable SET part_bits = map_from_entries("
            "list_transform(map_entries(part_bits), lambda e: struct_pack(k := e.key, v := e.value / 2)))"
        )
        connection.execute("UPDATE pairs SET match_weight = match_weight + 1")
    with pytest.raises(StoreError, match=r"nor shipped any more.*resolver reresolve --plan"):
        open_engine(path)
    for step in ("--plan", "--apply"):
        done = CliRunner().invoke(reresolve, [step, str(path)])
        assert done.exit_code == 0, done.output
    assert pairs(path) == by_the_present_one
    assert len(by_the_present_one) > 20
    open_engine(path).close()
