"""An engine whose clock a test sets, and what becomes of the feed."""

from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from resolver.domain.retention import Stated
from resolver.engine.asked.retention import TellDue
from resolver.engine.asked.writes import Write
from resolver.engine.engine import open_engine
from tests.people import submission

NOON = datetime(2026, 3, 1, 12)  # noqa: DTZ001 - times are UTC without zone
_PATIENCE = 120


class Clock:
    """Stands still until it is told otherwise."""

    def __init__(self, now=NOON):
        self.now = now

    def __call__(self):
        return self.now

    def forward(self, **span):
        self.now += timedelta(**span)


@contextmanager
def opened(path=None, clock=None, **options):
    engine = open_engine(path, clock=clock or Clock(), **options)
    try:
        yield engine
    finally:
        engine.close()


def send(engine, *records, **write):
    return engine.submit(Write(tuple(map(submission, records)), **write)).result(_PATIENCE)


def keep(engine, asked=TellDue(), **write):  # noqa: B008 - a value
    (answer,) = engine.submit(Write((), atomic=True, keeping=asked, **write)).result(_PATIENCE)
    return answer


def until(record, expiry, review=None):
    """The record, to be kept through a day."""
    return replace(record, retention=Stated(review=review, expiry=expiry))


def replayed(decisions):
    """Who is in which identity after the decisions, as sets of records."""
    where = {}
    for place, decision in enumerate(decisions, start=1):
        assert decision.sequence == place, "the feed has a gap"
        for change in decision.changes:
            for record in change.records:
                assert where.pop(record, None) == change.before
                if change.after is not None:
                    where[record] = change.after
    groups = {}
    for record, identity in where.items():
        groups.setdefault(identity, set()).add(record)
    return {frozenset(group) for group in groups.values()}


def identities(engine):
    return {frozenset(identity.records) for identity in engine.reader.identities(0, 10**6, 0)}
