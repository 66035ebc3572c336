"""What the owner of a record states for people to go by: its classification, handling codes, and grading.

It is kept and given back as it was stated, each in its own scheme, and nothing follows from it for views or for match
weights. Handling codes are Europol's H0 to H3; gradings are by Europol's 4x4, Admiralty, or the United Kingdom's 3x5x2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from resolver.domain.handling import Guard, Viewer, is_seen


@dataclass(frozen=True, slots=True)
class Marking:
    """A marking; `classification` and `scheme` are numbers of the contract, also those that this version does not know.

    0, an empty text and no codes stand for what is not stated. `scheme` is that of the two grading codes.
    """

    classification: int = 0
    codes: tuple[str, ...] = ()
    scheme: int = 0
    source_code: str = ""
    information_code: str = ""

    @property
    def is_graded(self) -> bool:
        """Whether a grading is stated."""
        return bool(self.scheme or self.source_code or self.information_code)


UNMARKED: Final = Marking()
"""That of a record that states nothing of this."""


@dataclass(frozen=True, slots=True)
class Marked:
    """The marking of a record, and what stands before the record: who does not see it is not told that either."""

    guard: Guard | None
    marking: Marking

    def shown_to(self, viewer: Viewer | None) -> bool:
        """Whether a viewer may see it; None is a viewer who sees everything."""
        return is_seen(self.guard, viewer)
