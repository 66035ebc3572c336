"""Places within a view: a viewer counts what it is told, and nothing tells it of the rest."""

import random
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest

from resolver.domain.feed import BEGINNING, FeedPlace
from resolver.domain.handling import Guard, Restrictions, Viewer
from resolver.domain.owner import Owner
from resolver.store.database import open_database
from resolver.store.guards import guard_to_text
from resolver.store.places import Places
from resolver.store.reading import Reading

NOON = datetime.fromisoformat("2026-03-01T12:00:00")
COUNTRIES = ("DEU", "FRA", "SYR")
VIEWERS = [Viewer(country, "bka", purpose) for country in COUNTRIES for purpose in ("border", "locate")]


class Store:
    """A feed, written row by row, and what each viewer must be told of it."""

    def __init__(self):
        self.database = open_database(None)
        self.reading = Reading(self.database)
        self.guards, self.audiences, self.told = [], [], []

    def guard(self, **lists):
        guard = Guard(Owner("TUR", "egm"), Restrictions(**{name: frozenset(some) for name, some in lists.items()}))
        self.guards.append(guard)
        self._run("INSERT INTO guards VALUES (?, ?)", [len(self.guards), guard_to_text(guard)])

    def audience(self, lets, keeps_from):
        self.audiences.append((lets, keeps_from))
        self._run("INSERT INTO audiences VALUES (?, ?, ?)", [len(self.audiences), lets, keeps_from])

    def decide(self, audience=0, told=()):
        place = len(self.told) + 1
        self.told.append({audience, *told})
        time = NOON + timedelta(seconds=place)
        self._run("INSERT INTO decisions VALUES (?, 1, ?, '', ?)", [place, time, audience])
        for other in told:
            row = [place, other, 1, time]
            self._run("INSERT INTO told_decisions VALUES (?, ?, ?, ?, '', 1, false, '', '')", row)

    def is_told(self, viewer, place):
        return any(self._includes(audience, viewer) for audience in self.told[place - 1])

    def _includes(self, audience, viewer):
        lets, keeps_from = self.audiences[audience - 1] if audience else ((), ())
        seen = {number for number, guard in enumerate(self.guards, start=1) if guard.lets(viewer)}
        return seen.issuperset(lets) and seen.isdisjoint(keeps_from)

    def _run(self, query, values):
        self.database.connection.execute(query, values)


@contextmanager
def store():
    made = Store()
    try:
        yield made
    finally:
        made.reading.close()
        made.database.connection.close()


def check(made, places, viewer):
    counted = 0
    for sequence in range(1, len(made.told) + 1):
        time = NOON + timedelta(seconds=sequence)
        if made.is_told(viewer, sequence):
            counted += 1
            last = FeedPlace(counted, time)
            assert places.sequence(viewer, counted) == sequence
        assert places.place(viewer, sequence) == counted
        assert places.shown(viewer, FeedPlace(sequence, time)) == (last if counted else BEGINNING)
    assert places.sequence(viewer, counted + 1) is None
    assert places.sequence(viewer, 0) == 0


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("kept", [10**6, 5])
def test_a_viewer_counts_what_it_is_told_while_guards_and_audiences_are_added(seed, kept):
    chance = random.Random(seed)
    with store() as made:
        places = Places(made.reading, kept)
        for _ in range(12):
            if chance.random() < 0.6:
                made.guard(denied_countries=chance.sample(COUNTRIES, chance.randint(1, 2)))
            if chance.random() < 0.3:
                made.guard(allowed_purposes=["locate"])
            if made.guards:
                guard = chance.randint(1, len(made.guards))
                made.audience([guard], [])
                made.audience([], [guard])
            for _ in range(chance.randint(0, 6)):
                pair = len(made.audiences) // 2
                sees = 2 * chance.randint(1, pair) - 1 if pair and chance.random() < 0.7 else 0
                made.decide(sees, [sees + 1] if sees and chance.random() < 0.4 else [])
            for viewer in chance.sample(VIEWERS, 3):
                check(made, places, viewer)
        for viewer in VIEWERS:
            check(made, places, viewer)


def test_who_sees_everything_counts_the_whole_feed():
    with store() as made:
        made.guard(denied_countries=["DEU"])
        made.audience([1], [])
        for audience in (0, 1, 0):
            made.decide(audience)
        places = Places(made.reading)
        assert [places.place(None, sequence) for sequence in (1, 2, 3)] == [1, 2, 3]
        assert [places.sequence(None, place) for place in (3, 4)] == [3, None]


def test_viewers_that_are_told_the_same_are_counted_for_once():
    with store() as made:
        made.guard(denied_countries=["DEU"])
        made.audience([1], [])
        for audience in (0, 1, 1, 0):
            made.decide(audience)
        places = Places(made.reading)
        for viewer in VIEWERS:
            assert places.place(viewer, 4) == (2 if viewer.country == "DEU" else 4)
        assert sorted(len(each.sequences) for each in places._by_audiences.values()) == [0, 2]
