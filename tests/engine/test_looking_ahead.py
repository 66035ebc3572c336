"""What waits for the writer is made ready before its turn, if there is much of it, and never anything else for that."""

from concurrent.futures import Future
from datetime import date

import pytest

from resolver.engine.admission import WriteQueue
from resolver.engine.asked.writes import Write
from resolver.engine.looking_ahead import MOST, WORTHWHILE, LookingAhead
from resolver.linkage.model import shipped_model
from resolver.store.content import prepared
from tests.people import submission

TODAY = date(2026, 1, 1)


def made_ready(record):
    return prepared(record, shipped_model().frequencies, "m", TODAY)


class Beside:
    """Makes records ready when it is told to."""

    def __init__(self):
        self.asked = []

    def __call__(self, records):
        self.asked.append((records, Future()))
        return self.asked[-1][1]

    def answer(self):
        for records, future in self.asked:
            if not future.done():
                future.set_result(list(map(made_ready, records)))


@pytest.fixture
def queue():
    """By its clock all comes at once, however busy the machine is: else the more would share a batch."""
    return WriteQueue(clock=lambda: 0.0)


@pytest.fixture
def beside():
    return Beside()


@pytest.fixture
def ahead(beside):
    return LookingAhead(beside)


def put(queue, records):
    return [queue.put(Write((submission(record),), atomic=True, validate_only=True)) for record in records]


def turn(queue, ahead):
    """The records of the next batch, each with what was made ready of it."""
    batch = ahead.made_ready(queue.take().queued)
    ahead.look(queue.next_interactive())
    return [(change.record, change.prepared) for queued in batch for change in queued.write.changes]


def test_each_gets_what_was_made_of_its_own_record(queue, ahead, beside, corpus):
    records = corpus[: MOST + 20]
    put(queue, records)
    ahead.look(queue.next_interactive())
    beside.answer()

    found = turn(queue, ahead)
    while len(found) < len(records):
        beside.answer()
        found += turn(queue, ahead)

    assert [record for record, _ in found] == records
    assert all(made is None or made == made_ready(record) for record, made in found)
    assert sum(made is not None for _, made in found) == len(records)


def test_few_are_left_to_the_writer(queue, ahead, beside, corpus):
    put(queue, corpus[: WORTHWHILE - 1])
    ahead.look(queue.next_interactive())
    assert beside.asked == []


def test_nobody_waits_for_a_process_that_starts_or_failed(queue, ahead, beside, corpus):
    put(queue, corpus[:MOST])
    ahead.look(queue.next_interactive())
    assert {made for _, made in turn(queue, ahead)} == {None}

    beside.asked[0][1].set_exception(RuntimeError())
    assert {made for _, made in turn(queue, ahead)} == {None}


def test_who_left_the_queue_is_forgotten(queue, ahead, beside, corpus):
    waiting = put(queue, corpus[:WORTHWHILE])
    ahead.look(queue.next_interactive())
    for future in waiting:
        future.cancel()
    ahead.look(queue.next_interactive())
    assert ahead._asked == {}
