"""Biometric references as keys, and what comparisons have shown about them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from resolver.domain.record import BiometricOutcome, BiometricReference


@dataclass(frozen=True, slots=True)
class Biometrics:
    """A record's references as `MODALITY|SYSTEM|REFERENCE`, and the references they were compared with, by outcome."""

    own: tuple[str, ...]
    same: tuple[str, ...]
    probable: tuple[str, ...]
    candidates: tuple[str, ...]
    excluded: tuple[str, ...]


_SAME = frozenset({BiometricOutcome.CONFIRMED_SAME})
_PROBABLE = frozenset({BiometricOutcome.PROBABLE_SAME})
_CANDIDATES = frozenset({BiometricOutcome.UNVERIFIED_CANDIDATE})
_EXCLUDED = frozenset({BiometricOutcome.EXCLUDED})


_NONE = Biometrics((), (), (), (), ())


def read(references: Sequence[BiometricReference]) -> Biometrics:
    """The keys of `references` and of their results; a result stands in the system of the reference that carries it."""
    if not references:
        return _NONE
    return Biometrics(
        own=_distinct(key_of(reference, reference.reference) for reference in references),
        same=_with(references, _SAME),
        probable=_with(references, _PROBABLE),
        candidates=_with(references, _CANDIDATES),
        excluded=_with(references, _EXCLUDED),
    )


def key_of(carrier: BiometricReference, reference: str) -> str:
    """`MODALITY|SYSTEM|REFERENCE` of a reference within the modality and system of `carrier`."""
    return "|".join((_part(carrier.modality).upper(), _part(carrier.system).upper(), _part(reference)))


def _with(references: Sequence[BiometricReference], outcomes: frozenset[BiometricOutcome]) -> tuple[str, ...]:
    return _distinct(
        key_of(carrier, result.reference)
        for carrier in references
        for result in carrier.results
        if result.outcome in outcomes
    )


def _distinct(keys: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(keys)))


def _part(text: str) -> str:
    return " ".join(text.replace("|", "/").split())
