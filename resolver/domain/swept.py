"""What a step of a sweep did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from resolver.domain.decision import Decision


@dataclass(frozen=True, slots=True)
class Swept:
    """The decisions of one step: owners that were told, or records that were purged. Without any, nothing is left.

    `unfinished`: the file could not be written anew yet.
    """

    decisions: tuple[Decision, ...]
    unfinished: bool = False


NOTHING_SWEPT: Final = (Swept(()),)
"""The answer to a step for which nothing was left; the audit log does not tell of it."""
