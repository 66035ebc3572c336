"""Reading the tables of cases."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

_FOLDER = Path(__file__).parent / "cases"


def rows(table: str) -> list[Any]:
    """The rows of `cases/{table}.yaml`."""
    found = yaml.safe_load((_FOLDER / f"{table}.yaml").read_text(encoding="utf-8"))
    assert isinstance(found, list)
    assert found, f"no rows in {table}"
    return found
