"""A model that cannot be used is told so at a DATABASE, and the store stays as it was, byte for byte."""

import json
import shutil
from importlib.resources import files

import pytest
from click.testing import CliRunner

from resolver.cli.reresolve import reresolve
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
