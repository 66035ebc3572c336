"""What the engine answers to what it is asked."""

from __future__ import annotations

from resolver.domain.consumer import Registered
from resolver.domain.decision import Decision
from resolver.domain.errors import ResolverError
from resolver.domain.operation import Operated
from resolver.domain.retention import Extended
from resolver.domain.review import Claimed
from resolver.domain.swept import Swept
from resolver.domain.verdict import Ruled
from resolver.domain.vetted import Vetted

RecordAnswer = Decision | ResolverError
"""To a change of a record."""
Answer = RecordAnswer | Ruled | Claimed | Registered | Operated | Extended | Swept | Vetted
"""To any write."""
