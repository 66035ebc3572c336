"""Splink as in `with_splink`, but the agreement of two names is worked out once a pair; same arguments.

Fifty-four levels ask about it, and DuckDB works out what stands in the branches of a CASE each time. Splink's API has
no way to say it once, so its statement is rewritten on the way to DuckDB, as this project's engine on Spark has it.
"""

from __future__ import annotations

import sys
from pathlib import Path

from splink import DuckDBAPI

from benchmarks.reresolving.with_splink import predicted_and_clustered
from resolver.linkage.comparison import Comparison, filled
from resolver.linkage.model import shipped_model
from resolver.linkage.name_comparison import AGREEMENT
from resolver.linkage.settings import splink_settings

_READ = ("name_parts", "name_tokens", "part_bits", "part_sounds")
_CALL = f"measure_agreement({', '.join(f'{column}_{side}' for column in _READ for side in ('l', 'r'))})"
_SOURCE = "from blocked_with_cols"


class MeasuringOnce(DuckDBAPI):
    """Splink's way to DuckDB, on which the agreement is a column of what Splink compares."""

    def _execute_sql_against_backend(self, final_sql: str):  # type: ignore[no-untyped-def] # noqa: ANN202 - as Splink has it
        if _CALL in final_sql:
            measured = f"from (select *, {AGREEMENT} as measure_agreement from blocked_with_cols) as measured"  # noqa: S608
            final_sql = final_sql.replace(_CALL, "measure_agreement").replace(_SOURCE, measured)
        return super()._execute_sql_against_backend(final_sql)


def _condition(_: Comparison, condition: str) -> str:
    return filled(condition, {"agreement": _CALL})


def main(folder: Path, memory: str, threads: int) -> None:
    """Predicts and clusters the records of a folder."""
    model = shipped_model()
    settings = splink_settings(model.prior, model.levels, condition=_condition)
    predicted_and_clustered(folder, memory, threads, MeasuringOnce, settings)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
