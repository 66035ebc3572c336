"""A profile of the start: where the time goes between the file of a store and an engine that can write."""

from __future__ import annotations

import cProfile
import io
import pstats
import shutil
import tempfile
from contextlib import closing
from pathlib import Path

from benchmarks.performance.holdings import CACHE, Store
from resolver.engine.engine import open_engine
from resolver.identity.policy import STANDARD, for_holding

_TOP = 30


def opening_text(of: Store) -> str:
    """The functions of an opening with the most time, with what they call, in this process: its imports are done."""
    profile = cProfile.Profile()
    with tempfile.TemporaryDirectory(dir=CACHE, prefix="working-") as folder:
        path = Path(folder) / "store.duckdb"
        shutil.copyfile(of.path, path)
        profile.enable()
        engine = open_engine(path, policy=for_holding(STANDARD, of.holding.records))
        profile.disable()
        with closing(engine):
            text = io.StringIO()
            pstats.Stats(profile, stream=text).strip_dirs().sort_stats("cumulative").print_stats(_TOP)
    title = f"Opening a store of {of.holding.records:,} records; other threads read tables meanwhile"
    return f"{title}\n{text.getvalue()}"
