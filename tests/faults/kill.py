"""kill -9 at a random moment of writing, twice on one store: the second writer goes on where the first was killed."""

import random
import time

from tests.faults.acknowledging import Heard
from tests.faults.afterwards import check_afterwards
from tests.faults.outcome import Outcome
from tests.faults.plan import plan
from tests.faults.writer import IN_FLIGHT, writing


def run(seed, records, folder, key=None):
    """One trial; raises AssertionError when something was lost, doubled or stored by halves."""
    chance = random.Random(seed)
    writes = plan(seed, records)
    store, heard = folder / "store.duckdb", Heard()
    for _ in range(2):
        target = len(heard.acknowledged) + chance.randint(0, len(writes) // 3)
        with writing(store, writes, heard.first(writes), key=key) as writer:
            if heard.until(writer, lambda: len(heard.acknowledged) >= target):  # noqa: B023 - called within the turn
                # Somewhere within a transaction, which takes some tens of milliseconds.
                time.sleep(chance.random() * 0.05)
            for answered in writer.kill():
                heard.note(answered)
        if store.exists():
            asked = min(len(writes), max(heard.acknowledged, default=-1) + 1 + IN_FLIGHT)
            check_afterwards(store, writes, heard.acknowledged, asked, key)
    return Outcome(len(heard.acknowledged), "killed while writing")
