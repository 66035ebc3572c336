"""The page about the synthetic data states the rates that the generator has."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[2] / "docs" / "synthetic-data.md").read_text(encoding="utf-8")
STATED = dict(re.findall(r"^\| `(\w+\.[\w.]+)` \| ([\d.]+) \|", PAGE, flags=re.MULTILINE))
MODULES = ("births", "contacts", "documents", "households", "name_changes", "noise", "persons", "records", "statements")


def _rates() -> Iterator[tuple[str, float]]:
    """Every public constant that is a share, with the entries of those that are tables."""
    for name in MODULES:
        module = importlib.import_module(f"resolver.synthetic.{name}")
        for constant, value in vars(module).items():
            if not re.fullmatch("[A-Z][A-Z_]+", constant):
                continue
            entries = value.items() if isinstance(value, dict) else ((None, value),)
            for key, rate in entries:
                if isinstance(rate, float):
                    yield f"{name}.{constant}" + (f".{key}" if key else ""), rate


@pytest.mark.parametrize(("constant", "rate"), [pytest.param(*row, id=row[0]) for row in _rates()])
def test_a_rate_is_documented_as_it_is(constant: str, rate: float) -> None:
    assert float(STATED[constant]) == rate


def test_nothing_is_documented_that_is_not_there() -> None:
    assert STATED.keys() == dict(_rates()).keys()


def test_everything_held_out_is_documented() -> None:
    from resolver.synthetic.held_out_lexicon import HELD_OUT_CULTURES
    from tests.synthetic.test_worlds import HELD_OUT_COUNTRIES

    assert all(name in PAGE for name in (*HELD_OUT_CULTURES, *HELD_OUT_COUNTRIES))
