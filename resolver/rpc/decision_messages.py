"""Decisions as messages.

The enums of contract and domain have the same numbers, which a test of the contract holds.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from ftf.resolution.v1 import data_quality_pb2, decision_pb2
from resolver.domain.decision import (
    Decision,
    DecisionKind,
    IdentityChange,
    Link,
    RequiredAction,
    ReviewReason,
    ReviewTask,
    RunnerUp,
)
from resolver.domain.feed import FeedPlace, place_after
from resolver.domain.finding import DataQualityKind, Finding
from resolver.domain.plan import PLANS
from resolver.domain.verdict import verdict_name
from resolver.rpc.cursors import encode_cursor, encode_freshness
from resolver.rpc.marking_messages import mark_decision
from resolver.rpc.retention_messages import purge_of, review_due_of
from resolver.rpc.view import View


def decision_to_message(decision: Decision, view: View) -> decision_pb2.Decision:
    """A decision as an event. One that nothing was committed for has no name, time, cursor or token."""
    message = decision_content(decision)
    mark_decision(message, view)
    if decision.sequence:
        number_decision(message, place_after(decision), view)
    return message


def number_decision(message: decision_pb2.Decision, place: FeedPlace, view: View) -> None:
    """Gives a decision that is told up to a place of the feed the name, cursor and token that it has in a view."""
    message.name = f"decisions/{view.place(place.sequence)}"
    message.cursor = encode_cursor(place, view)
    message.consistency_token = encode_freshness(place.sequence, view)


def decision_content(decision: Decision) -> decision_pb2.Decision:
    """A decision without what follows from who is told it, and when: numbers and markings."""
    message = decision_pb2.Decision(
        kind=decision_kind(decision.kind),
        record=decision.record,
        record_version=decision.record_version,
        identity=decision.identity or "",
        changes=[_change(change) for change in decision.changes],
        deciding_links=links_to_messages(decision.deciding_links),
        broken_links=links_to_messages(decision.broken_links),
        runner_up_identities=[_runner_up(runner_up) for runner_up in decision.runner_ups],
        review_tasks_raised=map(task_to_message, decision.review_tasks_raised),
        review_tasks_closed=map(task_to_message, decision.review_tasks_closed),
        model=decision.model,
        policy=decision.policy,
        decision_support_only=True,
        verdicts=map(verdict_name, decision.verdicts),
        required_actions=map(_required_action, decision.required_actions),
        plan=f"{PLANS}{decision.plan}" if decision.plan else "",
        review_due=review_due_of(decision),
        purge=purge_of(decision),
    )
    if decision.sequence:
        message.commit_time.FromDatetime(decision.commit_time)
    return message


def receipt_to_message(decision: Decision, view: View) -> decision_pb2.Decision:
    """A decision as the answer to who sent the record: with what is flawed in it, which is nobody else's."""
    message = decision_to_message(decision, view)
    message.data_quality_findings.extend(map(_finding, decision.findings))
    return message


def data_quality_kind(kind: DataQualityKind) -> data_quality_pb2.DataQualityKind.ValueType:
    """The contract's number of a kind of flaw."""
    return cast("data_quality_pb2.DataQualityKind.ValueType", kind.value)


def decision_kind(kind: DecisionKind) -> decision_pb2.DecisionKind.ValueType:
    """The contract's number of a kind of decision."""
    return cast("decision_pb2.DecisionKind.ValueType", kind.value)


def review_reason(reason: ReviewReason) -> decision_pb2.ReviewReason.ValueType:
    """The contract's number of a reason for review."""
    return cast("decision_pb2.ReviewReason.ValueType", reason.value)


def links_to_messages(links: Iterable[Link]) -> list[decision_pb2.Link]:
    """Links in their order."""
    return [decision_pb2.Link(left=link.left, right=link.right, match_weight=link.match_weight) for link in links]


def task_to_message(task: ReviewTask) -> decision_pb2.ReviewTask:
    """A review task as a decision tells it."""
    return decision_pb2.ReviewTask(
        name=task.name,
        reason=review_reason(task.reason),
        identities=task.identities,
        link=links_to_messages((task.link,))[0],
    )


def _required_action(action: RequiredAction) -> decision_pb2.RequiredAction.ValueType:
    return cast("decision_pb2.RequiredAction.ValueType", action.value)


def _finding(finding: Finding) -> data_quality_pb2.DataQualityFinding:
    return data_quality_pb2.DataQualityFinding(
        kind=data_quality_kind(finding.kind), field=finding.field, text=finding.text
    )


def _change(change: IdentityChange) -> decision_pb2.IdentityChange:
    return decision_pb2.IdentityChange(before=change.before or "", after=change.after or "", records=change.records)


def _runner_up(runner_up: RunnerUp) -> decision_pb2.RunnerUp:
    return decision_pb2.RunnerUp(
        identity=runner_up.identity, match_weight=runner_up.match_weight, margin=runner_up.margin
    )
