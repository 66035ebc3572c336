"""The disk is full: writes are refused by their reason and nothing is lost; with room the same process goes on.

Where the disk fills while the log is written into the file, the store fails as a whole and the writer ends; the next
one goes on.
"""

import random

from resolver.domain.errors import ErrorReason
from tests.faults.acknowledging import Heard
from tests.faults.afterwards import check_afterwards
from tests.faults.outcome import Outcome
from tests.faults.plan import plan
from tests.faults.room import full_disk
from tests.faults.writer import writing

_REFUSALS = 5
_REFUSALS_AFTER = 50
"""Those that were on their way when there was room, and what came of them."""
_PATIENCE = 120
_TOLD = {ErrorReason.STORAGE_FULL, ErrorReason.STORE_FAILED, ErrorReason.RECORD_NOT_FOUND}
"""The last: a record that was refused cannot be withdrawn."""


def run(seed, records, folder):
    """One trial; raises AssertionError when something was lost, doubled or refused without a reason."""
    chance = random.Random(seed)
    writes = plan(seed, records)
    heard = Heard()
    # Every other time it is a checkpoint that meets the full disk, the second: the first takes the file to 4 MB and is
    # survived, so that something has been acknowledged.
    checkpoint_at = "1MB" if seed % 2 else None
    spare = chance.randint(5_000_000, 7_500_000) if checkpoint_at else chance.randint(20_000, 150_000)
    with full_disk(folder / "disk", spare) as disk:
        store = disk.folder / "store.duckdb"
        with writing(store, writes, 0, checkpoint_at=checkpoint_at, file_limit=disk.file_limit) as writer:
            runs = heard.until(writer, lambda: len(heard.refusals) >= _REFUSALS)
            refused = len(heard.refusals)
            disk.make_room(writer.pid)
            heard.until(writer, lambda: len(heard.refusals) > refused + _REFUSALS_AFTER)
            assert len(heard.refusals) <= refused + _REFUSALS_AFTER, "with room again it still refuses"
            writer.process.join(_PATIENCE)
            exit_status = writer.process.exitcode
        reasons = set(heard.refusals)
        assert reasons <= _TOLD, reasons
        assert refused, "the disk was never full"
        assert heard.acknowledged, "nothing had been acknowledged that could be lost"
        failed = ErrorReason.STORE_FAILED in reasons
        if failed or exit_status:
            assert failed, f"the writer ended with {exit_status} without a reason"
            note = "the store failed, and opened again"
        else:
            assert runs
            assert len(heard.acknowledged) > len(writes) * 0.9, "with room again it did not go on"
            note = "went on with room"
        check_afterwards(store, writes, heard.acknowledged, len(writes))
    return Outcome(len(heard.acknowledged), f"{disk.kind}: {note}")
