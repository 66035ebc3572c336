"""A plan of re-resolution of a loaded store, from its snapshot to the list of changes: FOLDER MEMORY THREADS.

The plan asks for a merge threshold that is two bits higher, and is made on a copy of the store, as
`resolver reresolve --plan` makes it.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from benchmarks.reresolving.phases import Phases
from resolver.domain.plan import Limits
from resolver.engine.engine import open_engine
from resolver.identity.policy import with_thresholds
from resolver.jobs.plan_control import Control
from resolver.jobs.reresolution import Reresolver
from resolver.rpc.convert import payload_to_domain
from resolver.rpc.handling_messages import handling_in
from resolver.store.database import STORE_MEMORY


def main(folder: Path, memory: str, threads: int) -> None:
    """Makes a plan for a copy of a store."""
    phases = Phases()
    with tempfile.TemporaryDirectory(dir=folder) as working:
        copy = Path(working) / "store.duckdb"
        shutil.copyfile(folder / copy.name, copy)
        with closing(
            open_engine(copy, policy=None, handled=handling_in, to_restandardise=True, memory=STORE_MEMORY)
        ) as engine:
            present = engine.configuration
            policy = with_thresholds(present.policy, present.policy.merge_weight + 2, None)
            control = Control(phases.told, share=1.0)
            reresolver = Reresolver(engine, payload_to_domain, memory=memory)
            plan = reresolver.plan(replace(present, policy=policy), None, Limits(), control)
            phases.begin("")
    phases.write(0, 0, plan.counts.changed)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
