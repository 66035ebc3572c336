"""The steps by which a plan of re-resolution is kept and carried out, each alone in its transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa

from resolver.domain.plan import Plan, PlanState
from resolver.domain.record import Record
from resolver.identity.policy import Policy
from resolver.linkage.model import ModelTexts
from resolver.store.content import Content
from resolver.store.staging import Staging

Decode = Callable[[bytes], Record]
"""Reads a record as it was sent, which the engine does not."""


@dataclass(frozen=True, slots=True)
class ForgetUnfinished:
    """Drops the changes of plans that were never entered: making them was broken off."""


@dataclass(frozen=True, slots=True)
class AddChanges:
    """Enters some changes of a plan that is not there yet, as `plan_rows.change_row` makes them, with their records."""

    plan: int
    rows: Sequence[tuple[Any, ...]]
    records: Sequence[int]


@dataclass(frozen=True, slots=True)
class PutPlan:
    """Enters a plan, with its policy and the former one, and its model unless that is shipped."""

    plan: Plan
    policies: tuple[Policy, Policy]
    model: ModelTexts | None


@dataclass(frozen=True, slots=True)
class SetState:
    """Moves a plan from a state to another, and drops what is staged."""

    plan: int
    before: PlanState
    after: PlanState
    reason: str = ""


@dataclass(frozen=True, slots=True)
class BeginStaging:
    """Makes room for what will be in force."""

    staging: Staging


@dataclass(frozen=True, slots=True)
class Stage:
    """Adds rows to one of the staged tables."""

    table: str
    rows: pa.Table


@dataclass(frozen=True, slots=True)
class CatchUp:
    """Stages records anew that were decided about meanwhile: those that are present with their content."""

    staging: Staging
    changed: frozenset[int]
    content: Mapping[int, Content]


@dataclass(frozen=True, slots=True)
class TakeOver:
    """Puts what is staged in force.

    `snapshot` and `time` are the place in the feed that it was worked out at, `caught_up` that up to which records were
    staged anew. `unsettled` are records that have to be looked at, beside those that are found to be. With `patient`
    nothing is done while more than `MOST_BEHIND` records have to be staged.
    """

    plan: int
    staging: Staging
    snapshot: int
    time: datetime
    caught_up: int
    unsettled: frozenset[int]
    decode: Decode
    patient: bool


MOST_BEHIND = 200


@dataclass(frozen=True, slots=True)
class Settle:
    """Looks at some of the records that a plan which took over has to look at, and finishes the plan after the last."""

    plan: int
    records: int
    decode: Decode


Step = ForgetUnfinished | AddChanges | PutPlan | SetState | BeginStaging | Stage | CatchUp | TakeOver | Settle
