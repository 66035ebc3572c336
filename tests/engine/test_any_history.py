"""Any history of arrivals, corrections, withdrawals, verdicts and purges, in any batches, ends as a batch run does."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from resolver.domain.errors import ErrorReason, ResolverError
from resolver.domain.retention import NOTHING_STATED, Stated
from resolver.domain.verdict import Basis, Justification, VerdictKind, VerdictState, Word
from resolver.engine.asked.judgements import GiveVerdict, WithdrawVerdict
from resolver.engine.asked.writes import Withdrawal, Write
from resolver.engine.engine import open_engine
from resolver.identity.policy import STANDARD
from resolver.identity.verdicts import rulings
from resolver.jobs.batch import resolve_batch
from resolver.jobs.sweeping import sweep
from resolver.jobs.uniting import united
from resolver.linkage.model import shipped_model
from resolver.standardise.record import standardise
from tests.counts import count
from tests.people import ONE, OTHER, SAME, person, submission
from tests.retention.examples import NOON, Clock, identities, replayed

CONTENTS = [
    ONE,
    SAME,
    OTHER,
    person("x", "Zelimkhan Khasanov", birth=None),
    person("x", "Ruslan Batyrov Khasanov"),
    person("x", "Otto Krautmann", birth=None, nationality="DEU", town="Passau"),
    person("x", "Khasanov Zelimkhan Batyrov", passport="AB1234567", town="Grozny"),
]
NAMES = [f"sources/history/records/{number}" for number in range(8)]
NAME = st.sampled_from(NAMES)
KEPT = [NOTHING_STATED, *(Stated(expiry=NOON.date() + timedelta(days=days)) for days in (2, 4, 6))]
RECORD = st.tuples(NAME, st.sampled_from(range(len(CONTENTS))), st.sampled_from(KEPT))
REASONABLE = {ErrorReason.VERDICT_CONTRADICTS, ErrorReason.VERDICT_EXISTS}


class History(RuleBasedStateMachine):
    """A service in memory, what its records state now, and its standing verdicts."""

    @initialize()
    def begin(self):
        self.clock = Clock()
        self.engine = open_engine(None, clock=self.clock)
        self.stated = {}

    def teardown(self):
        if hasattr(self, "engine"):
            try:
                self.compare()
            finally:
                self.engine.close()

    @rule(records=st.lists(RECORD, min_size=1, max_size=6, unique_by=lambda record: record[0]))
    def send(self, records):
        stated = {name: replace(CONTENTS[content], name=name, retention=kept) for name, content, kept in records}
        self._write(*map(submission, stated.values()))
        self.stated |= stated

    @precondition(lambda self: self.stated)
    @rule(data=st.data())
    def withdraw(self, data):
        some = data.draw(st.lists(st.sampled_from(sorted(self.stated)), min_size=1, max_size=3, unique=True))
        self._write(*map(Withdrawal, some))
        for name in some:
            del self.stated[name]

    @precondition(lambda self: len(self.stated) > 1)
    @rule(data=st.data(), kind=st.sampled_from([VerdictKind.SAME, VerdictKind.DIFFERENT]))
    def judge(self, data, kind):
        pair = data.draw(st.lists(st.sampled_from(sorted(self.stated)), min_size=2, max_size=2, unique=True))
        basis = data.draw(st.sampled_from([Basis.EXAMINER, Basis.COURT]))
        word = Word(kind, basis, Justification.NOT_ASSESSED, "compared the files", "ex-1")
        self._judge(GiveVerdict(*pair, word))

    @rule(place=st.integers(0, 5))
    def take_a_verdict_back(self, place):
        standing = self.engine.reader.judgements.verdicts(0, 100, "", VerdictState.STANDING)
        if place < len(standing):
            self._judge(WithdrawVerdict(standing[place].number, "ex-1", "a mistake", ""))

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

    def compare(self):
        names = sorted(self.stated)
        comparable = [standardise(self.stated[name]) for name in names]
        batch = resolve_batch(names, comparable, shipped_model(), STANDARD)
        place = {self.engine.reader.record(name).number: at for at, name in enumerate(names)}
        said = [
            replace(ruling, left=min(ends), right=max(ends))
            for ruling in self.engine.reader.judgements.connected(place)
            if ruling.left in place and ruling.right in place
            for ends in [(place[ruling.left], place[ruling.right])]
        ]
        expected = united(batch.facts, batch.pairs, STANDARD, rulings(said)).groups()
        assert identities(self.engine) == {frozenset(names[at] for at in group) for group in expected}
        assert replayed(self.engine.reader.decisions(0, 10**6)) == identities(self.engine)

    def _write(self, *changes):
        self.engine.submit(Write(changes)).result(timeout=60)

    def _judge(self, judgement):
        try:
            self.engine.submit(Write((), atomic=True, judgement=judgement)).result(timeout=60)
        except ResolverError as error:
            assert error.reason in REASONABLE  # noqa: PT017 - some of what is drawn cannot be


History.TestCase.settings = settings(max_examples=count(10, 25), stateful_step_count=20, deadline=None)
TestHistory = History.TestCase
