"""In any history of writes by several callers, a record stays its owner's."""

from contextlib import nullcontext
from dataclasses import replace
from itertools import count

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from resolver.access.file import parse
from resolver.domain.caller import Caller
from resolver.domain.decision import Decision
from resolver.domain.errors import PermissionDenied, ResolverError
from resolver.domain.owner import Owner
from resolver.engine.asked.writes import Withdrawal, Write
from resolver.engine.engine import open_engine
from tests.people import person, submission

RULES = parse("""
grants: [{caller: "ftf://*/*/*", roles: [CONTRIBUTOR], purposes: ["*"]}]
sources: [{owner: FRA/a, sources: [one]}, {owner: DEU/b, sources: [two]}]
delegations: [{caller: "ftf://DEU/b/gateway", owners: [FRA/a]}]
""")
A, B = Owner("FRA", "a"), Owner("DEU", "b")
CALLERS = {
    "a": (Caller("FRA", "a", "x"), {A}, A),
    "b": (Caller("DEU", "b", "x"), {B}, B),
    "gateway": (Caller("DEU", "b", "gateway"), {A, B}, B),
}
"""By name: the caller, whose records it may write, and who it is itself."""
SOURCE_OWNERS = {"one": A, "two": B, "nobodys": None}
STEPS = st.lists(
    st.tuples(
        st.sampled_from(sorted(CALLERS)),
        st.sampled_from(["submit", "submit", "withdraw"]),
        st.sampled_from(sorted(SOURCE_OWNERS)),
        st.sampled_from([A, B, None]),
        st.sampled_from([False, False, True]),
    ),
    max_size=14,
)
HELD_FOR_A = ("gateway", "submit", "two", A, False)
TURNS = count()


@pytest.fixture(scope="module")
def shared():
    engine = open_engine(None)
    yield engine
    engine.close()


class Model:
    """Whose each record is, after writes that this allows."""

    def __init__(self):
        self.owners, self.present = {}, set()

    def allows(self, caller, action, source, name, stated):
        _, writes_for, own = CALLERS[caller]
        before, owner = self.owners.get(name), stated or own
        if action == "withdraw":
            return before in writes_for if before else SOURCE_OWNERS[source] in writes_for
        if owner not in writes_for:
            return False
        if before is None:
            return SOURCE_OWNERS[source] in (owner, own)
        return before in writes_for and (before == owner or stated is not None)

    def carry_out(self, caller, action, name, stated):
        if action == "submit":
            self.owners[name] = stated or CALLERS[caller][2]
            self.present.add(name)
        else:
            self.present.discard(name)


def answers(engine, steps, turn, held_writer, together):
    """The answers to the steps, one after the other or to all of them when they have queued up behind each other."""
    waiting = []
    with held_writer(engine) if together else nullcontext():
        for step, (caller, action, source, stated, dry) in enumerate(steps):
            rights = RULES.rights_of(CALLERS[caller][0])
            owner, name = stated or rights.own, f"sources/{source}/records/{turn}"
            change = Withdrawal(name)
            if action == "submit":
                record = replace(person(f"{turn}", f"Mirel {turn} {step}"), name=name)
                record = replace(record, country=owner.country, authority=owner.authority)
                change = replace(submission(record), owner_stated=stated is not None)
            waiting.append(engine.submit(Write((change,), validate_only=dry).by(rights)))
            if not together:
                waiting[-1].result(timeout=60)
    return [future.result(timeout=60)[0] for future in waiting]


@pytest.mark.parametrize("together", [False, True])
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
@example([("a", "submit", "one", None, False), ("gateway", "submit", "one", None, False)])
@example([HELD_FOR_A, ("gateway", "withdraw", "two", None, False), ("b", "submit", "two", B, False)])
@example([HELD_FOR_A, ("gateway", "submit", "two", B, False), ("b", "submit", "two", None, False)])
def test_a_record_is_written_by_its_owner_and_its_delegates_alone(shared, held_writer, together, steps):
    if together:
        # Dry runs are tried out apart from what queues up with them.
        steps = [(*step, False) for *step, _ in steps]
    model, turn = Model(), next(TURNS)
    told = answers(shared, steps, turn, held_writer, together)
    for (caller, action, source, stated, dry), answer in zip(steps, told, strict=True):
        name = f"sources/{source}/records/{turn}"
        allowed = model.allows(caller, action, source, name, stated)
        assert isinstance(answer, PermissionDenied) is not allowed, (caller, action, name, stated, answer)
        assert not (allowed and action == "submit") or isinstance(answer, Decision)
        if allowed and not dry and not isinstance(answer, ResolverError):
            model.carry_out(caller, action, name, stated)
    for name, owner in model.owners.items():
        stored = shared.reader.record(name)
        assert stored.withdrawn is (name not in model.present)
        if not stored.withdrawn:
            assert f"country='{owner.country}', authority='{owner.authority}'".encode() in stored.payload
