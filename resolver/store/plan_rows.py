"""Plans of re-resolution and their changes as rows and back. Texts are JSON of the domain values, enums by name."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from resolver.domain.decision import DecisionKind, Link
from resolver.domain.plan import Limits, Plan, PlanChange, PlanCounts, PlannedIdentity, PlanState

PLANS: Final = "SELECT number, state, body FROM plans"
CHANGES: Final = "SELECT place, kind, body FROM plan_changes"
_TIMES: Final = ("create_time", "update_time", "apply_time")


def plan_to_text(plan: Plan) -> str:
    """The plan as JSON, without number and state, which are columns."""
    body = {name: value for name, value in asdict(plan).items() if name not in ("number", "state")}
    times = {name: None if body[name] is None else body[name].isoformat() for name in _TIMES}
    return json.dumps(body | times | {"content_hash": plan.content_hash.hex()})


def plan_from_row(row: Sequence[Any]) -> Plan:
    """The plan in a row of `PLANS`."""
    number, state, text = row
    body: dict[str, Any] = json.loads(text)
    times = {name: None if body[name] is None else datetime.fromisoformat(body[name]) for name in _TIMES}
    counts, limits = PlanCounts(**body["counts"]), Limits(**body["limits"])
    read = {"counts": counts, "limits": limits, "content_hash": bytes.fromhex(body["content_hash"])}
    return Plan(number=number, state=PlanState(state), **(body | times | read))


def change_row(plan: int, change: PlanChange) -> tuple[int, int, int, str]:
    """A row of the table."""
    body = {
        "before": [[identity.name, identity.records] for identity in change.before],
        "after": [[identity.name, identity.records] for identity in change.after],
        "joining": [[link.left, link.right, link.match_weight] for link in change.joining],
        "parting": [[link.left, link.right, link.match_weight] for link in change.parting],
    }
    return plan, change.place, change.kind.value, json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def change_from_row(row: Sequence[Any]) -> PlanChange:
    """The change in a row of `CHANGES`."""
    place, kind, text = row
    body: dict[str, Any] = json.loads(text)
    before, after = (
        tuple(PlannedIdentity(name, tuple(records)) for name, records in body[side]) for side in ("before", "after")
    )
    joining, parting = (tuple(Link(*link) for link in body[side]) for side in ("joining", "parting"))
    return PlanChange(place, DecisionKind(kind), before, after, joining, parting)
