"""What people ask the engine to do: give and take back verdicts, merge and split identities, claim and resolve tasks.

Each is carried out alone in its transaction, so it sees everything that was committed before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from resolver.domain.verdict import Word


@dataclass(frozen=True, slots=True)
class GiveVerdict:
    """Gives a verdict on two records, in either order."""

    one: str
    other: str
    word: Word


@dataclass(frozen=True, slots=True)
class ConfirmVerdict:
    """Agrees to a verdict that waits for a second person; an empty `etag` matches any version, here and below."""

    number: int
    examiner: str
    etag: str


@dataclass(frozen=True, slots=True)
class WithdrawVerdict:
    """Takes a verdict back."""

    number: int
    examiner: str
    reason: str
    etag: str


@dataclass(frozen=True, slots=True)
class MergeIdentities:
    """Gives the word, which is SAME, on the oldest records of two identities, by any names that they ever had."""

    one: str
    other: str
    etags: tuple[str, str]
    word: Word


@dataclass(frozen=True, slots=True)
class SplitIdentity:
    """Gives the word, which is DIFFERENT, on the fewest pairs by which records part from the others of an identity."""

    identity: str
    etag: str
    records: tuple[str, ...]
    word: Word


@dataclass(frozen=True, slots=True)
class ClaimTask:
    """Claims an open review task for a while."""

    task: str
    examiner: str
    duration: timedelta
    etag: str


@dataclass(frozen=True, slots=True)
class ResolveTask:
    """Gives a verdict on the link of a review task that its examiner has claimed."""

    task: str
    etag: str
    word: Word


Judgement = GiveVerdict | ConfirmVerdict | WithdrawVerdict | MergeIdentities | SplitIdentity | ClaimTask | ResolveTask
