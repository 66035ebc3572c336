"""A model is what its manifest says, or it is not used."""

import json
import shutil
from importlib.resources import files
from pathlib import Path

import pytest

from resolver.linkage.model import ModelError, shipped_model
from resolver.linkage.model_library import (
    MANIFEST,
    ModelDamaged,
    ModelLibrary,
    ModelMissing,
    ModelOfAnotherVersion,
)

SHIPPED = shipped_model()
FOLDER = SHIPPED.name.removeprefix("models/")


@pytest.fixture
def folder(tmp_path):
    """A copy of the shipped model, as if it had been trained long after."""
    copy = tmp_path / f"2100-01-01-{FOLDER[-8:]}"
    shutil.copytree(Path(str(files("resolver.models"))) / FOLDER, copy)
    return copy


def stated(folder, **changes):
    manifest = json.loads((folder / MANIFEST).read_text())
    (folder / MANIFEST).write_text(json.dumps(manifest | changes))


def test_models_of_the_package_and_of_the_folder_are_listed_newest_first_and_read(folder):
    library = ModelLibrary(folder.parent)
    assert [entry.name for entry in library.entries()] == [f"models/{folder.name}", SHIPPED.name]
    own, shipped = (library.read(entry.name) for entry in library.entries())
    assert own.digest == shipped.digest
    assert own.digest.hex().startswith(FOLDER[-8:])
    assert own.model.levels == SHIPPED.levels


@pytest.mark.parametrize(
    ("damage", "kind", "words"),
    [
        (lambda folder: (folder / "term_frequencies.json").write_text("{}"), ModelDamaged, "manifest says"),
        (lambda folder: (folder / "parameters.json").unlink(), ModelDamaged, "lacks a file"),
        (lambda folder: (folder / MANIFEST).unlink(), ModelDamaged, "no manifest"),
        (lambda folder: (folder / MANIFEST).write_text("[]"), ModelDamaged, "no manifest"),
        (lambda folder: stated(folder, sha256="0" * 64), ModelDamaged, "manifest says"),
        (lambda folder: stated(folder, format=2), ModelOfAnotherVersion, "format 2"),
        (lambda folder: stated(folder, definition="0" * 64), ModelOfAnotherVersion, "other comparison levels"),
    ],
)
def test_a_damaged_model_or_one_of_another_version_is_told_and_does_not_hide_the_others(folder, damage, kind, words):
    damage(folder)
    library = ModelLibrary(folder.parent)
    with pytest.raises(kind, match=words):
        library.read(f"models/{folder.name}")
    broken, shipped = library.entries()
    assert isinstance(broken.kept, ModelError)
    assert not isinstance(shipped.kept, ModelError)


def test_a_model_under_another_name_is_damaged_and_one_that_is_not_there_is_missing(folder):
    renamed = folder.rename(folder.with_name("2100-01-01-00000000"))
    library = ModelLibrary(folder.parent)
    with pytest.raises(ModelDamaged, match="name states"):
        library.read(f"models/{renamed.name}")
    with pytest.raises(ModelMissing):
        library.read("models/../models")
