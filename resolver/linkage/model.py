"""A trained, frozen model: the parameters of the levels and the term frequencies.

The definition of comparisons and blocking keys is code (`comparisons.py`, `blocking.py`); what was
learned stands in a dated, hashed folder. A folder whose content does not fit its hash is refused.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from resolver.linkage.comparisons import COMPARISONS
from resolver.linkage.term_frequencies import TermFrequencies

MODELS = "models/"
_PARAMETERS = "parameters.json"
_FREQUENCIES = "term_frequencies.json"


@dataclass(frozen=True, slots=True)
class LevelParameters:
    """m and u of one level: its probability among matching and among other pairs."""

    m: float
    u: float


@dataclass(frozen=True, slots=True)
class Model:
    """A frozen model.

    `prior` is the probability that two random records match, at the reference holding; `levels` is
    keyed by level code; `description` says on what the model was trained.
    """

    name: str
    prior: float
    levels: Mapping[str, LevelParameters]
    frequencies: TermFrequencies
    description: Mapping[str, str | int | float]


@dataclass(frozen=True, slots=True)
class ModelTexts:
    """A model as it is kept: its name, and its parameters and term frequencies as JSON."""

    name: str
    parameters: str
    frequencies: str

    @property
    def digest(self) -> bytes:
        """The SHA-256 of the content, by which people approve of it."""
        return hashlib.sha256("\0".join((self.parameters, self.frequencies)).encode()).digest()


class ModelError(Exception):
    """A model folder is missing, damaged, or does not fit the definition in code."""


def shipped_model() -> Model:
    """Returns the model that the package ships as its default."""
    models = files("resolver.models")
    return load_model(models / (models / "active").read_text(encoding="utf-8").strip())


def shipped_models() -> Mapping[str, Traversable]:
    """The folder of each model that the package ships, by the model's name."""
    folders = [item for item in files("resolver.models").iterdir() if (item / _PARAMETERS).is_file()]
    return {f"{MODELS}{folder.name}": folder for folder in folders}


def load_model(folder: Traversable) -> Model:
    """Reads a model folder. Raises ModelError."""
    return model_of(read_model(folder))


def read_model(folder: Traversable) -> ModelTexts:
    """The texts of a model folder, unread. Raises ModelError."""
    try:
        parameters = (folder / _PARAMETERS).read_text(encoding="utf-8")
        frequencies = (folder / _FREQUENCIES).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(f"model {folder.name} cannot be read") from error
    return ModelTexts(f"{MODELS}{folder.name}", parameters, frequencies)


def model_of(texts: ModelTexts) -> Model:
    """The model in these texts, whose name ends with their hash. Raises ModelError."""
    label = texts.name.removeprefix(MODELS)
    if not label.endswith(_short(texts)):
        raise ModelError(f"model {label} does not have the content that its name states")
    parameters = json.loads(texts.parameters)
    frequencies = json.loads(texts.frequencies)
    levels = {code: LevelParameters(**values) for code, values in parameters["levels"].items()}
    expected = {comparison.code(level) for comparison in COMPARISONS for level in comparison.levels}
    if set(levels) != expected:
        raise ModelError(f"model {label} was trained for other comparison levels")
    return Model(
        name=texts.name,
        prior=parameters["prior"],
        levels=levels,
        frequencies=TermFrequencies(**frequencies),
        description=parameters["description"],
    )


def save_model(
    parent: Path,
    date: str,
    prior: float,
    levels: Mapping[str, LevelParameters],
    frequencies: TermFrequencies,
    description: Mapping[str, str | int | float],
) -> Path:
    """Writes a model folder `{date}-{hash}` under `parent` and returns it."""
    parameters_text = _json(
        {
            "description": dict(description),
            "levels": {code: {"m": value.m, "u": value.u} for code, value in levels.items()},
            "prior": prior,
        },
        indent=1,
    )
    frequencies_text = _json(asdict(frequencies), indent=None)
    folder = parent / f"{date}-{_short(ModelTexts('', parameters_text, frequencies_text))}"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _PARAMETERS).write_text(parameters_text, encoding="utf-8")
    (folder / _FREQUENCIES).write_text(frequencies_text, encoding="utf-8")
    return folder


def _json(value: object, indent: int | None) -> str:
    return json.dumps(value, ensure_ascii=False, indent=indent, sort_keys=True) + "\n"


def _short(texts: ModelTexts) -> str:
    """The digits of its digest with which a model's name ends."""
    return texts.digest.hex()[:8]
