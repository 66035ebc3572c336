"""The models that a service has: those that the package ships, and those of a folder, each verified when it is read.

A model's folder has, beside its parameters and frequencies, a manifest:

    {"format": 1, "definition": SHA-256 of the levels' codes, "files": {file: SHA-256}, "sha256": SHA-256 of them all}

What a manifest says is held against the files each time, so that a model whose content changed is never used.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Final

from resolver.linkage.comparisons import COMPARISONS
from resolver.linkage.model import MODELS, Model, ModelError, ModelTexts, model_of

MANIFEST: Final = "manifest.json"
_FORMAT: Final = 1
_FILES: Final = ("parameters.json", "term_frequencies.json")


class ModelMissing(ModelError):
    """There is no model of that name."""


class ModelDamaged(ModelError):
    """A file of the model is missing, or is not what its manifest says."""


class ModelOfAnotherVersion(ModelError):
    """The model was made by a version whose comparisons, or whose manifests, are others."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A model that is whole, with its texts and the SHA-256 of its content."""

    model: Model
    digest: bytes
    texts: ModelTexts


@dataclass(frozen=True, slots=True)
class Entry:
    """A model of the list: whole, or with what is wrong with it."""

    name: str
    kept: Kept | ModelError


class ModelLibrary:
    """Reads models by their names, `models/{model}`. Any thread may use it."""

    def __init__(self, folder: Path | None = None) -> None:
        """Takes the folder of trained models; None: only those of the package."""
        self.folder = folder

    def entries(self) -> list[Entry]:
        """All models, the newest first: names begin with the day."""
        return [self._entry(name) for name in sorted(self._folders(), reverse=True)]

    def read(self, name: str) -> Kept:
        """A model, verified.

        Raises:
            ModelMissing: there is none of that name.
            ModelDamaged: it is not what its manifest says.
            ModelOfAnotherVersion: it was made for other comparisons.
        """
        folder = self._folders().get(name)
        if folder is None:
            raise ModelMissing(f"model {name} does not exist")
        return self._shipped(name) or read_verified(folder)

    def _entry(self, name: str) -> Entry:
        try:
            return Entry(name, self.read(name))
        except ModelError as error:
            return Entry(name, error)

    def _shipped(self, name: str) -> Kept | None:
        return self._package.get(name)

    @cached_property
    def _package(self) -> Mapping[str, Kept]:
        """Those of the package, read once."""
        kept = map(read_verified, _model_folders(files("resolver.models")))
        return {each.model.name: each for each in kept}

    def _folders(self) -> dict[str, Traversable]:
        found: dict[str, Traversable] = {}
        if self.folder is not None and self.folder.is_dir():
            found = {f"{MODELS}{item.name}": item for item in _model_folders(self.folder)}
        return found | {f"{MODELS}{item.name}": item for item in _model_folders(files("resolver.models"))}


def read_verified(folder: Traversable) -> Kept:
    """The model of a folder, held against its manifest. Raises ModelDamaged or ModelOfAnotherVersion."""
    contents = _contents(folder)
    try:
        manifest: Any = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        version, definition = manifest["format"], manifest["definition"]
        stated = manifest["files"], manifest["sha256"]
    except (OSError, ValueError, TypeError, KeyError):
        raise ModelDamaged(f"model {folder.name} has no manifest that can be read") from None
    if version != _FORMAT:
        raise ModelOfAnotherVersion(f"model {folder.name} is of format {version}; this version reads {_FORMAT}")
    if stated != _described(contents):
        raise ModelDamaged(f"model {folder.name} is not what its manifest says")
    if definition != _definition():
        raise ModelOfAnotherVersion(f"model {folder.name} was trained for other comparison levels")
    try:
        texts = ModelTexts(f"{MODELS}{folder.name}", *(contents[name].decode() for name in _FILES))
        return Kept(model_of(texts), texts.digest, texts)
    except (ModelError, UnicodeDecodeError) as error:
        raise ModelDamaged(str(error)) from None


def write_manifest(folder: Path) -> Path:
    """Freezes a model's folder: writes down what its files are."""
    described, digest = _described(_contents(folder))
    content = {"format": _FORMAT, "definition": _definition(), "files": described, "sha256": digest}
    path = folder / MANIFEST
    path.write_text(json.dumps(content, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return path


def _contents(folder: Traversable) -> dict[str, bytes]:
    try:
        return {name: (folder / name).read_bytes() for name in _FILES}
    except OSError:
        raise ModelDamaged(f"model {folder.name} lacks a file that can be read") from None


def _described(contents: Mapping[str, bytes]) -> tuple[dict[str, str], str]:
    """The hash of each file, and that of all: of the files one after another, with a zero byte between."""
    each = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    return each, hashlib.sha256(b"\0".join(contents[name] for name in _FILES)).hexdigest()


def _definition() -> str:
    codes = sorted(comparison.code(level) for comparison in COMPARISONS for level in comparison.levels)
    return hashlib.sha256("\n".join(codes).encode()).hexdigest()


def _model_folders(parent: Traversable) -> Iterator[Traversable]:
    return (item for item in parent.iterdir() if item.is_dir() and any((item / name).is_file() for name in _FILES))
