"""kill -9 while the log is written into the file, which is made to happen every few writes.

A checkpoint of so small a store is over in less than a poll, so it is broken off by DuckDB itself at one of its steps,
and the writer killed with what it had told: the files are those of a crash at that step. What DuckDB commits by a
checkpoint, without the log, is then not acknowledged, and may be there or not.
"""

import random

from resolver.domain.errors import ErrorReason
from tests.faults.acknowledging import Heard
from tests.faults.afterwards import check_afterwards
from tests.faults.outcome import Outcome
from tests.faults.plan import plan
from tests.faults.writer import IN_FLIGHT, writing

STEPS = ("after_free_list_write", "before_header", "before_truncate", "before_wal_finish")


def run(seed, records, folder):
    """One trial; raises AssertionError when something was lost, doubled or stored by halves."""
    chance = random.Random(seed)
    writes = plan(seed, records)
    store, heard = folder / "store.duckdb", Heard()
    step, after = STEPS[seed % len(STEPS)], chance.randint(2, len(writes) // 2)
    with writing(store, writes, 0, checkpoint_at="30KB", abort=(step, after)) as writer:
        broken_off = heard.until(writer, lambda: ErrorReason.STORE_FAILED in heard.refusals)
        for answered in writer.kill():
            heard.note(answered)
    assert broken_off, "no checkpoint was made"
    asked = min(len(writes), max(heard.acknowledged, default=-1) + 1 + 2 * IN_FLIGHT)
    check_afterwards(store, writes, heard.acknowledged, asked)
    return Outcome(len(heard.acknowledged), step.replace("_", " "))
