"""What a writer is going to ask of the engine, known in full before it begins, so that it can be checked afterwards."""

import random
from dataclasses import replace
from hashlib import sha256

from google.protobuf import json_format

from ftf.resolution.v1 import record_pb2
from resolver.engine.asked.submission import Submission
from resolver.engine.asked.writes import Withdrawal, Write
from resolver.rpc.convert import record_to_domain
from resolver.synthetic import generate_records

MOST_IN_WRITE = 12


def records_of(seed, count):
    """Made-up records as the engine takes them, those of one person close together so that groups form."""
    generated = sorted(generate_records(seed=seed, records=count), key=lambda one: one.person)
    return [record_to_domain(json_format.ParseDict(one.record, record_pb2.Record())) for one in generated]


def plan(seed, records):
    """Writes of new records, alone and in batches, with corrections and withdrawals of earlier ones in between."""
    chance = random.Random(seed)
    rest, writes, earlier = list(records), [], []
    while rest:
        kind = chance.random()
        if kind < 0.1 and earlier:
            changes = (Withdrawal(earlier.pop(chance.randrange(len(earlier)))),)
        elif kind < 0.25 and earlier:
            changes = (_submission(replace(rest[0], name=chance.choice(earlier))),)
        else:
            taken = rest[: chance.choice((1, 1, chance.randint(2, MOST_IN_WRITE)))]
            del rest[: len(taken)]
            earlier += [record.name for record in taken]
            changes = tuple(map(_submission, taken))
        writes.append(_write(seed, len(writes), changes, chance.random() < 0.7))
    return writes


def _submission(record):
    return Submission(record, repr(record).encode())


def _write(seed, place, changes, atomic):
    digest = sha256(repr(changes).encode()).digest()
    return Write(changes, request_key=f"r:{seed}-{place}", digest=digest, atomic=atomic or len(changes) == 1)
