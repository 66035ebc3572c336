"""Verdicts and open review tasks, to rows and back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from resolver.domain.review import Claim
from resolver.domain.verdict import (
    Basis,
    Justification,
    SecondPersonReason,
    Verdict,
    VerdictKind,
    VerdictState,
    Word,
)
from resolver.identity.verdicts import Ruling

VERDICTS: Final = """
SELECT v.number, l.name, r.name, v.kind, v.basis, v.justification, v.reason, v.examiner, v.state, v.create_time,
  v.update_time, v.second_person, v.confirmed_by, v.withdrawn_by, v.withdrawal_reason, v.revision
FROM verdicts v JOIN records l ON l.number = v.left_number JOIN records r ON r.number = v.right_number
"""


def verdict_from_row(row: Sequence[Any]) -> Verdict:
    """The verdict in a row of `VERDICTS`."""
    number, left, right, kind, basis, justification, reason, examiner, state, created, updated, second, *rest = row
    confirmed_by, withdrawn_by, withdrawal_reason, revision = rest
    return Verdict(
        number=number,
        left=left,
        right=right,
        word=Word(VerdictKind(kind), Basis(basis), Justification(justification), reason, examiner),
        state=VerdictState(state),
        create_time=created,
        update_time=updated,
        second_person=tuple(SecondPersonReason(value) for value in second),
        confirmed_by=confirmed_by,
        withdrawn_by=withdrawn_by,
        withdrawal_reason=withdrawal_reason,
        revision=revision,
    )


def verdict_row(verdict: Verdict, left: int, right: int) -> tuple[Any, ...]:
    """A row of the table, for the numbers of the two records."""
    word = verdict.word
    return (
        verdict.number,
        left,
        right,
        word.kind.value,
        word.basis.value,
        word.justification.value,
        word.reason,
        word.examiner,
        verdict.state.value,
        verdict.create_time,
        verdict.update_time,
        verdict.confirmed_by,
        verdict.withdrawn_by,
        verdict.withdrawal_reason,
        [reason.value for reason in verdict.second_person],
        verdict.revision,
    )


def ruling_from_row(row: Sequence[Any]) -> Ruling:
    """The ruling in a row of left and right number, kind, basis and verdict number."""
    left, right, kind, basis, number = row
    return Ruling(left, right, VerdictKind(kind), Basis(basis), number)


def claim_of(examiner: str | None, until: datetime | None) -> Claim | None:
    """The claim in the columns of a task."""
    return None if examiner is None or until is None else Claim(examiner, until)
