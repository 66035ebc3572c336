"""An outcome in record numbers becomes a decision in names."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from resolver.domain.decision import (
    Decision,
    DecisionKind,
    IdentityChange,
    Link,
    ReviewTask,
    RunnerUp,
    required_actions,
)
from resolver.domain.finding import Finding
from resolver.identity.conflicts import Facts
from resolver.identity.names import IdentityNames
from resolver.identity.neighbourhood import Outcome, Task
from resolver.identity.partition import Pair
from resolver.identity.policy import Policy
from resolver.identity.telling import Told
from resolver.store.feed_rows import CommittedDecision, ToldDecision

TASKS = "reviewTasks/"


class Receipts:
    """Writes decisions for one store, model and policy."""

    def __init__(self, names: IdentityNames, model: str, policy: Policy) -> None:
        self._names = names
        self._model = model
        self._policy = policy

    def decision(
        self,
        outcome: Outcome,
        keys: Mapping[int, str],
        version: int,
        sequence: int,
        time: datetime,
        findings: tuple[Finding, ...] = (),
        verdicts: tuple[int, ...] = (),
        plan: int = 0,
    ) -> Decision:
        """The decision that tells an outcome; `keys` names its records and the oldest ones of its identities."""
        record = keys[outcome.record]
        changes = tuple(
            IdentityChange(
                self._identity(move.before, keys),
                self._identity(move.after, keys),
                tuple(keys[moved] for moved in move.records),
            )
            for move in outcome.moves
        )
        return Decision(
            sequence=sequence,
            kind=outcome.kind,
            record=record,
            record_version=version,
            identity=self._identity(outcome.identity, keys),
            changes=changes,
            deciding_links=tuple(link(pair, keys) for pair in outcome.deciding),
            broken_links=tuple(link(pair, keys) for pair in outcome.broken),
            runner_ups=tuple(
                RunnerUp(self._names.name(identity, keys[identity]), weight, self._policy.merge_weight - weight)
                for identity, weight in outcome.runner_ups
            ),
            review_tasks_raised=tuple(self.task(task, keys) for task in outcome.raised),
            review_tasks_closed=tuple(self.task(task, keys) for task in outcome.closed),
            model=self._model,
            policy=self._policy.name,
            commit_time=time,
            findings=findings,
            verdicts=verdicts,
            required_actions=required_actions(outcome.kind, record, version, changes, verdicts, plan=plan),
            plan=plan,
        )

    def committed(
        self,
        told: Told,
        keys: Mapping[int, str],
        versions: Mapping[int, int],
        sequence: int,
        time: datetime,
        *,
        findings: tuple[Finding, ...] = (),
        verdicts: tuple[int, ...] = (),
        plan: int = 0,
        former_country: str = "",
    ) -> CommittedDecision:
        """The decision that tells a change, to each audience what it is told; `versions` are those of its records."""
        outcome = told.outcome
        whole = self.decision(
            outcome, keys, versions[outcome.record], sequence, time, findings, verdicts=verdicts, plan=plan
        )
        others = tuple(
            ToldDecision(
                self.decision(
                    each.outcome,
                    keys,
                    versions[each.outcome.record],
                    sequence,
                    time,
                    # What a record states is for who sees it.
                    findings if each.outcome.identity is not None else (),
                    verdicts=each.verdicts,
                    plan=plan,
                ),
                each.outcome,
                each.audience,
                each.concerned,
                "" if _enters(each.outcome) else former_country,
            )
            for each in told.others
        )
        return CommittedDecision(whole, outcome, former_country, told.audience, others)

    def unchanged(
        self, record: str, version: int, identity: str | None, time: datetime, findings: tuple[Finding, ...]
    ) -> Decision:
        """The answer to a record that was sent again as it is; it has no place in the feed."""
        return Decision(
            sequence=0,
            kind=DecisionKind.UNCHANGED,
            record=record,
            record_version=version,
            identity=identity,
            changes=(),
            deciding_links=(),
            broken_links=(),
            runner_ups=(),
            review_tasks_raised=(),
            review_tasks_closed=(),
            model=self._model,
            policy=self._policy.name,
            commit_time=time,
            findings=findings,
        )

    def task(self, task: Task, keys: Mapping[int, str]) -> ReviewTask:
        """A review task in names; `keys` are those of its two records and of its identities' oldest ones."""
        one, other = (self._names.name(identity, keys[identity]) for identity in task.identities)
        name = f"{TASKS}{one.partition('/')[2]}-{other.partition('/')[2]}"
        return ReviewTask(name, task.reason, (one, other), link(task.pair, keys))

    def identity(self, number: int, oldest: str) -> str:
        """The name of the identity whose oldest record has a number and a name."""
        return self._names.name(number, oldest)

    def _identity(self, number: int | None, keys: Mapping[int, str]) -> str | None:
        return None if number is None else self.identity(number, keys[number])


def untold(decision: Decision) -> Decision:
    """The answer to who changed a record for another and does not see it: nothing of what that did."""
    return Decision(
        sequence=0,
        kind=DecisionKind.UNCHANGED,
        record=decision.record,
        record_version=decision.record_version,
        identity=None,
        changes=(),
        deciding_links=(),
        broken_links=(),
        runner_ups=(),
        review_tasks_raised=(),
        review_tasks_closed=(),
        model=decision.model,
        policy=decision.policy,
        commit_time=decision.commit_time,
    )


def _enters(outcome: Outcome) -> bool:
    """Whether the decided record was not there before."""
    return any(move.before is None and outcome.record in move.records for move in outcome.moves)


def link(pair: Pair, keys: Mapping[int, str]) -> Link:
    """A pair in names, the record that was accepted first on the left."""
    return Link(keys[pair.left], keys[pair.right], pair.weight)


def keys_of(facts: Mapping[int, Facts]) -> dict[int, str]:
    """The names of records by their numbers."""
    return {number: item.key for number, item in facts.items()}
