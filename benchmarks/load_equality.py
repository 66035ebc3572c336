"""A whole holding streamed into one store and loaded into another: what takes how long, and rows that differ.

    python -m benchmarks.load_equality --records 100000

Both stores begin as copies of one empty store, so that identities have the same names. Results go to
`benchmarks/results/load-equality.md`.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb

from benchmarks.bulk_load import Loaded, load, records_of, stream
from benchmarks.markdown import table
from benchmarks.performance.holdings import CACHE
from benchmarks.stamp import Stamp, stamp
from resolver.cli.child_server import child_server

RESULTS = Path(__file__).parent / "results"
COMPARED: Final[Mapping[str, str]] = {
    "records as they are stated": "SELECT * EXCLUDE (create_time, update_time, guard) FROM {}.records",
    "compared columns": "SELECT * FROM {}.comparable",
    "what rules read": "SELECT * FROM {}.facts",
    "blocking keys": "SELECT key, record_number FROM {}.blocking_keys",
    "pairs with their weights": "SELECT * FROM {}.pairs",
    "records in their identities": (
        "SELECT record_number, identity_number FROM {}.memberships WHERE until_decision IS NULL"
    ),
    "open review tasks": (
        "SELECT identity_low, identity_high, reason, left_number, right_number, match_weight"
        " FROM {}.review_tasks WHERE closed_by IS NULL"
    ),
}
"""What must be the same in both stores: a query of each, over a database that stands for the braces."""


@dataclass(frozen=True, slots=True)
class Compared:
    """The rows of a streamed store, and how many rows are only in one of the two."""

    rows: int
    only_streamed: int
    only_loaded: int


def main() -> None:
    """Measures, prints the page, and writes it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=303)
    parser.add_argument("--memory", default="4GB")
    parser.add_argument("--remark", default="", help="what else is to be known of the machine at the time")
    parser.add_argument("--output", type=Path, default=RESULTS)
    asked = parser.parse_args()
    at, records = stamp(), records_of(asked.seed, asked.records)
    with tempfile.TemporaryDirectory(dir=CACHE) as place:
        folder = Path(place)
        with child_server(folder, "empty", "benchmark", ["--holding", str(asked.records)]):
            pass
        for name in ("streamed", "loaded"):
            shutil.copy(folder / "empty.duckdb", folder / f"{name}.duckdb")
        loaded = load(folder, [records], asked.records, asked.records, asked.memory)
        rate = stream(folder, "streamed", records, asked.records)
        found = compared(folder / "streamed.duckdb", folder / "loaded.duckdb")
    page = "\n".join(_page(at, asked.seed, asked.remark, loaded, rate, found)) + "\n"
    (asked.output / "load-equality.md").write_text(page, encoding="utf-8")
    print(page)


def compared(streamed: Path, loaded: Path) -> dict[str, Compared]:
    """How the rows of two stores of one origin differ, by what they are."""
    with duckdb.connect() as connection:
        for name, path in {"streamed": streamed, "loaded": loaded}.items():
            connection.execute(f"ATTACH '{path}' AS {name} (READ_ONLY)")
        return {what: _compared(connection, query) for what, query in COMPARED.items()}


def _compared(connection: duckdb.DuckDBPyConnection, query: str) -> Compared:
    one, other = query.format("streamed"), query.format("loaded")
    counts = (
        f"SELECT (SELECT count(*) FROM ({one})), (SELECT count(*) FROM ({one} EXCEPT ALL {other})),"  # noqa: S608 - ours
        f" (SELECT count(*) FROM ({other} EXCEPT ALL {one}))"
    )
    ((rows, only_streamed, only_loaded),) = connection.execute(counts).fetchall()
    return Compared(rows, only_streamed, only_loaded)


def _page(
    at: Stamp, seed: int, remark: str, loaded: Loaded, rate: float, found: Mapping[str, Compared]
) -> Iterator[str]:
    yield "# A load and a stream of the same records"
    yield ""
    yield (
        f"Measured by `python -m benchmarks.load_equality` on {at.time} at commit {at.commit}: {at.cores} cores"
        f" ({at.processor}), {at.memory_gib} GiB, Python {at.python}; {loaded.records:,} made-up records of seed"
        f" {seed}. {remark}".rstrip()
    )
    yield ""
    streamed, loading = loaded.records / rate, loaded.wall
    yield (
        f"`resolver import` streamed all of them into an empty store in {streamed:,.0f} s ({rate:,.0f} records/s),"
        f" `resolver load` loaded them in {loading:,.0f} s ({loaded.records / loading:,.0f} records/s), so"
        f" {streamed / loading:.1f} times as fast."
    )
    yield ""
    head = ["rows that must be the same", "rows", "only streamed", "only loaded"]
    rows = ([what, f"{it.rows:,}", f"{it.only_streamed:,}", f"{it.only_loaded:,}"] for what, it in found.items())
    yield from table(head, rows)
    yield ""
    yield "Moments of storing are left out, and what the feed tells of the way there: a load tells it in another order."


if __name__ == "__main__":
    main()
