"""A log that is cut, filled with zeros, garbled or replaced, as a power failure, a bad disk or a mistake leave it.

Cut or zeroed at any place, it opens with every commit that was whole before that place. Garbled, it opens with all that
was acknowledged, or is refused and left as it is. A log that is none is refused.
"""

import random
import shutil

from resolver.domain.errors import StoreError
from resolver.engine.engine import open_engine
from resolver.store.log_file import log_of
from tests.faults.acknowledging import Heard
from tests.faults.afterwards import check_afterwards
from tests.faults.outcome import Outcome
from tests.faults.plan import plan
from tests.faults.writer import IN_FLIGHT, writing

KINDS = ("cut", "zeros", "garbled", "garbled length", "not a log")


def run(seed, records, folder, key=None):
    """One trial; raises AssertionError when something that was whole is lost, or damage goes unnoticed."""
    chance = random.Random(seed)
    kind = KINDS[seed % len(KINDS)]
    writes = plan(seed, records)
    store, heard = folder / "store.duckdb", Heard()
    target = chance.randint(3, len(writes) // 2)
    with writing(store, writes, 0, key=key) as writer:
        heard.until(writer, lambda: len(heard.acknowledged) >= target)
        for answered in writer.kill():
            heard.note(answered)
    torn = folder / "torn" / "store.duckdb"
    torn.parent.mkdir()
    shutil.copy(store, torn)
    log = log_of(store).read_bytes()
    place = chance.randrange(len(log))
    log_of(torn).write_bytes(_damaged(kind, log, place, chance))
    before = _contents(torn)
    try:
        open_engine(torn, key=key).close()
    except StoreError:
        assert kind not in ("cut", "zeros"), "a torn log was refused"
        assert _contents(torn) == before, "a refused store was changed"
        return Outcome(len(heard.acknowledged), f"{kind}: refused")
    assert kind != "not a log", "a log that is none was taken for an empty one"
    end = place if kind in ("cut", "zeros") else len(log)
    whole = {write: heard.acknowledged[write] for write in heard.acknowledged if heard.log_bytes[write] <= end}
    check_afterwards(torn, writes, whole, min(len(writes), max(heard.acknowledged) + 1 + IN_FLIGHT), key)
    return Outcome(len(heard.acknowledged), f"{kind}: opened")


def _damaged(kind, log, place, chance):
    if kind == "cut":
        return log[:place]
    if kind == "zeros":
        return log[:place] + bytes(min(len(log) - place, chance.randint(1, 8192)))
    if kind == "garbled":
        return log[:place] + chance.randbytes(1) + log[place + 1 :]
    if kind == "garbled length":
        # The top byte of the length of the first entry, so that it seems to reach beyond the end.
        top = log.index(b"\xff\xff") + 2 + 7
        return log[:top] + b"\x7f" + log[top + 1 :]
    return chance.randbytes(len(log))


def _contents(store):
    return store.read_bytes(), log_of(store).read_bytes()
