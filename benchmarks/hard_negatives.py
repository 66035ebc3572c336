"""Pairs of records that look alike and are of different persons, by the reason for it, and how many were merged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, combinations

from resolver.jobs.corpus import Corpus
from resolver.synthetic.generator import GeneratedRecord
from resolver.synthetic.persons import Kind

RecordPair = tuple[int, int]
REST = "all other pairs"


@dataclass(frozen=True, slots=True)
class HardPairs:
    """Pairs of records of different persons that have one reason to look alike, and those of them that were merged."""

    kind: str
    pairs: int
    merged: int


def hard_pairs(
    generated: Sequence[GeneratedRecord], corpus: Corpus, identity_of: Mapping[str, str]
) -> tuple[HardPairs, ...]:
    """The pairs of each kind, those of several kinds in each, and last the rest of all pairs of different persons."""
    found = _in_households(generated) | {title: set() for title in (*_SHARED_DOCUMENT.values(), _SHARED_PHONE)}
    numbers = [record.document_numbers for record in corpus.records]
    for pair in _with_a_common_value(numbers, generated):
        for kind, title in _SHARED_DOCUMENT.items():
            if _has(kind, generated, pair, both=kind is Kind.BLANK_DOCUMENT):
                found[title].add(pair)
    contacts = [record.contacts for record in corpus.records]
    for pair in _with_a_common_value(contacts, generated):
        if _has(Kind.SHARED_PHONE, generated, pair, both=True):
            found[_SHARED_PHONE].add(pair)
    identities = [identity_of[name] for name in corpus.names]
    known = set(chain.from_iterable(found.values()))
    merged = set(_merged(identities, generated))
    rows = [HardPairs(kind, len(pairs), len(pairs & merged)) for kind, pairs in found.items()]
    return (*rows, HardPairs(REST, _different(generated) - len(known), len(merged - known)))


_SHARED_DOCUMENT = {
    Kind.STOLEN_DOCUMENT: "a stolen document",
    Kind.MISATTRIBUTED_DOCUMENT: "a document filed with the wrong person",
    Kind.BLANK_DOCUMENT: "one number on two stolen blanks",
}
_SHARED_PHONE = "a telephone that serves many"


def _kinds(record: GeneratedRecord) -> frozenset[str]:
    return frozenset(record.kinds.split("+"))


def _each_is(one: Kind, other: Kind) -> Callable[[GeneratedRecord, GeneratedRecord], bool]:
    def holds(left: GeneratedRecord, right: GeneratedRecord) -> bool:
        kinds, others = _kinds(left), _kinds(right)
        return (one in kinds and other in others) or (other in kinds and one in others)

    return holds


def _in_one_passport(left: GeneratedRecord, right: GeneratedRecord) -> bool:
    """Both stand in the passport of the household's first person, or one does and the other is that person."""
    flagged = Kind.FAMILY_PASSPORT in _kinds(left) | _kinds(right)
    return flagged and all(
        Kind.FAMILY_PASSPORT in _kinds(each) or each.person[1:] == each.household[1:] for each in (left, right)
    )


_OF_A_HOUSEHOLD: dict[str, Callable[[GeneratedRecord, GeneratedRecord], bool]] = {
    "brothers and sisters": _each_is(Kind.SIBLING, Kind.SIBLING),
    "twins": _each_is(Kind.TWIN, Kind.TWIN),
    "father and son": _each_is(Kind.PARENT, Kind.SON),
    "two sons of a father": _each_is(Kind.SON, Kind.SON),
    "namesakes": _each_is(Kind.NAMESAKE, Kind.NAMESAKE),
    "a family's passport": _in_one_passport,
}


def _in_households(generated: Sequence[GeneratedRecord]) -> dict[str, set[RecordPair]]:
    households: defaultdict[str, list[int]] = defaultdict(list)
    for number, record in enumerate(generated):
        households[record.household].append(number)
    found: dict[str, set[RecordPair]] = {kind: set() for kind in _OF_A_HOUSEHOLD}
    for members in households.values():
        for pair in _of_different_persons(members, generated):
            for kind, holds in _OF_A_HOUSEHOLD.items():
                if holds(generated[pair[0]], generated[pair[1]]):
                    found[kind].add(pair)
    return found


def _with_a_common_value(values: Sequence[Iterable[str]], generated: Sequence[GeneratedRecord]) -> Iterable[RecordPair]:
    stating: defaultdict[str, list[int]] = defaultdict(list)
    for number, stated in enumerate(values):
        for value in stated:
            stating[value].append(number)
    return chain.from_iterable(_of_different_persons(numbers, generated) for numbers in stating.values())


def _has(kind: Kind, generated: Sequence[GeneratedRecord], pair: RecordPair, *, both: bool) -> bool:
    having = [kind in _kinds(generated[number]) for number in pair]
    return all(having) if both else any(having)


def _merged(identities: Sequence[str], generated: Sequence[GeneratedRecord]) -> Iterable[RecordPair]:
    """The pairs of different persons in one identity."""
    return _with_a_common_value([(identity,) for identity in identities], generated)


def _of_different_persons(numbers: Iterable[int], generated: Sequence[GeneratedRecord]) -> Iterable[RecordPair]:
    pairs = combinations(sorted(numbers), 2)
    return (pair for pair in pairs if generated[pair[0]].person != generated[pair[1]].person)


def _different(generated: Sequence[GeneratedRecord]) -> int:
    records: defaultdict[str, int] = defaultdict(int)
    for each in generated:
        records[each.person] += 1
    return (len(generated) ** 2 - sum(count**2 for count in records.values())) // 2
