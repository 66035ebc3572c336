"""How many records one step of a plan that took over looks at: as many as the writer does in the time it may take."""

from dataclasses import dataclass, replace

from resolver.domain.plan import PlanState
from resolver.jobs import reresolution
from resolver.jobs.plan_control import UNWATCHED
from resolver.jobs.reresolution import Reresolver


@dataclass(frozen=True)
class Plan:
    """What is read of a plan here."""

    settled: int
    work: int = 2_000
    number: int = 1
    state: PlanState = PlanState.APPLYING


class Steps:
    """Settles so many records a second, after it waited for others."""

    def __init__(self, per_second, fixed=0.0):
        self.per_second, self.fixed = per_second, fixed
        self.plan, self.steps = Plan(0), []

    def plan_and_seconds_after(self, step):
        self.steps.append(step.records)
        settled = min(self.plan.settled + step.records, self.plan.work)
        state = PlanState.APPLIED if settled == self.plan.work else PlanState.APPLYING
        self.plan = replace(self.plan, settled=settled, state=state)
        return self.plan, self.fixed + step.records / self.per_second


def steps_of(monkeypatch, writer):
    """The records of each step but the last, with a clock by which each step had to wait for an hour."""
    hours = iter(range(0, 10**9, 3600))
    monkeypatch.setattr(reresolution.time, "monotonic", lambda: next(hours))
    monkeypatch.setattr("resolver.jobs.plan_control.time.sleep", lambda _: None)
    reresolver = Reresolver(None, None)
    reresolver._steps = writer
    reresolver._settled(writer.plan, UNWATCHED)
    return writer.steps[:-1]


def test_a_step_begins_small_and_grows_to_what_the_writer_does_in_its_time(monkeypatch):
    steps = steps_of(monkeypatch, Steps(2_000.0))
    assert steps[0] <= 3
    assert 18 <= steps[-1] <= 20


def test_a_step_takes_few_records_where_each_is_much_work(monkeypatch):
    steps = steps_of(monkeypatch, Steps(300.0, fixed=0.006))
    assert max(steps) <= 4


def test_a_step_is_never_empty(monkeypatch):
    assert set(steps_of(monkeypatch, Steps(1.0))) == {2}
