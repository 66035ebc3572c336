"""Each fault, a few times; `make faults` does the same hundreds of times."""

import pytest

from resolver.store.keys import StoreKey
from tests.faults import full_disk, kill, killed_checkpoint, torn_log
from tests.faults.plan import records_of

RECORDS = 40
KEY = StoreKey("k" * 44)


@pytest.fixture(scope="module")
def records():
    return records_of(7, RECORDS)


@pytest.mark.parametrize("key", [None, KEY], ids=["plain", "encrypted"])
def test_nothing_acknowledged_is_lost_by_kill_9(records, tmp_path, key):
    kill.run(0, records, tmp_path, key)


@pytest.mark.parametrize("seed", range(len(killed_checkpoint.STEPS)), ids=killed_checkpoint.STEPS)
def test_nothing_acknowledged_is_lost_by_kill_9_in_a_checkpoint(seed, records, tmp_path):
    killed_checkpoint.run(seed, records, tmp_path)


@pytest.mark.parametrize("key", [None, KEY], ids=["plain", "encrypted"])
@pytest.mark.parametrize("seed", range(len(torn_log.KINDS)), ids=torn_log.KINDS)
def test_no_whole_commit_is_lost_with_a_log_that_is(seed, records, tmp_path, key):
    torn_log.run(seed, records, tmp_path, key)


@pytest.mark.parametrize("seed", range(2))
def test_nothing_acknowledged_is_lost_by_a_full_disk(seed, records, tmp_path):
    full_disk.run(seed, records, tmp_path)
