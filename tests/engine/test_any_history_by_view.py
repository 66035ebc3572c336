"""Whatever happened, each viewer has been told the identities and tasks that what it sees makes by itself."""

from dataclasses import replace

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from resolver.domain.decision import Decision
from resolver.domain.errors import ErrorReason, ResolverError
from resolver.domain.handling import NO_RESTRICTIONS, Restrictions, Viewer
from resolver.domain.verdict import Basis, Justification, VerdictKind, VerdictState, Word
from resolver.engine.asked.judgements import GiveVerdict, WithdrawVerdict
from resolver.engine.asked.writes import Withdrawal, Write
from resolver.engine.engine import open_engine
from resolver.identity.pairs import Pairs
from resolver.identity.policy import STANDARD
from resolver.identity.replanning import tasks_between
from resolver.identity.verdicts import rulings
from resolver.jobs.batch import resolve_batch
from resolver.jobs.sweeping import sweep
from resolver.jobs.uniting import united
from resolver.linkage.model import shipped_model
from resolver.standardise.record import standardise
from resolver.store.facts_table import table_of
from resolver.store.judgements import TaskFilter
from tests.counts import count
from tests.engine.test_any_history import CONTENTS, KEPT, NAMES
from tests.people import submission
from tests.retention.examples import NOON, Clock, replayed

_PATIENCE = 60
REASONABLE = {ErrorReason.VERDICT_CONTRADICTS, ErrorReason.VERDICT_EXISTS, ErrorReason.RECORD_NOT_FOUND}
RESTRICTIONS = [
    NO_RESTRICTIONS,
    NO_RESTRICTIONS,
    Restrictions(denied_countries=frozenset({"DEU"})),
    Restrictions(allowed_authorities=frozenset({"DEU/bka"})),
    Restrictions(denied_purposes=frozenset({"border"})),
]
VIEWERS = [
    Viewer("FRA", "made up", "border"),
    Viewer("DEU", "bka", "identify"),
    Viewer("DEU", "police", "border"),
    Viewer("USA", "fbi", "identify"),
]
ALL = TaskFilter("", "", (), unclaimed_only=False, now=NOON)
WHO = st.sampled_from([None, *VIEWERS])
RECORD = st.tuples(
    st.sampled_from(NAMES), st.sampled_from(range(len(CONTENTS))), st.sampled_from(RESTRICTIONS), st.sampled_from(KEPT)
)


class History(RuleBasedStateMachine):
    """A service in memory, and what its records state now."""

    @initialize()
    def begin(self):
        self.clock = Clock()
        self.engine = open_engine(None, clock=self.clock)
        self.stated = {}

    def teardown(self):
        if hasattr(self, "engine"):
            try:
                names = sorted(self.stated)
                comparable = [standardise(self.stated[name]) for name in names]
                batch = resolve_batch(names, comparable, shipped_model(), STANDARD)
                for viewer in (None, *VIEWERS):
                    self.compare(viewer, names, batch)
            finally:
                self.engine.close()

    @rule(records=st.lists(RECORD, min_size=1, max_size=5, unique_by=lambda record: record[0]), viewer=WHO)
    def send(self, records, viewer):
        stated = {
            name: replace(CONTENTS[content], name=name, restrictions=kept_from, retention=kept)
            for name, content, kept_from, kept in records
        }
        self.write(viewer, *map(submission, stated.values()))
        self.stated |= stated

    @precondition(lambda self: self.stated)
    @rule(data=st.data(), viewer=WHO)
    def withdraw(self, data, viewer):
        some = data.draw(st.lists(st.sampled_from(sorted(self.stated)), min_size=1, max_size=3, unique=True))
        self.write(viewer, *map(Withdrawal, some))
        for name in some:
            del self.stated[name]

    @precondition(lambda self: len(self.stated) > 1)
    @rule(data=st.data(), kind=st.sampled_from([VerdictKind.SAME, VerdictKind.DIFFERENT]), viewer=WHO)
    def judge(self, data, kind, viewer):
        pair = data.draw(st.lists(st.sampled_from(sorted(self.stated)), min_size=2, max_size=2, unique=True))
        basis = data.draw(st.sampled_from([Basis.EXAMINER, Basis.COURT]))
        self.ruled(GiveVerdict(*pair, Word(kind, basis, Justification.NOT_ASSESSED, "compared", "ex-1")), viewer)

    @rule(place=st.integers(0, 5), viewer=WHO)
    def take_a_verdict_back(self, place, viewer):
        standing = self.engine.reader.judgements.verdicts(0, 100, "", VerdictState.STANDING, viewer=viewer)
        if place < len(standing):
            self.ruled(WithdrawVerdict(standing[place].number, "ex-1", "a mistake", ""), viewer)

    @rule(days=st.integers(1, 3))
    def purge(self, days):
        self.clock.forward(days=days)
        sweep(self.engine)
        today = self.clock.now.date()
        self.stated = {
            name: record
            for name, record in self.stated.items()
            if record.retention.expiry is None or record.retention.expiry >= today
        }

    def write(self, viewer, *changes):
        """Writes, and finds that what is answered is what is told in the feed."""
        answers = self.engine.submit(Write(changes, viewer=viewer)).result(_PATIENCE)
        told = {decision.sequence: decision for decision in self.engine.reader.decisions(0, 10**6, viewer)}
        for answer in answers:
            if isinstance(answer, Decision) and answer.sequence:
                assert replace(answer, findings=()) == replace(told[answer.sequence], findings=())

    def ruled(self, judgement, viewer):
        try:
            write = Write((), atomic=True, judgement=judgement, viewer=viewer)
            (answer,) = self.engine.submit(write).result(_PATIENCE)
        except ResolverError as error:
            assert error.reason in REASONABLE  # noqa: PT017 - some of what is drawn cannot be
        else:
            if answer.decision is not None:
                assert answer.decision in self.engine.reader.decisions(0, 10**6, viewer)

    def compare(self, viewer, names, batch):
        """What a viewer sees is the partition of what it sees of the records, which a batch run scored."""
        reader = self.engine.reader
        place = {
            reader.record(name).number: at
            for at, name in enumerate(names)
            if viewer is None or (guard := self.stated[name].guard) is None or guard.lets(viewer)
        }
        seen = set(place.values())
        assert seen == {at for at, name in enumerate(names) if reader.record(name, viewer=viewer) is not None}
        facts = table_of(batch.facts.facts(np.array(sorted(seen), np.int64)))
        pairs = Pairs.of(pair for pair in batch.pairs if {pair.left, pair.right} <= seen)
        said = [
            replace(ruling, left=min(ends), right=max(ends))
            for ruling in reader.judgements.connected(place, viewer)
            if ruling.left in place and ruling.right in place
            for ends in [(place[ruling.left], place[ruling.right])]
        ]
        expected = united(facts, pairs, STANDARD, rulings(said)).groups()
        groups = {frozenset(names[at] for at in group) for group in expected}
        assert {frozenset(each.records) for each in reader.identities(0, 10**6, 0, viewer=viewer)} == groups
        told = reader.decisions(0, 10**6, viewer)
        counted = [replace(decision, sequence=at) for at, decision in enumerate(told, start=1)]
        assert replayed(counted) == groups
        where = {at: min(group) for group in expected for at in group}
        asked = tasks_between(where, facts.facts(facts.records), pairs, said, STANDARD).values()
        tasks = {(task.reason, frozenset({names[task.pair.left], names[task.pair.right]})) for task in asked}
        assert {shown(each.task) for each in reader.judgements.tasks(0, 10**6, ALL, viewer)} == tasks
        assert set(map(shown, open_after(told).values())) == tasks


def shown(task):
    return task.reason, frozenset({task.link.left, task.link.right})


def open_after(decisions):
    """The review tasks that are open for who followed the feed."""
    tasks = {}
    for decision in decisions:
        for task in decision.review_tasks_closed:
            closed = tasks.pop(task.name, None)
            assert decision.purge or shown(closed) == shown(task)
        for task in decision.review_tasks_raised:
            assert task.name not in tasks
            tasks[task.name] = task
    return tasks


History.TestCase.settings = settings(max_examples=count(4, 60), stateful_step_count=12, deadline=None)
TestHistory = History.TestCase
