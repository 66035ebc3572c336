"""Decisions without what they told of records that were purged. What is left replays to the same memberships."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from resolver.domain.decision import Decision, DecisionKind, Link, ReviewReason, ReviewTask, required_actions
from resolver.domain.retention import Purge


def redacted(decision: Decision, digests: Mapping[str, str]) -> Decision:
    """A decision in which digests stand for records, by their names.

    Links and review tasks of a purged record go: how strongly two records agree tells something of both. A task goes
    from where it was raised and from where it was closed. Of a decision about such a record, so does what it was near
    to, what was flawed in it, and when it was due.
    """
    about = decision.record in digests
    return replace(
        decision,
        record=digests.get(decision.record, decision.record),
        changes=tuple(
            replace(change, records=tuple(digests.get(name, name) for name in change.records))
            for change in decision.changes
        ),
        deciding_links=_links(decision.deciding_links, digests),
        broken_links=_links(decision.broken_links, digests),
        runner_ups=() if about else decision.runner_ups,
        review_tasks_raised=_tasks(decision.review_tasks_raised, digests),
        review_tasks_closed=_tasks(decision.review_tasks_closed, digests),
        findings=() if about else decision.findings,
        due=None if about else decision.due,
    )


def told_as_purge(decision: Decision, digests: Mapping[str, str], purge: Purge) -> Decision:
    """The decision of a purge, made of what taking the record out decided; `digests` are of all that go with it.

    The review tasks that this closed are told by their names, so that who follows them learns of it; their links keep
    records that stay alone, with a weight of 0.
    """
    bare = redacted(decision, digests)
    closed = tuple(
        task if _links((task.link,), digests) else _closed(task, digests) for task in decision.review_tasks_closed
    )
    return replace(
        bare,
        kind=DecisionKind.PURGED,
        identity=None,
        review_tasks_closed=closed,
        required_actions=required_actions(
            DecisionKind.PURGED, bare.record, bare.record_version, bare.changes, (), purge
        ),
        purge=purge,
    )


def _closed(task: ReviewTask, digests: Mapping[str, str]) -> ReviewTask:
    left, right = (digests.get(end, end) for end in (task.link.left, task.link.right))
    return replace(task, reason=ReviewReason.UNSPECIFIED, link=Link(left, right, 0.0))


def _links(links: Iterable[Link], digests: Mapping[str, str]) -> tuple[Link, ...]:
    return tuple(link for link in links if link.left not in digests and link.right not in digests)


def _tasks(tasks: Iterable[ReviewTask], digests: Mapping[str, str]) -> tuple[ReviewTask, ...]:
    return tuple(task for task in tasks if _links((task.link,), digests))
