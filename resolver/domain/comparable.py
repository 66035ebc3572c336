"""A record in the columns that the model compares: the output of `standardise`, the input of `linkage`.

Every column is rebuildable from the raw record and the standardiser's version. An empty tuple or
None means "not stated", which is no evidence: the store writes both as NULL.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class ComparableRecord:
    """The comparable columns of one record.

    "Skeleton" is a token's consonant skeleton, the same for all romanisation schools. Tokens of one
    name are sorted, so that order and grouping of parts do not matter; initials are left out of them.
    Only good names count in the `name_*` columns; kunyas, noms de guerre and low-quality names stand in `low_aliases`.
    """

    name_forms: tuple[str, ...] = ()
    """Good names, romanised and folded, tokens sorted and joined by a space."""
    name_tokens: tuple[tuple[str, ...], ...] = ()
    """Good names as sorted distinct skeletons, one tuple a name."""
    name_parts: tuple[str, ...] = ()
    """All distinct skeletons over the good names, sorted."""
    part_sounds: tuple[tuple[str, str], ...] = ()
    """Each of `name_parts` with how it sounds, vowels too."""
    given_names: tuple[str, ...] = ()
    """Those of `name_parts` that are given names, as far as the good names say which parts are."""
    name_sounds: tuple[str, ...] = ()
    """All distinct double-metaphone keys over the good names' tokens; for blocking."""
    name_key: str | None = None
    """The primary name's sorted skeletons joined by a space; its rarity is the name's term frequency."""
    name_written: tuple[str, ...] = ()
    """Good names, romanised and folded, tokens in written order."""
    name_joined: tuple[str, ...] = ()
    """Skeletons of good names with all parts joined in written order, so that parts written apart are one."""
    cut_parts: tuple[str, ...] = ()
    """Skeletons of the last parts of names that fill a machine-readable field and may be cut off."""
    low_aliases: tuple[str, ...] = ()
    """Low-quality and damaged names, initials, titles and particles alone, kunyas and noms de guerre.

    As sorted skeletons joined by a space.
    """
    kunyas: tuple[str, ...] = ()
    """Kunyas (Abu X, Umm X, with what follows) as skeletons."""
    kunya: str | None = None
    """The first of `kunyas`, for its term frequency."""
    fathers: tuple[str, ...] = ()
    """The father's given name as a skeleton: stated, typed, or read off a patronymic."""
    fathers_of_record: tuple[str, ...] = ()
    """`fathers` without those that aliases name, which may be another man's; for rules alone."""
    mothers: tuple[str, ...] = ()
    """The mother's name as sorted skeletons joined by a space."""
    birth_days: tuple[str, ...] = ()
    """Birth dates known to the day as YYYYMMDD; default dates (1 January, 1 July, 31 December) are not among them."""
    birth_defaults: tuple[str, ...] = ()
    """Stated days of birth that are default dates, as YYYYMMDD."""
    birth_swaps: tuple[str, ...] = ()
    """`birth_days` with day and month swapped, where that is a date and another one."""
    birth_conversions: tuple[str, ...] = ()
    """Days that another conversion of a date stated in an Islamic calendar may give, as YYYYMMDD."""
    birth_years: tuple[int, ...] = ()
    """Years that the birth may lie in, for dates that span at most two years; default dates count as their year."""
    birth_from: date | None = None
    """Earliest day of all birth intervals; a default date opens to its whole year."""
    birth_to: date | None = None
    """Latest day of all birth intervals."""
    birth_localities: tuple[str, ...] = ()
    """Birth localities as a folded skeleton, without country."""
    birth_locality: str | None = None
    """The first of `birth_localities`, for its term frequency."""
    birth_countries: tuple[str, ...] = ()
    """Countries of birth, ICAO codes, historic ones mapped to all their successors."""
    addresses: tuple[tuple[str, ...], ...] = ()
    """Addresses of residence that have a number, as the sorted words and numbers of each."""
    residence_localities: tuple[str, ...] = ()
    """Localities of residence as folded skeletons, without country; of an address nothing stands here."""
    residence_countries: tuple[str, ...] = ()
    """Countries of residence, ICAO codes, historic ones mapped to all their successors."""
    nationalities: tuple[str, ...] = ()
    """Nationalities, ICAO codes, historic ones mapped to all their successors."""
    nationality_codes: tuple[str, ...] = ()
    """Nationalities as stated, one code a state, historic ones as they are."""
    nationality: str | None = None
    """The first of `nationalities`, for its term frequency."""
    sex: str | None = None
    """`F` or `M`; None when not stated, stated otherwise, or stated in two ways."""
    document_keys: tuple[str, ...] = ()
    """`STATE|TYPE|NUMBER` of documents whose issuing state is known; the number normalised."""
    document_numbers: tuple[str, ...] = ()
    """`TYPE|NUMBER` of all documents."""
    document_kinds: tuple[str, ...] = ()
    """`STATE|TYPE` of documents whose issuing state is known."""
    document_unsafe: tuple[str, ...] = ()
    """`TYPE|NUMBER` of documents that a register calls stolen, lost, blank, revoked or invalid."""
    document_periods: tuple[tuple[str, str, date, date], ...] = ()
    """(`STATE|TYPE`, number, first, last day of validity) of documents whose dates are both known; for rules alone."""
    biometric_references: tuple[str, ...] = ()
    """`MODALITY|SYSTEM|REFERENCE` of the record's own references."""
    biometric_same: tuple[str, ...] = ()
    """References that an examiner confirmed to be the same person."""
    biometric_probable: tuple[str, ...] = ()
    """References that an examiner called probably the same."""
    biometric_candidates: tuple[str, ...] = ()
    """References that a machine proposed and nobody confirmed."""
    biometric_excluded: tuple[str, ...] = ()
    """References that an examiner excluded."""
    contacts: tuple[str, ...] = ()
    """Contacts as `p:+E164`, `e:mail`, `a:handle`; names that are online handles are among them."""
    contact: str | None = None
    """The first of `contacts`, for its term frequency."""
    scripts: tuple[str, ...] = ()
    """ISO 15924 codes of the good names' scripts; for evaluation, not compared."""
    minor: bool = False
    """True where the source states that the person is a child."""
