"""A decision as the text of a row and back. The text is JSON of the domain value, enums by name.

Findings are kept with their words, since a later version may find others: a repeated request gets its first answer.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from resolver.domain.decision import (
    Decision,
    DecisionKind,
    IdentityChange,
    Link,
    ReviewReason,
    ReviewTask,
    RunnerUp,
    required_actions,
)
from resolver.domain.finding import DataQualityKind, Finding
from resolver.domain.retention import Dates, Purge, PurgeReason, RecordClass


def decision_to_text(decision: Decision) -> str:
    """The decision as JSON, without its sequence and time, which are columns."""
    return json.dumps(
        {
            "kind": decision.kind.name,
            "record": decision.record,
            "record_version": decision.record_version,
            "identity": decision.identity,
            "changes": [[change.before, change.after, change.records] for change in decision.changes],
            "deciding_links": [_link(link) for link in decision.deciding_links],
            "broken_links": [_link(link) for link in decision.broken_links],
            "runner_ups": [[item.identity, item.match_weight, item.margin] for item in decision.runner_ups],
            "raised": [task_to_json(task) for task in decision.review_tasks_raised],
            "closed": [task_to_json(task) for task in decision.review_tasks_closed],
            "model": decision.model,
            "policy": decision.policy,
        }
        | _findings(decision)
        | ({"verdicts": decision.verdicts} if decision.verdicts else {})
        | ({"plan": decision.plan} if decision.plan else {})
        | _retention(decision),
        ensure_ascii=False,
        separators=(",", ":"),
    )


def decision_from_text(sequence: int, commit_time: datetime, text: str) -> Decision:
    """The decision that `decision_to_text` wrote."""
    body: dict[str, Any] = json.loads(text)
    kind, record, version = DecisionKind[body["kind"]], body["record"], body["record_version"]
    changes = tuple(IdentityChange(before, after, tuple(records)) for before, after, records in body["changes"])
    verdicts, plan = tuple(body.get("verdicts", ())), body.get("plan", 0)
    purge = _purge(body["purge"]) if "purge" in body else None
    return Decision(
        sequence=sequence,
        kind=kind,
        record=record,
        record_version=version,
        identity=body["identity"],
        changes=changes,
        deciding_links=tuple(Link(*link) for link in body["deciding_links"]),
        broken_links=tuple(Link(*link) for link in body["broken_links"]),
        runner_ups=tuple(RunnerUp(*item) for item in body["runner_ups"]),
        review_tasks_raised=tuple(task_from_json(task) for task in body["raised"]),
        review_tasks_closed=tuple(task_from_json(task) for task in body["closed"]),
        model=body["model"],
        policy=body["policy"],
        commit_time=commit_time,
        findings=findings_from_json(body.get("findings", ())),
        verdicts=verdicts,
        # Without a place in the feed it is the answer to a record that was sent again as it is.
        required_actions=required_actions(kind, record, version, changes, verdicts, purge, plan) if sequence else (),
        due=_due(body["due"]) if "due" in body else None,
        purge=purge,
        plan=plan,
    )


def _findings(decision: Decision) -> dict[str, Any]:
    # Most records have none, and rows of older versions do not have the key.
    found = findings_to_json(decision.findings)
    return {"findings": found} if found else {}


def _retention(decision: Decision) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if decision.due is not None:
        due = decision.due
        found["due"] = [due.record_class.name, due.review.isoformat(), due.expiry.isoformat()]
    if decision.purge is not None:
        found["purge"] = [decision.purge.record_class.name, decision.purge.reason.name, decision.purge.parted]
    return found


def _due(due: list[str]) -> Dates:
    return Dates(RecordClass[due[0]], date.fromisoformat(due[1]), date.fromisoformat(due[2]))


def _purge(purge: list[Any]) -> Purge:
    return Purge(RecordClass[purge[0]], PurgeReason[purge[1]], purge[2])


def findings_to_json(findings: Iterable[Finding]) -> list[list[str]]:
    """Findings as a list for JSON."""
    return [[finding.kind.name, finding.field, finding.text] for finding in findings]


def findings_from_json(findings: Iterable[Sequence[str]]) -> tuple[Finding, ...]:
    """The findings that `findings_to_json` wrote."""
    return tuple(Finding(DataQualityKind[kind], field, words) for kind, field, words in findings)


def _link(link: Link) -> list[Any]:
    return [link.left, link.right, link.match_weight]


def task_to_json(task: ReviewTask) -> list[Any]:
    """A review task as a list for JSON."""
    return [task.name, task.reason.name, task.identities, _link(task.link)]


def task_from_json(task: list[Any]) -> ReviewTask:
    """The review task that `task_to_json` wrote."""
    name, reason, identities, link = task
    return ReviewTask(name, ReviewReason[reason], (identities[0], identities[1]), Link(*link))
