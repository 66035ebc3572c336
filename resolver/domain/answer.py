"""What the engine answers to what it is asked."""

from __future__ import annotations

from dataclasses import dataclass

from resolver.domain.consumer import Registered
from resolver.domain.decision import Decision
from resolver.domain.errors import ResolverError
from resolver.domain.operation import Operated
from resolver.domain.plan import Plan
from resolver.domain.retention import Extended
from resolver.domain.review import Claimed
from resolver.domain.swept import Swept
from resolver.domain.verdict import Ruled
from resolver.domain.vetted import Vetted


@dataclass(frozen=True, slots=True)
class Stepped:
    """A step of a plan was carried out.

    `plan` is the plan then; None where the step was put off, or was not about one. `records` have to be looked at.
    `source` is the number of the staged source that it was about, 0 for none. `seconds`: what the writer took to
    carry it out, without what it waited for and the commit; 0 where nobody goes by that.
    """

    plan: Plan | None = None
    records: frozenset[int] = frozenset()
    source: int = 0
    seconds: float = 0.0


RecordAnswer = Decision | ResolverError
"""To a change of a record."""
Answer = RecordAnswer | Ruled | Claimed | Registered | Operated | Extended | Swept | Stepped | Vetted
"""To any write."""
