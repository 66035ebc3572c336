"""Reading the golden pairs: pairs of records with the level that one comparison must give them.

A block of `golden/*.yaml` has `comparison` (left out: `name`), `level` (a level's kind, or its code where it has no
bands; `nothing_to_compare` where a comparison must be silent), `because`, and `pairs`. A side is a name as written, or
fields of `ftf.resolution.v1.Record` in their JSON form; a name that is not given is not stated.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import yaml
from google.protobuf import json_format

from ftf.resolution.v1 import record_pb2
from resolver.domain.comparable import ComparableRecord
from resolver.linkage.columns import comparable_table
from resolver.linkage.compared_pairs import records_in
from resolver.linkage.comparisons import COMPARISONS
from resolver.linkage.compiled import Places
from resolver.linkage.model import Model
from resolver.linkage.scorer import compile_scorer, level_of
from resolver.rpc.convert import record_to_domain
from resolver.standardise.record import standardise

FOLDER = Path(__file__).parent / "golden"
SILENT = "nothing_to_compare"
_COMPARISONS = {comparison.name: comparison for comparison in COMPARISONS}


@dataclass(frozen=True, slots=True)
class GoldenPair:
    """Two sides as the table has them, and what one comparison must say of them."""

    comparison: str
    level: str
    because: str
    left: Any
    right: Any
    table: str


def golden_pairs() -> Iterator[GoldenPair]:
    """All pairs of all tables, in their order."""
    for path in sorted(FOLDER.glob("*.yaml")):
        for block in yaml.safe_load(path.read_text(encoding="utf-8")):
            comparison = block.get("comparison", "name")
            for left, right in block["pairs"]:
                yield GoldenPair(comparison, block["level"], block["because"], left, right, path.stem)


def levels_given(pairs: list[GoldenPair], model: Model) -> list[tuple[str, str]]:
    """For each pair the level that the compiled scorer gives it, and the one with the sides exchanged."""
    records = [comparable(side) for pair in pairs for side in (pair.left, pair.right)]
    with duckdb.connect() as connection:
        connection.register("incoming", comparable_table(range(len(records)), records, model.frequencies))
        connection.execute("CREATE TABLE comparable AS SELECT * FROM incoming")
        first, second = np.arange(0, len(records), 2), np.arange(1, len(records), 2)
        ways = [_gammas(connection, model, *sides) for sides in ((first, second), (second, first))]
    return [
        (_level(pair.comparison, ways[0][2 * place]), _level(pair.comparison, ways[1][2 * place]))
        for place, pair in enumerate(pairs)
    ]


def _gammas(
    connection: duckdb.DuckDBPyConnection, model: Model, left: Places, right: Places
) -> dict[int, dict[str, int]]:
    """Comparison vectors by the smaller number of a pair."""
    connection.register("chosen", records_in(connection, "comparable").pairs(left, right))
    rows = connection.sql(compile_scorer(model, "chosen").sql)
    columns = [f"gamma_{name}" for name in _COMPARISONS]
    found = rows.select(", ".join(["least(left_number, right_number)", *columns])).fetchall()
    return {number: dict(zip(_COMPARISONS, gammas, strict=True)) for number, *gammas in found}


def _level(comparison: str, gammas: dict[str, int]) -> str:
    level = level_of(_COMPARISONS[comparison], gammas[comparison])
    return SILENT if level is None else level.kind or level.code


def comparable(side: Any) -> ComparableRecord:
    """A side of a golden pair as it is compared."""
    content = {"identities": [{"names": [{"full_name": side}]}]} if isinstance(side, str) else side
    message = json_format.ParseDict({"name": "sources/golden/records/1"} | content, record_pb2.Record())
    return standardise(record_to_domain(message))
