"""Records that are one person to all appearance, found without a model, for a sample of strangers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from resolver.domain.comparable import ComparableRecord


def one_of_each_apparent_person(records: Sequence[ComparableRecord]) -> list[int]:
    """The places of the first record of each apparent person.

    Records that share a document, a biometric reference, or a whole name with a day of birth are taken for one person.
    A few strangers lost do not bend a sample of pairs of strangers; matches left in it would, for at some 10^-6 of the
    pairs of strangers who share a document or a day of birth they would be most of the agreement that is seen.
    """
    first_with: dict[str, int] = {}
    parent = list(range(len(records)))

    def root(place: int) -> int:
        while parent[place] != place:
            parent[place] = parent[parent[place]]
            place = parent[place]
        return place

    for place, record in enumerate(records):
        for sign in _signs(record):
            one, other = root(first_with.setdefault(sign, place)), root(place)
            parent[max(one, other)] = min(one, other)
    return [place for place in range(len(records)) if parent[place] == place]


def _signs(record: ComparableRecord) -> Iterator[str]:
    for number in record.document_numbers:
        yield f"document {number}"
    for reference in (*record.biometric_references, *record.biometric_same):
        yield f"biometric {reference}"
    if record.name_key is not None:
        for day in record.birth_days:
            yield f"name {record.name_key} {day}"
