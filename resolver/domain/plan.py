"""A plan of re-resolution: what another model, policy or threshold would change, kept to be looked at and applied."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import Final

from resolver.domain.decision import DecisionKind, Link

PLANS: Final = "plans/"
ROLLBACK_PERIOD: Final = timedelta(days=30)
"""How long after it was applied a plan can be rolled back."""


class PlanState(Enum):
    """How far a plan has come."""

    UNSPECIFIED = 0
    PLANNED = 1
    APPLYING = 2
    APPLIED = 3
    ROLLING_BACK = 4
    ROLLED_BACK = 5
    REFUSED = 6
    OVERTAKEN = 7


UNDER_WAY: Final = frozenset({PlanState.APPLYING, PlanState.ROLLING_BACK})
"""A plan in one of these is taken up again where it was left."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The greatest shares (0 to 1) of identities, and of identities with a confirmed record, that a plan may change."""

    identities: float = 1.0
    confirmed: float = 1.0


@dataclass(frozen=True, slots=True)
class PlanCounts:
    """A plan in numbers.

    `identities` and `confirmed` (those with a confirmed record) are those that there are before; `changed` and
    `confirmed_changed` of them lose, gain or exchange records. `merges`, `splits` and `regroupings` are the changes;
    `retired` are names that would lead to another identity, `new_names` those that identities would bear then and do
    not bear now. `entering` records come with a staged source: `created` identities have no others, and `attached` are
    changes by which one identity gains some. A review task is `renewed` where its weight, reason or records differ. The
    tables count identities that change: under each country and script of their records, and under their number of
    records.
    """

    records: int
    identities: int
    confirmed: int
    changed: int
    confirmed_changed: int
    merges: int
    splits: int
    regroupings: int
    retired: int
    new_names: int
    records_moved: int
    tasks_raised: int
    tasks_closed: int
    tasks_renewed: int
    entering: int = 0
    created: int = 0
    attached: int = 0
    by_country: Mapping[str, int] = field(default_factory=dict)
    by_script: Mapping[str, int] = field(default_factory=dict)
    by_size: Mapping[str, int] = field(default_factory=dict)

    @property
    def stay(self) -> int:
        """Identities that stay as they are."""
        return self.identities - self.changed

    def exceeded(self, limits: Limits) -> str:
        """Which limit the plan exceeds, in words; nothing where none."""
        for what, changed, of, share in (
            ("identities", self.changed, self.identities, limits.identities),
            ("identities with a confirmed record", self.confirmed_changed, self.confirmed, limits.confirmed),
        ):
            if changed > share * of:
                return f"{changed} of {of} {what} would change, and at most {100 * share:g} % may"
        return ""


@dataclass(frozen=True, slots=True)
class PlannedIdentity:
    """An identity before or after, with its records, the oldest first."""

    name: str
    records: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlanChange:
    """Identities that would merge, split or exchange records, with the links responsible, strongest first.

    `place` counts a plan's changes from 1. `joining` are links that would unite records which are apart, with their new
    weights; `parting` those that unite records now which would be apart, with the weights that they have now.
    """

    place: int
    kind: DecisionKind
    before: tuple[PlannedIdentity, ...]
    after: tuple[PlannedIdentity, ...]
    joining: tuple[Link, ...]
    parting: tuple[Link, ...]

    @property
    def records(self) -> Iterator[str]:
        """The names of all its records; those that a staged source brings in are there after it alone."""
        return (record for identity in (*self.before, *self.after) for record in identity.records)


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan.

    `snapshot` is the place in the feed that it was made at. `policy` and `former_policy` are names. `content_hash`
    stands for the exact list of its changes. Once `switched`, the store decides with its model and policy; once
    `switched_back`, with the former ones again. Of `work` records that have to be looked at since, `settled` are.
    `operation` made it, `operations/{operation}`; none at the command line. One with the number of a staged `source`
    changes no model or policy: once `switched`, its records come in, and once `switched_back`, they go.
    """

    number: int
    state: PlanState
    snapshot: int
    model: str
    policy: str
    former_model: str
    former_policy: str
    limits: Limits
    counts: PlanCounts
    content_hash: bytes
    create_time: datetime
    update_time: datetime
    reason: str = ""
    switched: bool = False
    switched_back: bool = False
    work: int = 0
    settled: int = 0
    apply_time: datetime | None = None
    operation: str = ""
    source: int = 0

    @property
    def name(self) -> str:
        """Its name."""
        return f"{PLANS}{self.number}"

    @property
    def begun_as(self) -> PlanState:
        """The state from which it was begun to be applied, or rolled back."""
        if self.state is not PlanState.ROLLING_BACK:
            return PlanState.PLANNED
        return PlanState.APPLIED if self.apply_time is not None else PlanState.APPLYING

    @property
    def in_force(self) -> bool:
        """Whether what is in force now is what it leads to, and identities may only have to follow."""
        return self.switched_back if self.state is PlanState.ROLLING_BACK else self.switched

    @property
    def rollback_until(self) -> datetime | None:
        """Until when it can be rolled back."""
        return None if self.apply_time is None else self.apply_time + ROLLBACK_PERIOD
