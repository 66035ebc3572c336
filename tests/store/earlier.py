"""Makes a small store with the code of an earlier version, kept here as a fixture: `schema-1.duckdb.gz`.

Run from a checkout of that version (its last is c4891f2 for schema 1, 60f3463 for schema 3, db2f107 for schema 4,
ee15b25 for schema 5, 712b51f for schema 6), whose packages come first:

    git worktree add build/earlier c4891f2
    cd build/earlier
    PYTHONPATH=.:clients/python ../../.venv/bin/python ../../tests/store/earlier.py ../../tests/store/schema-1.duckdb.gz

The store has all that one can have: records, corrections, withdrawals, returns, verdicts that stand and that were
withdrawn, a group that a verdict parts, open and claimed review tasks, and answers that requests can be repeated for.
From schema 4 on, some owners keep records from countries, and say otherwise later; and a record was purged.
From schema 5 on, an owner classifies its record anew, another classifies and grades it no more, and records are staged.
"""

import gzip
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from importlib import import_module
from importlib.util import find_spec
from itertools import count
from pathlib import Path

from google.protobuf import json_format
from google.type import date_pb2

from ftf.resolution.v1 import record_pb2
from resolver.domain.verdict import Basis, Justification, VerdictKind, Word
from resolver.engine.asked.judgements import ClaimTask, GiveVerdict, WithdrawVerdict
from resolver.engine.asked.submission import Submission
from resolver.engine.asked.writes import Withdrawal, Write
from resolver.engine.engine import open_engine
from resolver.rpc.convert import record_to_domain
from resolver.store.judgements import TaskFilter
from resolver.synthetic import generate_records

RECORDS = 60
RESTRICTED = range(13, 29)
EXPIRED = 50
STAGED = 4
_PATIENCE = 120


def main(target):
    """Writes the fixture."""
    ticks = count()
    noon = datetime(2026, 11, 1, 12, tzinfo=UTC).replace(tzinfo=None)
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "store.duckdb"
        engine = open_engine(store, clock=lambda: noon + timedelta(seconds=next(ticks)))
        _fill(engine)
        engine.close()
        with gzip.GzipFile(target, "wb", mtime=0) as packed:
            packed.write(store.read_bytes())


def _fill(engine):
    generated = sorted(generate_records(seed=5, records=RECORDS), key=lambda one: one.person)
    messages = [json_format.ParseDict(one.record, record_pb2.Record()) for one in generated]
    purging = find_spec("resolver.jobs.sweeping") is not None
    if purging:
        _restrict(messages)
    for place in range(0, RECORDS, 10):
        _write(engine, *map(_submission, messages[place : place + 10]))
    for old, new in ((3, 30), (11, 40)):
        message = record_pb2.Record.FromString(messages[new].SerializeToString())
        message.name = messages[old].name
        _write(engine, _submission(message))
    if purging:
        _change_restrictions(engine, messages)
    for place in (5, 21, 22):
        _write(engine, Withdrawal(messages[place].name))
    _write(engine, _submission(messages[21]))

    groups = engine.reader.identities(0, 1_000, 0)
    mates = next(group.records for group in groups if len(group.records) > 1)
    alone = [group.records[0] for group in groups if len(group.records) == 1]
    _judge(engine, GiveVerdict(*mates[:2], _word(VerdictKind.DIFFERENT)))
    _judge(engine, GiveVerdict(*alone[:2], _word(VerdictKind.SAME)))
    _judge(engine, GiveVerdict(*alone[2:4], _word(VerdictKind.SAME, Basis.COURT)))
    (told,) = _judge(engine, GiveVerdict(*alone[4:6], _word(VerdictKind.SAME)))
    _judge(engine, WithdrawVerdict(told.verdicts[0].number, "ex-1", "a mistake", ""))
    tasks = engine.reader.judgements.tasks(0, 3, TaskFilter("", "", (), False, engine.now()))
    _judge(engine, ClaimTask(tasks[0].task.name, "ex-1", timedelta(hours=1), ""))
    if purging:
        sweep = import_module("resolver.jobs.sweeping").sweep
        (gone,) = sweep(engine).purged
        assert gone.record != messages[EXPIRED].name
    if find_spec("resolver.engine.asked.source_steps") is not None:
        _mark_anew(engine, messages)
        _stage(engine)


def _mark_anew(engine, messages):
    """What is stated for people to go by, and nothing else, of a record and of one that nobody may see but some."""
    for place, classification in ((RESTRICTED[1], record_pb2.CLASSIFICATION_CONFIDENTIAL), (1, 0)):
        message = messages[place]
        message.handling.classification = classification
        message.handling.ClearField("codes")
        message.ClearField("evaluation")
        if classification:
            message.handling.codes.extend(["H3", "H1"])
        _write(engine, _submission(message))


def _stage(engine):
    steps = import_module("resolver.engine.asked.source_steps")
    generated = list(generate_records(seed=6, records=STAGED))
    messages = [json_format.ParseDict(one.record, record_pb2.Record()) for one in generated]
    for place, message in enumerate(messages):
        message.name = f"sources/staged/records/{place}"
    step = steps.StageRecords(0, [_submission(message) for message in messages], whole=True)
    engine.submit(Write((), step=step)).result(_PATIENCE)


def _restrict(messages):
    """Countries that may see records and that may not, in groups and alone; and a record that has expired."""
    for place in RESTRICTED:
        lists = messages[place].handling
        lists.allowed_countries.extend(["FRA", "BEL"] if place % 2 else [])
        lists.denied_countries.extend(["SYR"] if place % 3 else [])
    messages[EXPIRED].retention.expiry_date.CopyFrom(date_pb2.Date(year=2026, month=10, day=1))


def _change_restrictions(engine, messages):
    loosened, tightened = RESTRICTED[0], RESTRICTED[-1] + 1
    messages[loosened].handling.ClearField("allowed_countries")
    messages[loosened].handling.ClearField("denied_countries")
    messages[tightened].handling.allowed_countries.append("GBR")
    _write(engine, _submission(messages[loosened]), _submission(messages[tightened]))


def _submission(message):
    return Submission(record_to_domain(message), message.SerializeToString())


def _write(engine, *changes):
    digest = sha256(repr(changes).encode()).digest()
    write = Write(changes, request_key=f"r:{digest.hex()[:16]}", digest=digest, atomic=True)
    engine.submit(write).result(_PATIENCE)


def _judge(engine, judgement):
    return engine.submit(Write((), atomic=True, judgement=judgement)).result(_PATIENCE)


def _word(kind, basis=Basis.EXAMINER):
    return Word(kind, basis, Justification.NOT_ASSESSED, "compared the files", "ex-1")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
