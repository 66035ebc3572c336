"""What a write is answered is what its sender sees of it."""

from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest

from resolver.domain.decision import DecisionKind
from resolver.domain.errors import Contradiction, ErrorReason, NotFound
from resolver.domain.handling import Restrictions, Viewer
from resolver.domain.verdict import Basis, Justification, VerdictKind, Word
from resolver.engine.asked.judgements import ClaimTask, GiveVerdict, SplitIdentity, WithdrawVerdict
from resolver.engine.asked.writes import Withdrawal, Write
from resolver.engine.engine import open_engine
from tests.people import ONE, OTHER, SAME, person, submission

GERMAN = Restrictions(allowed_countries=frozenset({"DEU"}))
HIDDEN = replace(ONE, restrictions=GERMAN)
INSIDER = Viewer("DEU", "bka", "identify")
OUTSIDER = Viewer("USA", "fbi", "identify")
_PATIENCE = 60


@pytest.fixture
def engine():
    with closing(open_engine(None)) as opened:
        yield opened


def send(engine, *changes, viewer=None, **how):
    return engine.submit(Write(changes, viewer=viewer, **how)).result(_PATIENCE)


def judge(engine, judgement, viewer=None):
    return engine.submit(Write((), atomic=True, judgement=judgement, viewer=viewer)).result(_PATIENCE)[0]


def word(kind):
    return Word(kind, Basis.EXAMINER, Justification.NOT_ASSESSED, "compared the files", "ex-1")


def test_who_joins_what_it_does_not_see_is_told_that_it_is_new(engine):
    send(engine, submission(HIDDEN))
    (told,) = send(engine, submission(SAME), viewer=OUTSIDER)
    assert (told.kind, told.deciding_links) == (DecisionKind.CREATED, ())
    assert engine.reader.decisions(0, 10)[-1].kind is DecisionKind.ATTACHED
    assert engine.reader.decisions(0, 10, INSIDER)[-1].kind is DecisionKind.ATTACHED


def test_a_dry_run_a_repeat_and_a_record_sent_again_are_told_as_the_first_time(engine):
    send(engine, submission(HIDDEN))
    (tried,) = send(engine, submission(SAME), viewer=OUTSIDER, validate_only=True)
    (first,) = send(engine, submission(SAME), viewer=OUTSIDER, request_key="r:1", digest=b"1")
    assert replace(first, sequence=0, commit_time=tried.commit_time) == tried
    assert send(engine, submission(SAME), viewer=OUTSIDER, request_key="r:1", digest=b"1") == (first,)
    (whole,) = send(engine, submission(SAME), request_key="r:1", digest=b"1")
    assert whole.kind is DecisionKind.ATTACHED
    (again,) = send(engine, submission(SAME), viewer=OUTSIDER)
    assert (again.kind, again.identity) == (DecisionKind.UNCHANGED, first.identity)
    assert send(engine, submission(SAME))[0].identity == whole.identity != first.identity


def test_who_writes_for_another_and_does_not_see_the_record_is_told_nothing_of_it(engine):
    (told,) = send(engine, submission(HIDDEN), viewer=OUTSIDER)
    assert (told.sequence, told.kind, told.identity, told.record_version) == (0, DecisionKind.UNCHANGED, None, 1)
    (gone,) = send(engine, Withdrawal(HIDDEN.name), viewer=OUTSIDER)
    assert (gone.sequence, gone.identity, gone.record_version) == (0, None, 2)


def test_what_becomes_hidden_is_withdrawn_and_what_becomes_visible_enters(engine):
    send(engine, submission(SAME), submission(ONE))
    send(engine, submission(HIDDEN))
    hidden = engine.reader.decisions(0, 10, OUTSIDER)[-1]
    assert (hidden.kind, hidden.record, hidden.findings) == (DecisionKind.WITHDRAWN, ONE.name, ())
    assert engine.reader.record(ONE.name, viewer=OUTSIDER) is None
    assert engine.reader.decisions(0, 10)[-1].kind is DecisionKind.UNCHANGED
    send(engine, submission(ONE))
    shown = engine.reader.decisions(0, 10, OUTSIDER)[-1]
    assert (shown.kind, shown.required_actions) == (DecisionKind.ATTACHED, ())
    assert len(engine.reader.identity_of(ONE.name, viewer=OUTSIDER).records) == 2


def test_corrections_of_what_is_hidden_are_carried_out_after_all_others_of_their_write(engine):
    send(engine, submission(HIDDEN), submission(SAME))
    corrected = (replace(record, country="DEU") for record in (HIDDEN, SAME))
    decided = send(engine, *map(submission, corrected), submission(OTHER))
    assert [decision.sequence for decision in decided] == [5, 3, 4]


def test_a_verdict_is_held_to_those_that_its_examiner_sees(engine):
    between = person("4", "Aslan Tovbulatov", town="Grozny", birth=None)
    send(engine, submission(replace(between, restrictions=GERMAN)), submission(ONE), submission(OTHER))
    judge(engine, GiveVerdict(ONE.name, between.name, word(VerdictKind.SAME)), INSIDER)
    judge(engine, GiveVerdict(between.name, OTHER.name, word(VerdictKind.SAME)), INSIDER)
    with pytest.raises(NotFound, match="does not exist"):
        judge(engine, GiveVerdict(ONE.name, between.name, word(VerdictKind.DIFFERENT)), OUTSIDER)
    with pytest.raises(Contradiction):
        judge(engine, GiveVerdict(ONE.name, OTHER.name, word(VerdictKind.DIFFERENT)), INSIDER)
    given = judge(engine, GiveVerdict(ONE.name, OTHER.name, word(VerdictKind.DIFFERENT)), OUTSIDER)
    assert given.decision.identity != engine.reader.identity_of(OTHER.name, viewer=OUTSIDER).name
    assert len(engine.reader.identity_of(ONE.name).records) == 3, "over all records, SAME holds"
    # What contradicts already stands in nobody's way.
    send(engine, submission(SAME))
    judge(engine, GiveVerdict(SAME.name, OTHER.name, word(VerdictKind.SAME)))
    judge(engine, WithdrawVerdict(given.verdicts[0].number, "ex-1", "a mistake", ""), OUTSIDER)


def test_a_split_parts_what_is_seen(engine):
    send(engine, submission(HIDDEN), submission(SAME), submission(person("5")))
    mine = engine.reader.identity_of(SAME.name, viewer=OUTSIDER)
    ruled = judge(engine, SplitIdentity(mine.name, "", (SAME.name,), word(VerdictKind.DIFFERENT)), OUTSIDER)
    assert [(one.left, one.right) for one in ruled.verdicts] == [(SAME.name, person("5").name)]
    assert ruled.decision.kind is DecisionKind.SPLIT
    whole = engine.reader.identity_of(HIDDEN.name).name
    with pytest.raises(NotFound) as refused:
        judge(engine, SplitIdentity(whole, "", (), word(VerdictKind.DIFFERENT)), OUTSIDER)
    assert refused.value.reason is ErrorReason.IDENTITY_NOT_FOUND


def test_a_claim_is_seen_by_all_who_have_a_task_on_the_same_records(engine):
    doubtful = person("6", "Zelimkhan Khasanov", birth=None, town="Grozny")
    send(engine, submission(ONE), submission(doubtful))
    (task,) = engine.reader.decisions(0, 10)[-1].review_tasks_raised
    send(engine, submission(replace(SAME, restrictions=GERMAN)))
    now = engine.now()
    judge(engine, ClaimTask(task.name, "ex-1", timedelta(hours=1), ""), OUTSIDER)
    for viewer in (None, INSIDER, OUTSIDER):
        found = engine.reader.task(task.name, now, viewer)
        assert found is None or found.claim.examiner == "ex-1", viewer
    assert engine.reader.task(task.name, now, OUTSIDER).claim is not None
