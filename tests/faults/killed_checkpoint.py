"""kill -9 while the log is written into the file, which is made to happen every few writes."""

import random
import time

from resolver.store.log_file import log_of
from tests.faults.acknowledging import Heard
from tests.faults.afterwards import check_afterwards
from tests.faults.outcome import Outcome
from tests.faults.plan import plan
from tests.faults.writer import IN_FLIGHT, writing

_PATIENCE = 60.0


def run(seed, records, folder):
    """One trial; raises AssertionError when something was lost, doubled or stored by halves."""
    chance = random.Random(seed)
    writes = plan(seed, records)
    store, heard = folder / "store.duckdb", Heard()
    target = chance.randint(2, len(writes) // 2)
    with writing(store, writes, 0, checkpoint_at="30KB") as writer:
        if heard.until(writer, lambda: len(heard.acknowledged) >= target):
            _wait_for_change(store, writer)
            time.sleep(chance.random() * 0.004)
        for answered in writer.kill():
            heard.note(answered)
    left = log_of(store).exists() and log_of(store).stat().st_size > 0
    asked = min(len(writes), max(heard.acknowledged, default=-1) + 1 + IN_FLIGHT)
    check_afterwards(store, writes, heard.acknowledged, asked)
    return Outcome(len(heard.acknowledged), "log left" if left else "log just gone")


def _wait_for_change(store, writer):
    """Waits until the file itself is written to: nothing but a checkpoint does that while rows are few."""
    before = store.stat().st_mtime_ns
    deadline = time.monotonic() + _PATIENCE
    while store.stat().st_mtime_ns == before and writer.process.is_alive() and time.monotonic() < deadline:
        pass
