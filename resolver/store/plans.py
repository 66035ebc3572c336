"""The reading side of plans."""

from __future__ import annotations

from typing import Final

from resolver.domain.decision import DecisionKind
from resolver.domain.plan import UNDER_WAY, Plan, PlanChange
from resolver.identity.policy import Policy
from resolver.store.configuration import policy_from_text
from resolver.store.plan_rows import CHANGES, PLANS, change_from_row, plan_from_row
from resolver.store.sight import Rows

_NUMBERED: Final = f"{PLANS} WHERE number = ?"
_BELOW: Final = f"{PLANS} WHERE ? = 0 OR number < ? ORDER BY number DESC LIMIT ?"
_UNDER_WAY: Final = f"{PLANS} WHERE state IN {tuple(state.value for state in UNDER_WAY)}"
_CHANGES: Final = f"{CHANGES} WHERE plan = ? AND place > ? AND (? = 0 OR kind = ?) ORDER BY place LIMIT ?"
_NEXT: Final = """
SELECT 1 + greatest((SELECT coalesce(max(number), 0) FROM plans), (SELECT coalesce(max(plan), 0) FROM plan_changes))
"""


class Plans:
    """Answers questions about plans, with the queries of a reader."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def plan(self, number: int) -> Plan | None:
        """The plan of a number."""
        rows = self._rows(_NUMBERED, [number])
        return plan_from_row(rows[0]) if rows else None

    def plans(self, below: int, limit: int) -> list[Plan]:
        """Plans with numbers below `below` (0: all), the newest first."""
        return [plan_from_row(row) for row in self._rows(_BELOW, [below, below, limit])]

    def under_way(self) -> Plan | None:
        """The plan that is being applied or rolled back, or was when that was broken off."""
        rows = self._rows(_UNDER_WAY, [])
        return plan_from_row(rows[0]) if rows else None

    def policies(self, plan: int) -> tuple[Policy, Policy]:
        """The policy of a plan, and the former one."""
        policy, former = self._rows("SELECT policy, former_policy FROM plans WHERE number = ?", [plan])[0]
        return policy_from_text(policy), policy_from_text(former)

    def changes(self, plan: int, after: int, limit: int, kind: DecisionKind | None = None) -> list[PlanChange]:
        """Changes of a plan, after a place; of one kind, or all for None."""
        wanted = 0 if kind is None else kind.value
        return [change_from_row(row) for row in self._rows(_CHANGES, [plan, after, wanted, wanted, limit])]

    def next_number(self) -> int:
        """The number of the next plan."""
        return int(self._rows(_NEXT, [])[0][0])
