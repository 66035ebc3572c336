"""What a viewer reads of a store with records that it may not see is what it would read of one without them.

Two stores of one key live through one history; the second lacks the records that the viewer never sees, and all that is
said of them. Whatever the viewer reads, with the numbers that its view gives it, is compared byte by byte.
"""

import random
import shutil
from dataclasses import replace
from datetime import datetime

import pytest

from resolver.domain.errors import ResolverError
from resolver.domain.feed import BEGINNING, EVERYTHING, DecisionFilter
from resolver.domain.handling import Restrictions, Viewer
from resolver.domain.verdict import Basis, Justification, VerdictKind, VerdictState, Word
from resolver.engine import open_engine
from resolver.judging import GiveVerdict, WithdrawVerdict
from resolver.registering import Acknowledge, CreateConsumer
from resolver.rpc.consumer_messages import acknowledgement_to_message, consumer_to_message, outstanding_to_message
from resolver.rpc.convert import decision_to_message, identity_to_message
from resolver.rpc.cursors import decode_cursor, encode_cursor
from resolver.rpc.decision_lists import decisions_after
from resolver.rpc.judgement_messages import open_task_to_message, verdict_to_message
from resolver.rpc.paging import open_page
from resolver.rpc.view import view_of
from resolver.store.judgements import TaskFilter
from resolver.writes import Withdrawal, Write
from tests.counts import count
from tests.people import ONE, OTHER, SAME, person, submission
from tests.retention.examples import Clock

VIEWER = Viewer("DEU", "bka", "border")
CONTENTS = [
    ONE,
    SAME,
    OTHER,
    person("x", "Zelimkhan Khasanov", birth=None),
    person("x", "Ruslan Batyrov Khasanov"),
    person("x", "Khasanov Zelimkhan Batyrov", passport="AB1234567", town="Grozny"),
]
NAMES = [f"sources/{source}/records/{number}" for source in ("own", "shared") for number in range(6)]
OPEN = Restrictions()
SHOWN = [OPEN, OPEN, Restrictions(denied_countries=frozenset({"SYR"})), Restrictions(allowed_countries=frozenset({"DEU"}))]
HIDDEN = [
    Restrictions(denied_countries=frozenset({"DEU"})),
    Restrictions(allowed_countries=frozenset({"FRA", "SYR"})),
    Restrictions(denied_purposes=frozenset({"border"})),
    Restrictions(denied_authorities=frozenset({"DEU/bka"})),
]
WORD = Word(VerdictKind.SAME, Basis.EXAMINER, Justification.NOT_ASSESSED, "made up", "ex-1")
ALL_TASKS = TaskFilter("", "", (), unclaimed_only=False, now=datetime.fromisoformat("2026-03-09T12:00:00"))


class World:
    """A store, and what its viewer has read of it."""

    def __init__(self, path):
        self.clock = Clock()
        self.engine = open_engine(path, clock=self.clock)
        self.reader = self.engine.reader
        self.view = view_of(VIEWER, self.reader.store_id(), self.reader.places, self.reader.cursor_key())

    def write(self, write):
        """Carries a write out, if it can be."""
        try:
            self.engine.submit(write).result(timeout=60)
        except ResolverError as error:
            return error.reason
        return None

    def told(self):
        """The feed, page by page, as messages."""
        found, place = [], 0
        while True:
            page = replace(open_page(2, "", "X"), position=place)
            listed = decisions_after(self.reader.decisions, page, self.view)
            if not listed:
                return found
            found += [each.message for each in listed[:2]]
            place = listed[:2][-1].place

    def reads(self):
        """Everything that can be read, by what it is."""
        reader, view, viewer, now = self.reader, self.view, VIEWER, self.clock.now
        told = self.told()
        yield "feed", told
        names = {name for each in told for change in each.changes for name in (change.before, change.after)} - {""}
        moments = [None, *sorted({each.commit_time.ToDatetime() for each in told})[1::5]]
        for which in (EVERYTHING, DecisionFilter(countries=frozenset({"SYR"})), DecisionFilter(sources=frozenset({"sources/own"}))):
            place, stretches = BEGINNING, []
            while place.sequence < reader.head():
                stretch = reader.feed.stretch(place, reader.head(), which, 3, viewer)
                stretches += [decision_to_message(decision, view) for decision in stretch.decisions]
                place = stretch.end
            yield f"followed {which}", [*stretches, encode_cursor(place, view)]
        yield "kept", [
            decision_to_message(event.decision, view)
            for events in reader.feed.events(0, 10**6)
            for event in events
            if reader.feed.tells(event, viewer)
        ]
        for moment in moments:
            for least in (1, 2):
                yield f"identities {moment} {least}", [
                    identity_to_message(each, view) for each in reader.identities(0, 100, least, moment, viewer)
                ]
            for name in NAMES:
                stored = reader.record(name, moment, viewer)
                yield f"{name} {moment}", [stored and replace(stored, number=0)]
                within = reader.identity_of(name, moment, viewer)
                yield f"identity of {name} {moment}", [within and identity_to_message(within, view)]
            for name in names:
                identity = reader.identity(name, moment, viewer)
                yield f"{name} {moment}", [identity and identity_to_message(identity, view)]
        for source in ("sources/own", "sources/shared"):
            yield source, [replace(each, number=0) for each in reader.records(source, 0, 100, viewer)]
        for name in NAMES:
            yield f"versions of {name}", [replace(each, number=0) for each in reader.record_versions(name, 0, 9, viewer)]
            page = open_page(100, "", "X")
            about = decisions_after(lambda *asked, name=name: reader.decisions_of_record(name, *asked), page, view)
            yield f"decisions of {name}", [each.message for each in about]
            for other in NAMES:
                if name < other:
                    pair = reader.explanations.pair(name, other, viewer)
                    yield f"{name} and {other}", [pair and (pair.outcome, pair.same_identity, pair.match_weight, pair.verdicts)]
        for name in names:
            page = open_page(100, "", "X")
            past = decisions_after(lambda *asked, name=name: reader.decisions_of_identity(name, *asked), page, view)
            yield f"history of {name}", [each.message for each in past]
            forward = reader.forward(name, viewer)
            yield f"{name} leads to", [
                forward and identity_to_message(forward.identity, view),
                forward and forward.decision and decision_to_message(forward.decision, view),
            ]
            stated = reader.explanations.stated(name, viewer)
            yield f"golden view of {name}", [stated and ([replace(each, number=0) for each in stated.records], sorted(map(str, stated.facts.values()))), stated and view.etag(stated.identity.revision)]
            built = reader.explanations.identity(name, now, viewer)
            yield f"{name} is built of", [
                built and (built.uniting_links, built.verdicts),
                *[open_task_to_message(task, view) for task in (built.open_review_tasks if built else ())],
            ]
        tasks = reader.judgements.tasks(0, 100, ALL_TASKS, viewer)
        yield "tasks", [open_task_to_message(task, view) for task in tasks]
        for task in tasks:
            yield task.task.name, [open_task_to_message(reader.task(task.task.name, now, viewer), view)]
        yield "verdicts", [verdict_to_message(each) for each in reader.judgements.verdicts(0, 100, "", VerdictState.UNSPECIFIED, viewer)]
        for consumer in reader.consumers.after(0, 10):
            yield consumer.name, [consumer_to_message(consumer, reader.consumers.standing(consumer, viewer), view)]
            yield "outstanding", [outstanding_to_message(each, view) for each in reader.consumers.outstanding(consumer, 0, 100, viewer)]
        for place in range(1, len(told) + 3):
            sequence = view.sequence(place)
            yield f"acknowledgements {place}", [
                sequence is None,
                *map(acknowledgement_to_message, reader.consumers.acknowledgements(sequence or 0, 0, 10, viewer)),
            ]


def history(chance, steps):
    """Writes, each with whether the second world lacks it; names of records whose every version is hidden are drawn first."""
    never = set(chance.sample(NAMES, chance.randint(1, 6)))
    stated, verdicts = {}, 0
    for _ in range(steps):
        what = chance.random()
        if what < 0.62 or len(stated) < 3:
            name = chance.choice(NAMES)
            own = name.startswith("sources/own")
            lists = HIDDEN if name in never else SHOWN if own or chance.random() < 0.7 else [*SHOWN, *HIDDEN]
            record = replace(
                chance.choice(CONTENTS),
                name=name,
                country="DEU" if own and name not in never else chance.choice(["FRA", "SYR"]),
                authority="ncb" if not own or name in never else "bka",
                restrictions=chance.choice(lists),
            )
            stated[name] = record
            yield Write((submission(record),)), {name} & never
        elif what < 0.75:
            name = chance.choice(sorted(stated))
            yield Write((Withdrawal(name),)), {name} & never
        else:
            pair = chance.sample(sorted(stated), 2)
            kind = chance.choice([VerdictKind.SAME, VerdictKind.DIFFERENT])
            word = replace(WORD, kind=kind, basis=chance.choice([Basis.EXAMINER, Basis.COURT]))
            yield Write((), atomic=True, judgement=GiveVerdict(*pair, word), viewer=None), set(pair) & never


def shown(reads):
    return {what: [each.SerializeToString(deterministic=True) if hasattr(each, "SerializeToString") else each for each in found] for what, found in reads}


@pytest.mark.parametrize("seed", range(count(6, 60)))
def test_a_viewer_reads_what_it_would_read_of_a_store_in_which_there_is_nothing_else(tmp_path, seed):
    chance = random.Random(seed)
    open_engine(tmp_path / "new.duckdb").close()
    worlds = []
    for name in ("whole", "part"):
        shutil.copy(tmp_path / "new.duckdb", tmp_path / name)
        worlds.append(World(tmp_path / name))
    whole, part = worlds
    try:
        for world in worlds:
            world.write(Write((), atomic=True, registration=CreateConsumer("consumers/own", "x", EVERYTHING, BEGINNING)))
        for write, lacks in history(chance, 25):
            for world in worlds:
                world.clock.forward(seconds=1)
                if world is whole or not lacks:
                    world.write(write)
            if chance.random() < 0.2:
                found = [shown(world.reads()) for world in worlds]
                assert found[0] == found[1]
                for world in worlds:
                    told = world.told()
                    if told:
                        place = decode_cursor("cursor", told[len(told) // 2].cursor, world.view, world.reader.feed.place)
                        world.write(Write((), atomic=True, registration=Acknowledge("consumers/own", "x", place)))
        found = [shown(world.reads()) for world in worlds]
        assert found[0] == found[1]
        assert whole.reader.head() > part.reader.head()
    finally:
        for world in worlds:
            world.engine.close()
