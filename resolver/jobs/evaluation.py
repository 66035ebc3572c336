"""How well identities agree with the truth, on pairs and on records.

A *true pair* is two records of one person; a *merged pair* is two records of one identity; a *right pair* is both.

    precision = right / merged      recall = right / true      F1 = their harmonic mean

An over-merge is a merged pair that is not true, an under-merge a true pair that is not merged. B-cubed takes, for each
record, the share of its identity that is its person (precision) and the share of its person that is in its identity
(recall), and averages over records: Bagga and Baldwin, 1998. Figures of nothing (no pair at all) are 1.

By group: a record belongs to the groups that the truth states for it, one or several. A pair belongs to a group when at
least one of its two records does, so that a pair across two scripts counts for both. B-cubed figures of a group average
over its records.

Records of the truth that have no identity (never loaded, or refused) count as standing alone; records without a truth
are left out.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from resolver.jobs.truth import TrueRecord


@dataclass(frozen=True, slots=True)
class PairFigures:
    """Pairs counted, and what follows from the counts."""

    true: int
    merged: int
    right: int

    @property
    def precision(self) -> float:
        """The share of merged pairs that are true."""
        return _share(self.right, self.merged)

    @property
    def recall(self) -> float:
        """The share of true pairs that are merged."""
        return _share(self.right, self.true)

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        return _harmonic(self.precision, self.recall)


@dataclass(frozen=True, slots=True)
class CubedFigures:
    """B-cubed precision and recall."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        return _harmonic(self.precision, self.recall)


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """The figures of one group of records."""

    group: str
    records: int
    pairs: PairFigures
    cubed: CubedFigures


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All figures of a set of identities against a truth."""

    records: int
    persons: int
    identities: int
    records_without_identity: int
    records_without_truth: int
    pairs: PairFigures
    cubed: CubedFigures
    over_merged_identities: int
    under_merged_persons: int
    review_tasks: int
    true_pairs_in_review: int
    by_script: tuple[GroupFigures, ...]
    by_nationality: tuple[GroupFigures, ...]
    by_name_band: tuple[GroupFigures, ...]

    @property
    def over_merged_pairs(self) -> int:
        """Pairs of different persons in one identity."""
        return self.pairs.merged - self.pairs.right

    @property
    def under_merged_pairs(self) -> int:
        """Pairs of one person in different identities."""
        return self.pairs.true - self.pairs.right

    @property
    def recall_with_review(self) -> float:
        """The share of true pairs that are merged or that an open review task lays before a person."""
        return _share(self.pairs.right + self.true_pairs_in_review, self.pairs.true)


@dataclass(frozen=True, slots=True)
class _Placed:
    """A record of the truth with its identity; a record without one is alone under its own name."""

    truth: TrueRecord
    identity: str


def evaluate(
    truth: Sequence[TrueRecord],
    identity_of: Mapping[str, str],
    open_reviews: Iterable[tuple[str, str]] = (),
    minimum_pairs: int = 30,
) -> Evaluation:
    """The figures of `identity_of` (record to identity) against the truth.

    `open_reviews` are the pairs of identities that wait for a person. Groups with fewer than `minimum_pairs` true pairs
    are left out: their shares would say little.
    """
    placed = [_Placed(each, identity_of.get(each.record, f"alone {each.record}")) for each in truth]
    known = {each.record for each in truth}
    reviews = {frozenset(pair) for pair in open_reviews}
    return Evaluation(
        records=len(placed),
        persons=len({each.truth.person for each in placed}),
        identities=len({each.identity for each in placed}),
        records_without_identity=sum(each.record not in identity_of for each in truth),
        records_without_truth=sum(record not in known for record in identity_of),
        pairs=pair_figures(placed),
        cubed=_cubed(placed, placed),
        over_merged_identities=_mixed(placed, lambda each: each.identity, lambda each: each.truth.person),
        under_merged_persons=_mixed(placed, lambda each: each.truth.person, lambda each: each.identity),
        review_tasks=len(reviews),
        true_pairs_in_review=_true_pairs_between(placed, reviews),
        by_script=_groups(placed, lambda each: each.scripts, minimum_pairs),
        by_nationality=_groups(placed, lambda each: each.nationalities, minimum_pairs),
        by_name_band=_groups(placed, lambda each: (each.name_band,) if each.name_band else (), minimum_pairs),
    )


def pair_figures(placed: Sequence[_Placed], inside: frozenset[str] | None = None) -> PairFigures:
    """The figures over all pairs or, with `inside`, over those with at least one of these records."""
    return PairFigures(
        true=_pairs(placed, inside, lambda each: each.truth.person),
        merged=_pairs(placed, inside, lambda each: each.identity),
        right=_pairs(placed, inside, lambda each: (each.truth.person, each.identity)),
    )


def _pairs(placed: Sequence[_Placed], inside: frozenset[str] | None, key: Callable[[_Placed], object]) -> int:
    """How many pairs agree in `key`: all pairs of each class less those of which no record is `inside`."""
    everybody, outside = Counter[object](), Counter[object]()
    for each in placed:
        everybody[key(each)] += 1
        if inside is not None and each.truth.record not in inside:
            outside[key(each)] += 1
    return sum(_choose_two(n) for n in everybody.values()) - sum(_choose_two(n) for n in outside.values())


def _cubed(placed: Sequence[_Placed], over: Sequence[_Placed]) -> CubedFigures:
    persons = Counter(each.truth.person for each in placed)
    identities = Counter(each.identity for each in placed)
    both = Counter((each.truth.person, each.identity) for each in placed)
    precision = recall = 0.0
    for each in over:
        common = both[each.truth.person, each.identity]
        precision += common / identities[each.identity]
        recall += common / persons[each.truth.person]
    return CubedFigures(_share(precision, len(over)), _share(recall, len(over)))


def _mixed(placed: Sequence[_Placed], of: Callable[[_Placed], str], what: Callable[[_Placed], str]) -> int:
    """How many classes of `of` have more than one value of `what`."""
    values: dict[str, set[str]] = defaultdict(set)
    for each in placed:
        values[of(each)].add(what(each))
    return sum(len(found) > 1 for found in values.values())


def _true_pairs_between(placed: Sequence[_Placed], reviews: set[frozenset[str]]) -> int:
    persons: dict[str, Counter[str]] = defaultdict(Counter)
    for each in placed:
        persons[each.identity][each.truth.person] += 1
    total = 0
    for left, right in (sorted(pair) for pair in reviews if len(pair) == 2):
        if left in persons and right in persons:
            total += sum(count * persons[right][person] for person, count in persons[left].items())
    return total


def _groups(
    placed: Sequence[_Placed], groups_of: Callable[[TrueRecord], tuple[str, ...]], minimum_pairs: int
) -> tuple[GroupFigures, ...]:
    members: dict[str, list[_Placed]] = defaultdict(list)
    for each in placed:
        for group in groups_of(each.truth):
            members[group].append(each)
    figures = (
        GroupFigures(
            group,
            len(inside),
            pair_figures(placed, frozenset(each.truth.record for each in inside)),
            _cubed(placed, inside),
        )
        for group, inside in members.items()
    )
    enough = [each for each in figures if each.pairs.true >= minimum_pairs]
    return tuple(sorted(enough, key=lambda each: (each.pairs.f1, each.group)))


def _choose_two(count: int) -> int:
    return count * (count - 1) // 2


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 1.0


def _harmonic(left: float, right: float) -> float:
    return 2 * left * right / (left + right) if left + right else 0.0
